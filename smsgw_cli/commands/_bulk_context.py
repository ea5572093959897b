"""The context, limits and job specs of bulk commands."""

from typing import Any

from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.config.allow import allowed_words
from smsgw_cli.config.paths import state_folder
from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.contacts.job_spec import ALLOWED
from smsgw_cli.contacts.runs import Runs
from smsgw_cli.engine.job import WORKERS, Throttle
from smsgw_cli.model import Record
from smsgw_cli.tables import consent
from smsgw_cli.tables.column_map import resolved
from smsgw_cli.tables.names import tag_of
from smsgw_cli.tables.reader import Table


def bulk_context(session: Session) -> BulkContext:
    """The context of bulk operations on the profile's server."""
    return BulkContext(
        lambda: session.api,
        session.worker,
        session.key,
        Runs(state_folder() / "imports"),
        session.setting("region"),
    )


def throttle_of(session: Session, given: dict[str, Any]) -> Throttle:
    """The limits of a run, from its settings."""
    return Throttle(given["workers"] or WORKERS, given["settle"], session.setting("retries"))


def spec_arguments(session: Session, table: Table, given: dict[str, Any]) -> Record:
    """The options as those of a job spec, with the id of the list.

    Asks what a column is that seems to say who may be written to. Raises as `find` does.
    """
    return {
        **given,
        "given": _with_consent(session, table, column_map_of(given["mappings"])),
        "allow": allowed_words(given["allow"], ALLOWED),
        "contact_list": find(session.api, CONTACT_LIST, given["contact_list"]),
    }


def _with_consent(session: Session, table: Table, column_map: dict[str, str]) -> dict[str, str]:
    """The map with a column that says who may be written to. Raises Usage if nobody can be
    asked."""
    mapped = resolved(column_map, table.columns)
    for each in consent.unmapped(table.columns, table.rows(), mapped):
        if not session.can_ask:
            raise each.refusal(f"{tag_of(each.column)}:text")
        session.confirm(f"Does the column {each.column!r} say {each.says}? Respect it?")
        session.out.note(f"note: {each.column!r} is read as {each.target}")
        column_map = {**column_map, each.column: each.target}
    return column_map
