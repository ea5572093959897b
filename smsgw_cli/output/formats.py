"""Output formats: the selected one, or the default for a terminal or a script."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.output import FORMATS

EXCEL = "excel"  # CSV with a byte order mark and guarded formulas


class View(NamedTuple):
    """What a table needs: `note` prints what it leaves out, `now` is the time for ages."""

    note: Callable[[str], None]
    now: Callable[[], datetime]


class Format(NamedTuple):
    """A format: the `name` of its module, and the function in it that prints a list."""

    name: str
    rows: str = "rows"

    @property
    def is_json(self) -> bool:
        """Whether every field is printed, so that columns do not matter."""
        return self.name in ("json", "ndjson")

    @property
    def is_file(self) -> bool:
        """Whether a single record is printed as a list of one."""
        return self.name in ("csv", "tsv")

    @property
    def is_bare(self) -> bool:
        """Whether a list has no header."""
        return self.rows == "rows_without_header"


def chosen(selected: str | None, *, on_terminal: bool, query: bool, columns: bool) -> Format:
    """The selected format; by default a table on a terminal, otherwise TSV without a header.

    Raises Usage for an unknown format.
    """
    if selected not in (None, *FORMATS):
        raise Usage(f"unknown output format {selected!r}", hint=", ".join(FORMATS))
    if selected == EXCEL:
        return Format("csv", "excel_rows")
    name = selected or ("json" if query else "table" if on_terminal else "tsv")
    if name == "table" and columns:
        return Format(name, "selected_rows")
    return Format(name, "rows_without_header" if name == "tsv" and not selected else "rows")


def module(name: str) -> Any:
    """A module of this package, imported on first use."""
    return import_module(f"smsgw_cli.output.{name}")
