"""Prints how the cost of a command grows: time, CPU and memory for 1,000, 10,000 … records.

Each is a process of its own against a server that answers at once; the last two columns are what
one record more costs, from the row before. Usage:
python -m tests.benchmarks.growth [LARGEST [COMMAND]], such as 1000000 'contacts export'
"""

import multiprocessing
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import sync_memory
from tests.benchmarks.import_rate import serve
from tests.benchmarks.list_memory import MESSAGE
from tests.benchmarks.measured import Measured, measured
from tests.benchmarks.pageserver import pages
from tests.benchmarks.sync_memory import CONTACT

SMALLEST, LARGEST = 1_000, 100_000
LINES = {
    "contacts import 1 {file} --ignore-extra --workers 32": "",
    "contacts export 1 -q": CONTACT,
    "contacts sync 1 {file} --dry-run --max-delete 100% -o csv": CONTACT,
    "messages send --csv {file} -m {{phone}} --yes -q --workers 32": "",
    "messages send --csv {file} -m Hi --yes -q --workers 32": "",
    "contacts list 1 -o ndjson": CONTACT,
    "campaigns report 1": MESSAGE,
}


@contextmanager
def creating() -> Iterator[dict[str, str]]:
    """A server that creates whatever it is sent: the environment that names it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(0.0, there), daemon=True)
    server.start()
    try:
        yield {"SMSGW_SERVER": here.recv(), "SMSGW_TOKEN": "benchmark"}
    finally:
        server.terminate()
        server.join()


def measure(line: str, record: str, count: int) -> Measured:
    with tempfile.TemporaryDirectory() as state:
        file = Path(state) / "people.csv"
        sync_memory.write(file, count)
        with pages(count, record) if record else creating() as server:
            found = measured(line.format(file=file).split(), {**server, "XDG_STATE_HOME": state})
    assert found.code == 0, f"{line}: {found}"
    return found


def sizes(largest: int) -> Iterator[int]:
    count = SMALLEST
    while count <= largest:
        yield count
        count *= 10


def main() -> None:
    largest = int(sys.argv[1]) if sys.argv[1:] else LARGEST
    chosen = sys.argv[2] if sys.argv[2:] else ""
    print("| command | records | s | s of CPU | MiB | µs of CPU a record | bytes a record |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for line, record in LINES.items():
        if line.startswith(chosen):
            grow(line, record, largest)


def grow(line: str, record: str, largest: int) -> None:
    before, fewer = measure(line, record, 1), 1
    for count in sizes(largest):
        run, more = measure(line, record, count), count - fewer
        print(
            f"| `{line.format(file='FILE')}` | {count:,} | {run.seconds:.1f} | {run.cpu:.1f} "
            f"| {run.mebibytes:.0f} | {(run.cpu - before.cpu) / more * 1e6:.0f} "
            f"| {(run.mebibytes - before.mebibytes) / more * (1 << 20):.0f} |",
            flush=True,
        )
        before, fewer = run, count


if __name__ == "__main__":
    main()
