"""Prints how long each command reads a long list, divided by what an export takes.

500 pages of 100 records, each page after 50 ms, by default: wall-clock time and peak memory of the
process `smsgw`, the least of some rounds in turn. An import of 100 rows is into that list. Usage:
python -m tests.benchmarks.readers_rate [PAGES [ROUNDS]]
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.list_memory import MESSAGE
from tests.benchmarks.measured import Measured, measured
from tests.benchmarks.pageserver import PER_PAGE, pages
from tests.benchmarks.sync_memory import CONTACT

DEFAULTS = (500, 3)  # pages, rounds
SECONDS_A_PAGE = 0.05
EXPORT = "contacts export 1 -q"
FAILED = MESSAGE.replace("Delivered", "Failed")
OF_CONTACTS = (
    EXPORT,
    "contacts list 1 -o json",
    "contacts list 1 -o ndjson",
    "contacts list 1 -o csv",
    "contacts list 1 -o tsv",
    "contacts import 1 {file} --dry-run",
    "contacts sync 1 {file} --dry-run --max-delete 100%",
    "messages preview --list 1 -m Hi",
    "messages send --list 1 -m Hi --exclude +12025550123 --dry-run",
)
OF_MESSAGES = (
    "messages list -o json",
    "campaigns report 1",
    "messages tail --no-follow",
)
MOST_RATIO, MOST_MEBIBYTES = 1.3, 64


def rounds(lines: tuple[str, ...], record: str, total: int, count: int) -> dict[str, Measured]:
    """The fastest run of each command line."""
    found: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as name, pages(total, record, SECONDS_A_PAGE) as server:
        file = Path(name) / "people.csv"
        file.write_text("phone\n" + "".join(f"+1404555{each:04}\n" for each in range(100)))
        for _ in range(count):
            for line in lines:
                each = measured(line.format(file=file).split(), {**server, "XDG_STATE_HOME": name})
                found[line] = min(found.get(line, each), each, key=lambda run: run.seconds)
    return found


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    count, most = *given, *DEFAULTS[len(given) :]
    total = count * PER_PAGE
    found = rounds(OF_CONTACTS, CONTACT, total, most) | rounds(OF_MESSAGES, FAILED, total, most)
    print(f"| {total:,} records, {SECONDS_A_PAGE * 1000:.0f} ms a page | s | ÷ export | MiB |")
    print("| --- | --- | --- | --- |")
    for line, run in found.items():
        ratio = run.seconds / found[EXPORT].seconds
        is_bad = ratio > MOST_RATIO or run.mebibytes > MOST_MEBIBYTES or run.code
        verdict = f" (exit code {run.code}): TOO MUCH" if is_bad else ""
        shown = line.format(file="FILE")
        print(f"| `{shown}` | {run.seconds:.1f} | {ratio:.2f} | {run.mebibytes:.0f} |{verdict}")


if __name__ == "__main__":
    main()
