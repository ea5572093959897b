"""The file of rejected rows: the original columns and a reason, ready to be fixed and imported."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.storage.private_file import OWNER_ALONE
from smsgw_cli.tables.mapping import REASON
from smsgw_cli.tables.reader import Row, Sheet
from smsgw_cli.tables.shard import Shard
from smsgw_cli.wording import without_formula


@dataclass(frozen=True)
class Problem:
    """An invalid row and the reason."""

    row: Row
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row.number}, {self.column}: {self.reason}"


def rejects_path(file: str, shard: Shard | None = None) -> Path:
    """Path of the rejects of a file: next to it; for standard input, in the working directory."""
    part = f".{shard.index}-of-{shard.count}" if shard else ""
    return sibling_path(file, f"{part}.rejects.csv")


def sibling_path(file: str, ending: str) -> Path:
    """Path of a file next to another one; for standard input, in the working directory."""
    return Path(f"{'stdin' if file == '-' else file}{ending}")


def write(path: Path, sheet: Sheet, problems: Sequence[Problem]) -> Path:
    """Write each invalid row once with all its reasons; returns the path. Raises OSError."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row.number, []).append(f"{problem.column}: {problem.reason}")
    rows = {problem.row.number: problem.row for problem in problems}.values()
    return write_rows(path, sheet.columns, ((row, "; ".join(reasons[row.number])) for row in rows))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[tuple[Row, str]]) -> Path:
    """Write rows with their reasons to `path`, or to a temporary folder; returns the path.

    The file is private to the user. Raises OSError.
    """
    kept = [each for each in columns if each != REASON]
    target = writable_path(path)
    with atomic_write(target, OWNER_ALONE) as raw:
        file = io.TextIOWrapper(raw, "utf-8", newline="")
        writer = csv.writer(file)
        writer.writerow([*kept, REASON])
        for row, reason in rows:
            writer.writerow([*(row.cells[column] for column in kept), without_formula(reason)])
        file.flush()
        file.detach()  # the caller closes it
    return target


def writable_path(path: Path) -> Path:
    """The path itself if it is writable, else one in a temporary folder."""
    return path if _is_writable(path) else Path(tempfile.mkdtemp(prefix="smsgw-")) / path.name


def _is_writable(path: Path) -> bool:
    """Whether a file can be created there; not in `/dev`, for a file from `<(command)`."""
    return os.access(path.parent, os.W_OK) and not path.is_dir() and path.parts[:2] != ("/", "dev")
