"""Prints records in the selected format, or only ids with -q, and notes on stderr."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from smsgw_cli.errors import Usage
from smsgw_cli.output.cells import Record, text, visible
from smsgw_cli.output.formats import View, chosen, module
from smsgw_cli.output.records import PRINTED, READ, as_records, counted, is_list_of_records
from smsgw_cli.output.stdout import flushed, writing
from smsgw_cli.output.writer import NOTHING, Writer, write

QUOTED = r"(?<!\w)'[^']+'(?!\w)"


class Printer:
    """Prints data in one format; the default is a table on a terminal, otherwise bare TSV.

    `now` is the time that ages are told from. Raises Usage for an unknown format.
    """

    def __init__(
        self,
        format: str | None,
        *,
        columns: Sequence[str] | None = None,
        query: str | None = None,
        quiet: bool = False,
        show_secrets: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._on_terminal = sys.stdout.isatty()
        self._format = chosen(
            format,
            on_terminal=self._on_terminal,
            query=bool(query),
            columns=bool(columns),
        )
        self._query = module("query").compiled(query) if query else None
        self._quiet = quiet
        self._is_selected = bool(columns)
        mask = self._format.name == "table" and not show_secrets
        self._writer = Writer(self._format, columns, View(self.note, now), mask=mask)

    @property
    def is_table(self) -> bool:
        return self._format.name == "table" and not self._quiet

    @property
    def is_first_page_view(self) -> bool:
        """Whether a table is shown on a terminal, where the first page is enough."""
        return self.is_for_people and not self._quiet

    @property
    def is_for_people(self) -> bool:
        """Whether it is shown on a terminal, and not as data."""
        return self._format.name == "table" and self._on_terminal and self._query is None

    @property
    def is_nested(self) -> bool:
        """Whether nested values of a record are printed as such: as JSON, or for a query."""
        return self._format.name == "json" or self._quiet or self._query is not None

    @property
    def is_open_ended(self) -> bool:
        """Whether other records may follow: a JSON document or a file with a header is complete,
        and what is selected is for a script."""
        is_list = self._format.name in ("table", "ndjson") or self._format.is_bare
        return is_list and not (self._quiet or self._is_selected or self._query is not None)

    @property
    def is_json(self) -> bool:
        return self._format.is_json

    def rows(
        self,
        records: Iterable[Record],
        columns: Sequence[str],
        *,
        every: Sequence[str] = (),
        empty: str = NOTHING,
    ) -> None:
        """Print a list record by record; `columns` are for tables, `every` for CSV and TSV files.

        For an empty table there is the note `empty`. Raises Usage for a selected column that does
        not exist. An error while reading the records is raised with the number of records before.
        """
        is_collected = self._query is not None or (self.is_table and not self._quiet)
        records = counted(records, READ if is_collected else PRINTED)
        if self._query is not None:
            self._result(self._query(self._writer.masked(list(records))))
        elif self._quiet:
            self._ids(records)
        else:
            self._writer.list(records, columns, every, empty)

    def stream(
        self, records: Iterable[Record], columns: Sequence[str], *, every: Sequence[str] = ()
    ) -> None:
        """Print a list record by record, flushing each one before the next is requested.

        A table becomes plain lines. Raises Usage for a query, which needs the whole list.
        """
        if self._query is not None:
            raise Usage("--query cannot be used with an endless list", hint="use -o ndjson")
        if self.is_table:
            self._writer.lines(flushed(records), columns)
        else:
            self.rows(flushed(records), columns, every=every)

    def record(self, record: Record, columns: Sequence[str] = ()) -> None:
        """Print one record in full; `columns` are those of the bare line for scripts."""
        if self._query is not None:
            self._result(self._query(self._writer.masked(record)))
        elif self._quiet:
            self._ids([record])
        else:
            self._writer.record(record, columns)

    def json(self, value: Any) -> None:
        """Print JSON whatever the format: a dry-run request, a raw response."""
        if self._query is not None:
            self._result(self._query(value))
        else:
            write("json", value)

    def line(self, text: str) -> None:
        """Print a line of text as data, whatever the format, safe on a terminal."""
        with writing() as stdout:
            stdout.write(visible(text) + "\n")

    def diff(self, lines: Iterable[str], *, to_stderr: bool = False) -> None:
        """Print lines that begin with `+`, `~` or `-`; on stderr with `to_stderr`."""
        if to_stderr:
            module("diff").write(lines, sys.stderr)
            return
        with writing() as stdout:
            module("diff").write(lines, stdout)

    def conversation(self, messages: Iterable[Record]) -> None:
        """Print messages with one person, oldest first, for people."""
        with writing() as stdout:
            module("conversation").write(messages, stdout)

    def note(self, message: str) -> None:
        """Print a message that is not data on stderr, unless quiet."""
        if not self._quiet:
            print_note(message, wraps=True)

    def progress(self, title: str, *, is_result: bool = False) -> Any:
        """A context manager that returns the function to report progress to; see progress.py.

        The last state stays on a terminal if it `is_result`.
        """
        if self._quiet:
            return module("progress").silence()
        if self.is_json:
            return module("progress").objects(title)
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            return module("bar").bar(title, is_result=is_result)
        return module("progress").lines(title)

    def _ids(self, records: Iterable[Any]) -> None:
        """One line each: the id, or the first value if there is none; a plain value itself."""
        with writing() as stdout:
            for record in records:
                value = record
                if isinstance(record, Mapping):
                    value = record.get("id", next(iter(record.values()), None))
                stdout.write(f"{visible(text(value))}\n")

    def _result(self, result: Any) -> None:
        """Print the result of a query: a list or record as usual, a single value as JSON."""
        if self._quiet:
            self._ids(result if isinstance(result, list) else [result])
        elif isinstance(result, dict):
            self._writer.record(result)
        elif is_list_of_records(result):
            self._writer.list(result, list(result[0]))
        elif isinstance(result, list) and self.is_json:
            self._writer.list(result, ())
        elif isinstance(result, list):
            records = as_records(result)
            columns = list(dict.fromkeys(key for record in records for key in record))
            if records:
                self._writer.list(records, columns)
        else:
            write(self._format.name if self.is_json else "json", result)


def print_note(message: str, *, wraps: bool = False) -> None:
    """Print a line to stderr. Text of a server in it is escaped, line ends too, so that it cannot
    look like a line of ours. A sentence `wraps` on a terminal."""
    line = visible(message)
    sys.stderr.write("\n".join(wrapped(line) if wraps else [line]) + "\n")
    sys.stderr.flush()


def wrapped(line: str) -> list[str]:
    """The line in the width of stderr's terminal. Words and commands in quotes stay whole, to be
    copied, and what follows is indented: no text of a server begins a line."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return [line]
    if not 0 < columns < len(line):
        return [line]
    joined = re.sub(QUOTED, lambda found: found[0].replace(" ", "\0"), line)
    lines: list[str] = import_module("textwrap").wrap(
        joined, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return [each.replace("\0", " ") for each in lines]
