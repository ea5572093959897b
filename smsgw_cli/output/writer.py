"""Writes lists and single records in one format, with the selected columns."""

from collections.abc import Iterable, Sequence
from typing import Any

from smsgw_cli import redact
from smsgw_cli.errors import Usage
from smsgw_cli.output.cells import Record
from smsgw_cli.output.formats import Format, View, module
from smsgw_cli.output.records import expanded, peek, unknown_column_error
from smsgw_cli.output.stdout import writing

NOTHING = "nothing to show"


class Writer:
    """Writes to stdout. `selected` are the selected columns, if any; `view` is for tables."""

    def __init__(
        self,
        format: Format,
        selected: Sequence[str] | None,
        view: View,
        *,
        mask: bool,
    ) -> None:
        self._format = format
        self._selected = selected
        self._note = view.note
        self._view = (view,) if format.name == "table" else ()
        self._mask = mask

    def list(
        self,
        records: Iterable[Record],
        columns: Sequence[str],
        every: Sequence[str] = (),
        empty: str = NOTHING,
    ) -> None:
        """Write a list; `columns` are for tables, `every` for files and for checking `selected`.

        Instead of a table without rows, there is the note `empty`.
        """
        columns, records = self._columns_of(records, columns, every)
        if self._view and not records:
            self._note(empty)
            return
        with writing() as stdout:
            write_rows = getattr(module(self._format.name), self._format.rows)
            write_rows(map(self.masked, records), columns, stdout, *self._view)

    def lines(self, records: Iterable[Record], columns: Sequence[str]) -> None:
        """Write a list as plain lines, record by record."""
        with writing() as stdout:
            module("lines").rows(map(self.masked, records), self._selected or columns, stdout)

    def record(self, record: Record, columns: Sequence[str] = ()) -> None:
        """Write one record in full; `columns` are those of a bare line."""
        if self._format.is_file:
            self.list([record], columns or list(record))
        else:
            shown, _ = self._columns_of([record], list(record), ())
            write(self._format.name, self.masked(record), shown, *self._view)

    def masked(self, value: Any) -> Any:
        return redact.data(value) if self._mask else value

    def _columns_of(
        self, records: Iterable[Record], columns: Sequence[str], every: Sequence[str]
    ) -> tuple[Sequence[str], Iterable[Record]]:
        """The columns to print, and all the records."""
        if self._format.is_json:
            return columns, records
        first, records = peek(records)
        if self._selected:
            self._report(
                unknown_column_error(self._selected, [*every, *columns], first), fatal=bool(every)
            )
            return self._selected, records
        if self._format.is_file and not self._format.is_bare:
            return list(dict.fromkeys([*every, *first])) or columns, records
        return expanded(columns, every, first), records

    def _report(self, error: Usage | None, *, fatal: bool) -> None:
        """Raise the error, or only note it for a single record: the command is already done."""
        if error and fatal:
            raise error
        if error:
            self._note(f"note: {error.message}; {error.hint}")


def write(format: str, value: Any, columns: Sequence[str] = (), *view: View) -> None:
    """Write one value; with JSON formats it can be of any type."""
    with writing() as stdout:
        module(format).record(value, columns, stdout, *view)
