"""The file of rows that were not imported: the same columns, and why, ready to be fed back in."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.tables.mapping import REASON
from smsgw_cli.tables.reader import Row, Sheet
from smsgw_cli.tables.shard import Shard


@dataclass(frozen=True)
class Problem:
    """A row that cannot be sent, and why."""

    row: Row
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row.number}, {self.column}: {self.reason}"


def beside(file: str, shard: Shard | None = None) -> Path:
    """Where the rejects of a file go: beside it, or here for standard input."""
    part = f".{shard.index}-of-{shard.count}" if shard else ""
    return named(file, f"{part}.rejects.csv")


def named(file: str, ending: str) -> Path:
    """A file beside another one, or here for standard input."""
    return Path(f"{'stdin' if file == '-' else file}{ending}")


def write(path: Path, sheet: Sheet, problems: Sequence[Problem]) -> Path:
    """Write the problems' rows, each once, with all its reasons; where they are. Raises OSError."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row.number, []).append(f"{problem.column}: {problem.reason}")
    rows = {problem.row.number: problem.row for problem in problems}.values()
    return write_rows(path, sheet.columns, ((row, "; ".join(reasons[row.number])) for row in rows))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[tuple[Row, str]]) -> Path:
    """Beside the file, for its owner alone; where no file can be there, in a temporary folder."""
    kept = [each for each in columns if each != REASON]
    place = place_for(path)
    with atomic_write(place, 0o600) as raw:
        file = io.TextIOWrapper(raw, "utf-8", newline="")
        writer = csv.writer(file)
        writer.writerow([*kept, REASON])
        for row, reason in rows:
            writer.writerow([*(row.cells[column] for column in kept), reason])
        file.flush()
        file.detach()  # closing is the business of whoever opened
    return place


def place_for(path: Path) -> Path:
    """Where a file can be: there, or in a temporary folder."""
    return path if _takes_files(path) else Path(tempfile.mkdtemp(prefix="smsgw-")) / path.name


def _takes_files(path: Path) -> bool:
    """Not beside `/dev/fd/63`, which is what a shell makes of `<(command)`."""
    return os.access(path.parent, os.W_OK) and not path.is_dir() and path.parts[:2] != ("/", "dev")
