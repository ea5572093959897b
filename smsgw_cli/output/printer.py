"""The one way to print: records in the format asked for, ids alone with -q, notes on stderr."""

import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from smsgw_cli import redact
from smsgw_cli.errors import Usage
from smsgw_cli.output.cells import Record, text, visible

FORMATS = ("table", "json", "ndjson", "csv", "tsv")  # each a module here, imported when used
WHOLE = ("json", "ndjson")  # formats that show every field, so that columns do not matter


class Printer:
    """Prints data in one format. `format` None is a table on a terminal and bare TSV off it."""

    def __init__(
        self,
        format: str | None,
        *,
        columns: Sequence[str] | None = None,
        query: str | None = None,
        quiet: bool = False,
        show_secrets: bool = False,
    ) -> None:
        if format not in (None, *FORMATS):
            raise Usage(f"there is no output format {format!r}", hint=", ".join(FORMATS))
        on_terminal = sys.stdout.isatty()
        self._bare = format is None and not on_terminal and query is None
        self.format = format or ("json" if query else "table" if on_terminal else "tsv")
        self._columns = columns
        self._query = _module("query").compiled(query) if query else None
        self._quiet = quiet
        self._mask = self.format == "table" and not show_secrets

    @property
    def is_table(self) -> bool:
        return self.format == "table" and not self._quiet

    @property
    def is_json(self) -> bool:
        return self.format in WHOLE

    def rows(
        self, records: Iterable[Record], columns: Sequence[str], *, every: Sequence[str] = ()
    ) -> None:
        """Print a list as it comes. `columns` are a table's, `every` those of CSV and TSV files."""
        if self._quiet:
            return self._ids(records)
        if self._query is not None:
            return self._reshaped(list(records))
        shown, peeked = self._columns_of(columns, every, records)
        peeked = map(redact.data, peeked) if self._mask else peeked
        module = _module(self.format)
        write = module.bare_rows if self._bare else module.rows
        write(peeked, shown, sys.stdout)
        sys.stdout.flush()
        return None

    def record(self, record: Record, columns: Sequence[str] = ()) -> None:
        """Print one thing, all of it: `columns` are those of the bare line that scripts read."""
        if self._quiet:
            return self._ids([record])
        if self._query is not None:
            return self._reshaped(record)
        if self._bare:
            return self.rows([record], columns or list(record))
        shown = redact.data(record) if self._mask else record
        module = _module(self.format)
        module.record(shown, self._columns or list(record), sys.stdout)
        sys.stdout.flush()  # whoever reads it need not wait until we end
        return None

    def json(self, value: Any) -> None:
        """Print JSON whatever the format: a request that was not sent, a raw answer."""
        if self._query is not None:
            return self._reshaped(value)
        _module("json").record(value, (), sys.stdout)
        return None

    def note(self, message: str) -> None:
        """Tell a person something that is not data."""
        if not self._quiet:
            say(message)

    def progress(self, title: str) -> Any:
        """A context manager giving what to call as work goes on; see output/progress.py."""
        return _module("progress").progress(title, quiet=self._quiet)

    def _ids(self, records: Iterable[Record]) -> None:
        for record in records:
            sys.stdout.write(f"{text(record.get('id'))}\n")

    def _columns_of(
        self, columns: Sequence[str], every: Sequence[str], records: Iterable[Record]
    ) -> tuple[Sequence[str], Iterable[Record]]:
        """The columns to show; for a file all there are, the first record's included."""
        if self._columns:
            return self._columns, records
        if self.format == "table" or self._bare or self.is_json:
            return columns, records
        iterator: Iterator[Record] = iter(records)
        first = next(iterator, None)
        if first is None:
            return every or columns, []
        return list(dict.fromkeys([*every, *first])), chain([first], iterator)

    def _reshaped(self, value: Any) -> None:
        result = self._query(value) if self._query else value
        if isinstance(result, list) and result and all(isinstance(each, dict) for each in result):
            plain = Printer(self.format, columns=self._columns)
            return plain.rows(result, list(result[0]))
        module = _module("ndjson" if self.format == "ndjson" else "json")
        module.record(result, (), sys.stdout)
        return None


def say(message: str) -> None:
    """A line on stderr, safe to print whatever text of a server is in it."""
    sys.stderr.write("\n".join(map(visible, message.splitlines())) + "\n")
    sys.stderr.flush()


def _module(name: str) -> Any:
    return importlib.import_module(f"smsgw_cli.output.{name}")
