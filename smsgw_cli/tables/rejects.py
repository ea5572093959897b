"""The file of rejected rows: as they were, with a reason, ready to be fixed and imported."""

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from smsgw_cli.storage.atomic_write import atomic_text
from smsgw_cli.storage.private_file import OWNER_ALONE
from smsgw_cli.tables.names import REASON
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.tables.shard import Shard
from smsgw_cli.wording import pluralize, without_formula

# What differs between rows with the same reason: their values, numbers, places.
_VARIABLE = re.compile(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|\+?\d+")
MOST_KINDS = 20  # of reasons that are shown


class Problem(NamedTuple):
    """An invalid row and the reason."""

    row: Row
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row.number}, {self.column}: {self.reason}"


@dataclass
class Reasons:
    """Counts rows by reason; those that only differ in their values count as the same."""

    _counts: dict[str, int] = field(default_factory=dict)
    _first: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, row: int, reason: str) -> None:
        """Count a reason, which the row of this number has."""
        kind = _VARIABLE.sub("…", reason)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._first.setdefault(kind, (row, reason))

    def counting(self, rows: Iterable[tuple[Row, str]]) -> Iterator[tuple[Row, str]]:
        """The rows with their reasons, each counted when it is taken."""
        for row, reason in rows:
            self.add(row.number, reason)
            yield row, reason

    def groups(self) -> list[tuple[int, int, str]]:
        """Count, first row and its reason, the most frequent one first."""
        kinds = sorted(self._counts, key=lambda each: -self._counts[each])
        return [(self._counts[each], *self._first[each]) for each in kinds[:MOST_KINDS]]

    @property
    def left(self) -> int:
        """The number of kinds of reasons that are not among the groups."""
        return max(0, len(self._counts) - MOST_KINDS)

    def lines(self) -> Iterator[str]:
        """The groups for people: `2 rows: phone: … (first: row 3)`."""
        for count, row, reason in self.groups():
            where = f"(first: row {row})" if count > 1 else f"(row {row})"
            yield f"{pluralize(count, 'row')}: {reason} {where}"
        if self.left:
            yield f"and {pluralize(self.left, 'other reason')}"


def rejects_path(file: str, shard: Shard | None = None) -> Path:
    """Path of the rejects of a file, or of a part of it."""
    return path_beside(file, "rejects", shard)


def path_beside(file: str, what: str, shard: Shard | None = None) -> Path:
    """Path such as FILE.results.csv, of a part FILE.3-of-16.results.csv: next to the file; for
    standard input, in the working directory."""
    part = f".{shard.index}-of-{shard.count}" if shard else ""
    return sibling_path(file, f"{part}.{what}.csv")


def sibling_path(file: str, ending: str) -> Path:
    """Path of a file next to another one; for standard input, in the working directory."""
    return Path(f"{'stdin' if file == '-' else file}{ending}")


def keep_earlier(path: Path, run: int | None = None) -> Path | None:
    """Rename a file of an earlier run, if there is one, such as to `FILE.rejects.RUN.csv`.

    Without the number of that run, RUN is the time when they were written. Returns the new path.
    Raises OSError.
    """
    if not path.is_file() or not path.stat().st_size or not _is_writable(path):
        return None
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    name = str(run) if run is not None else written.strftime("%Y%m%dT%H%M%S")
    kept = path.with_name(f"{path.name.removesuffix('.csv')}.{name}.csv")
    path.replace(kept)
    return kept


def write_rows(path: Path, table: Table, rows: Iterable[tuple[Row, str]]) -> Path:
    """Write rows with their reasons to `path`, or to a temporary folder; returns the path.

    The file is private to the user, and written as the table was: the lines above the header, the
    delimiter, the encoding. Values that are too many stand behind the reason. Raises OSError.
    """
    return write_as(path, table, [REASON], ((row, [reason]) for row, reason in rows))


def write_as(
    path: Path, table: Table, added: Sequence[str], rows: Iterable[tuple[Row, Sequence[object]]]
) -> Path:
    """Write rows with values for `added` columns, as `write_rows` does."""
    kept = [each for each in table.columns if each not in added]
    titles = dict(zip(table.columns, table.layout.header, strict=True))
    form = table.form
    target = writable_path(path)
    with atomic_text(target, OWNER_ALONE, form.encoding, "replace") as file:
        file.write(form.above)
        writer = csv.writer(file, delimiter=form.delimiter, lineterminator=form.line_break)
        writer.writerow([*(titles[each] for each in kept), *added])
        for row, values in rows:
            shown = [without_formula(str(each)) for each in values]
            if row.raw:
                text = row.raw.rstrip("\r\n")
                file.write(f"{form.delimiter.join([text, *shown])}{form.line_break}")
            else:
                cells = (row.cells[column] for column in kept)
                writer.writerow([*cells, *shown, *row.surplus])
    return target


def writable_path(path: Path) -> Path:
    """The path itself if it is writable, else one in a temporary folder."""
    return path if _is_writable(path) else Path(tempfile.mkdtemp(prefix="smsgw-")) / path.name


def has_last_columns(text: str, last: Sequence[str]) -> bool:
    """Whether these are the last columns of a file's header, whatever its delimiter."""
    ending = r"\W+".join(map(re.escape, last))
    return re.search(rf'(?m)(^|[^\w]){ending}"?\s*$', text) is not None


def _is_writable(path: Path) -> bool:
    """Whether a file can be created there; not in `/dev`, for a file from `<(command)`."""
    return os.access(path.parent, os.W_OK) and not path.is_dir() and path.parts[:2] != ("/", "dev")
