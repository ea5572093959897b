"""The file of rows that were not imported: the same columns, and why, ready to be fed back in."""

import csv
from collections.abc import Sequence
from pathlib import Path

from smsgw_cli.bulk.mapping import REASON
from smsgw_cli.bulk.plan import Problem
from smsgw_cli.bulk.rows import Sheet


def beside(file: str) -> Path:
    """Where the rejects of a file go: beside it, or here for standard input."""
    return Path("stdin.rejects.csv" if file == "-" else f"{file}.rejects.csv")


def write(path: Path, sheet: Sheet, problems: Sequence[Problem]) -> None:
    """Write the problems' rows, each once, with all its reasons. Raises OSError."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row.number, []).append(f"{problem.column}: {problem.reason}")
    columns = [each for each in sheet.columns if each != REASON]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, REASON])
        for row in {problem.row.number: problem.row for problem in problems}.values():
            cells = [row.cells[column] for column in columns]
            writer.writerow([*cells, "; ".join(reasons[row.number])])
