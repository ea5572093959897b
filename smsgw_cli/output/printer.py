"""The one way to print: records in the format asked for, ids alone with -q, notes on stderr."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from smsgw_cli.errors import Usage
from smsgw_cli.output.cells import Record, text, visible
from smsgw_cli.output.formats import chosen, module
from smsgw_cli.output.records import are_records, counted
from smsgw_cli.output.stdout import flushed, writing
from smsgw_cli.output.writer import Writer, write


class Printer:
    """Prints data in one format. `format` None is a table on a terminal and bare TSV off it.

    `excel` makes it CSV for spreadsheets. Raises Usage for what does not go together.
    """

    def __init__(
        self,
        format: str | None,
        *,
        columns: Sequence[str] | None = None,
        query: str | None = None,
        quiet: bool = False,
        show_secrets: bool = False,
        excel: bool = False,
    ) -> None:
        self._on_terminal = sys.stdout.isatty()
        self._format = chosen(
            format,
            on_terminal=self._on_terminal,
            query=bool(query),
            excel=excel,
            columns=bool(columns),
        )
        self._query = module("query").compiled(query) if query else None
        self._quiet = quiet
        mask = self._format.name == "table" and not show_secrets
        self._writer = Writer(self._format, columns, self.note, mask=mask)

    @property
    def is_table(self) -> bool:
        return self._format.name == "table" and not self._quiet

    @property
    def is_first_page_view(self) -> bool:
        """Whether a person looks at a table on a terminal, so that the first page will do."""
        return self.is_table and self._on_terminal and self._query is None

    @property
    def is_nested(self) -> bool:
        """Whether one thing with nested values is printed as such: JSON, or what a query takes."""
        return self._format.name == "json" or self._quiet or self._query is not None

    @property
    def is_json(self) -> bool:
        return self._format.is_json

    def rows(
        self, records: Iterable[Record], columns: Sequence[str], *, every: Sequence[str] = ()
    ) -> None:
        """Print a list as it comes. `columns` are a table's, `every` those of CSV and TSV files.

        Raises Usage for a column asked for that is not among them, and what getting the
        records raises, then saying how many came before.
        """
        collects = self._format.name == "table" or self._query is not None
        records = counted(records, "read" if collects else "printed")
        if self._query is not None:
            self._result(self._query(self._writer.masked(list(records))))
        elif self._quiet:
            self._ids(records)
        else:
            self._writer.list(records, columns, every)

    def stream(
        self, records: Iterable[Record], columns: Sequence[str], *, every: Sequence[str] = ()
    ) -> None:
        """Print a list as it comes, each record out of our hands before the next is asked for.

        A table is plain lines then. Raises Usage for a query, which takes a whole list.
        """
        if self._query is not None:
            raise Usage("--query takes a whole list, and this one has no end", hint="-o ndjson")
        if self.is_table:
            self._writer.lines(flushed(records), columns)
        else:
            self.rows(flushed(records), columns, every=every)

    def record(self, record: Record, columns: Sequence[str] = ()) -> None:
        """Print one thing, all of it: `columns` are those of the bare line that scripts read."""
        if self._query is not None:
            self._result(self._query(self._writer.masked(record)))
        elif self._quiet:
            self._ids([record])
        else:
            self._writer.thing(record, columns)

    def json(self, value: Any) -> None:
        """Print JSON whatever the format: a request that was not sent, a raw answer."""
        if self._query is not None:
            self._result(self._query(value))
        else:
            write("json", value)

    def line(self, text: str) -> None:
        """Print a line of text as data, whatever the format, safe on a terminal."""
        with writing() as stdout:
            stdout.write(visible(text) + "\n")

    def diff(self, lines: Iterable[str], *, aside: bool = False) -> None:
        """Print lines that begin with `+`, `~` or `-`; aside for people alone, on stderr."""
        if aside:
            module("diff").write(lines, sys.stderr)
            return
        with writing() as stdout:
            module("diff").write(lines, stdout)

    def note(self, message: str) -> None:
        """Tell a person something that is not data."""
        if not self._quiet:
            say(message)

    def progress(self, title: str) -> Any:
        """A context manager giving what to call as work goes on; see output/progress.py."""
        if self._quiet:
            return module("progress").silence()
        on_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        return module("bar").bar(title) if on_terminal else module("progress").lines(title)

    def _ids(self, records: Iterable[Any]) -> None:
        """A line each: the id; what stands first where there is none; a plain value itself."""
        with writing() as stdout:
            for record in records:
                value = record
                if isinstance(record, Mapping):
                    value = record.get("id", next(iter(record.values()), None))
                stdout.write(f"{visible(text(value))}\n")

    def _result(self, result: Any) -> None:
        """Print what a query came to: like any list or thing, if it is one, or as JSON."""
        if self._quiet:
            self._ids(result if isinstance(result, list) else [result])
        elif isinstance(result, dict):
            self._writer.thing(result)
        elif are_records(result):
            self._writer.list(result, list(result[0]))
        elif isinstance(result, list) and self.is_json:
            self._writer.list(result, ())
        else:
            write(self._format.name if self.is_json else "json", result)


def say(message: str) -> None:
    """A line on stderr, safe to print whatever text of a server is in it."""
    sys.stderr.write("\n".join(map(visible, message.splitlines())) + "\n")
    sys.stderr.flush()
