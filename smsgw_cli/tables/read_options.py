"""How a file is to be read, where that is not left to detection, and checked."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smsgw_cli.tables.reader import Table

Check = Callable[["Table", Sequence[str]], None]
"""Takes a table and the columns of it that are used, before anything is done with them."""


def unchecked(table: "Table", used: Sequence[str]) -> None:
    """A check that lets everything pass."""


class ReadOptions(NamedTuple):
    """What is None is detected; `skip_lines` counts lines above the header.

    `sheet` is the name of a workbook's sheet.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip_lines: int = 0
    sheet: str | None = None
