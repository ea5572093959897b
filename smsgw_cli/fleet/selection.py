"""The records that a check is about: those named on the command line, or all."""

from collections.abc import Iterable

from smsgw_cli.errors import NotFound
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.measurement import NothingToCheck
from smsgw_cli.model import Record, has_id


def selected(context: CheckContext, records: Iterable[Record], noun: str) -> list[Record]:
    """The records that the command line selects.

    Raises NotFound for an id that none of them has, NothingToCheck if none is left.
    """
    every = [each for each in records if has_id(each)]
    missing = context.ids - {each["id"] for each in every}
    if missing:
        raise NotFound(f"{noun} {min(missing)} not found")
    found = [each for each in every if context.selects(each["id"])]
    if not found:
        raise NothingToCheck(f"every {noun} is skipped" if every else f"no {noun}")
    return found
