"""Prints how fast mailings go out, beside other clients.

The server runs in a separate process, with no latency and with 50 ms. Usage:
python -m tests.benchmarks.mailing_rate [ROWS [ROUNDS]]
"""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.import_rate import (
    Gateway,
    curl_parallel,
    rate,
    requests_threads,
    serve,
    wrk,
    xargs_curl,
)
from tests.benchmarks.measured import measured

DEFAULTS = (2_000, 3)  # rows, rounds
FEW = 100  # rows of a slow client
FIRST = 2_000_000  # the last digits of the first number


@contextmanager
def server(delay: float, protocol: type[Gateway] = Gateway) -> Iterator[str]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(delay, there, protocol), daemon=True)
    process.start()
    yield here.recv()
    process.terminate()


def written(file: Path, rows: int) -> Path:
    """A file of numbers with a code each."""
    with file.open("w") as lines:
        lines.write("phone,code\n")
        lines.writelines(f"+1202{FIRST + each},{each}\n" for each in range(rows))
    return file


def send_all(url: str, rows: int, folder: Path, workers: int) -> None:
    """`messages send --csv` of so many rows, as a process, with a state of its own."""
    file = written(folder / "codes.csv", rows)
    line = ["messages", "send", "--csv", str(file), "-m", "Code {code}", "--yes", "-q"]
    environment = {
        "SMSGW_SERVER": url,
        "SMSGW_TOKEN": "t",
        "XDG_STATE_HOME": str(folder / f"state{time.monotonic_ns()}"),
        "PYTHONDONTWRITEBYTECODE": "",  # compiled once, like an installed program
    }
    found = measured([*line, "--workers", str(workers)], environment)
    assert (found.code, found.lines) == (0, rows), found


def rates(rows: int, rounds: int) -> None:
    for delay in (0.0, 0.05):
        found: dict[str, list[float]] = {}
        with tempfile.TemporaryDirectory() as name, server(delay) as url:
            for _ in range(rounds):
                for what, run in runs(url, rows, Path(name)).items():
                    found.setdefault(what, []).append(run())
        print(f"\n{rows:,} texts, a server that takes {delay * 1000:.0f} ms: sends a second")
        for what, each in found.items():
            pairs = zip(found["ours, 32 workers"], each, strict=True)
            ratio = median(ours / theirs for ours, theirs in pairs)
            print(f"  {what:22}{median(each):10,.0f}   ours with 32 is {ratio:6.2f} times that")


def runs(url: str, rows: int, folder: Path) -> dict[str, Callable[[], float]]:
    return {
        "ours, 32 workers": partial(rate, rows, lambda: send_all(url, rows, folder, 32)),
        "ours, 8 workers": partial(rate, rows, lambda: send_all(url, rows, folder, 8)),
        "wrk, 32 connections": partial(wrk, url, folder),
        "curl --parallel 32": partial(rate, rows, lambda: curl_parallel(url, rows, folder)),
        "requests, 32 threads": partial(rate, rows, lambda: requests_threads(url, rows, 32)),
        "xargs -P32 curl": partial(rate, FEW, lambda: xargs_curl(url, FEW, folder)),
    }


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    rows, rounds = *given, *DEFAULTS[len(given) :]
    rates(rows, rounds)


if __name__ == "__main__":
    main()
