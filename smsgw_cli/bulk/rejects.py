"""The file of rows that were not imported: the same columns, and why, ready to be fed back in."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from smsgw_cli.bulk.mapping import REASON
from smsgw_cli.bulk.plan import BAD, Plan, Problem
from smsgw_cli.bulk.rows import Row, Sheet
from smsgw_cli.bulk.shard import Shard


def beside(file: str, shard: Shard | None = None) -> Path:
    """Where the rejects of a file go: beside it, or here for standard input."""
    part = f".{shard.index}-of-{shard.count}" if shard else ""
    return Path(f"{'stdin' if file == '-' else file}{part}.rejects.csv")


def write(path: Path, sheet: Sheet, problems: Sequence[Problem]) -> None:
    """Write the problems' rows, each once, with all its reasons. Raises OSError."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row.number, []).append(f"{problem.column}: {problem.reason}")
    rows = {problem.row.number: problem.row for problem in problems}.values()
    _write(path, sheet.columns, ((row, "; ".join(reasons[row.number])) for row in rows))


def write_failed(path: Path, plan: Plan, failures: Mapping[int, str]) -> None:
    """Write the rows that were wrong, and those the server refused. Raises OSError."""

    def failed() -> Iterable[tuple[Row, str]]:
        for row, problems in plan.checked() if plan.bad else _unchecked(plan):
            if row.number in failures:
                yield row, failures[row.number]
            elif problems and plan.numbers[row.number] == BAD:
                yield row, "; ".join(f"{each.column}: {each.reason}" for each in problems)

    _write(path, plan.table.columns, failed())


def _unchecked(plan: Plan) -> Iterable[tuple[Row, list[Problem]]]:
    return ((row, []) for row in plan.table.rows())


def _write(path: Path, columns: Sequence[str], rows: Iterable[tuple[Row, str]]) -> None:
    kept = [each for each in columns if each != REASON]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*kept, REASON])
        for row, reason in rows:
            writer.writerow([*(row.cells[column] for column in kept), reason])
