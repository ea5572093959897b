"""Prints how fast mailings go out, beside other clients, and how their cost grows.

The server runs in a separate process, with no latency and with 50 ms. Usage:
python -m tests.benchmarks.mailing_rate [ROWS [ROUNDS]], or python -m tests.benchmarks.mailing_rate
growth [ROWS …] for time and memory of files with so many rows, of which all texts are different,
or the same.
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
    curl_parallel,
    rate,
    requests_threads,
    serve,
    wrk,
    xargs_curl,
)
from tests.benchmarks.measured import Measured, measured

DEFAULTS = (2_000, 3)  # rows, rounds
FEW = 100  # rows of a slow client
GROWTH = (1_000, 10_000, 100_000, 1_000_000)  # rows
LARGEST_CAMPAIGN = 10_000  # recipients


@contextmanager
def server(delay: float) -> Iterator[str]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(delay, there), daemon=True)
    process.start()
    yield here.recv()
    process.terminate()


def sent(url: str, rows: int, folder: Path, workers: int, *, same: bool = False) -> Measured:
    """`messages send --csv` of so many rows, as a process, with a state of its own."""
    file = folder / "codes.csv"
    with file.open("w") as lines:
        lines.write("phone,code\n")
        lines.writelines(f"+1202{2_000_000 + each},{each * (not same)}\n" for each in range(rows))
    line = ["messages", "send", "--csv", str(file), "-m", "Code {code}", "--yes", "-q"]
    state = str(folder / f"state{time.monotonic_ns()}")
    environment = {
        "SMSGW_SERVER": url,
        "SMSGW_TOKEN": "t",
        "XDG_STATE_HOME": state,
        "PYTHONDONTWRITEBYTECODE": "",  # compiled once, like an installed program
    }
    found = measured([*line, "--workers", str(workers)], environment)
    campaigns = -(-rows // LARGEST_CAMPAIGN) if same else rows
    assert (found.code, found.lines) == (0, campaigns), found
    return found


def send_all(url: str, rows: int, folder: Path, workers: int) -> None:
    sent(url, rows, folder, workers)


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


def growth(sizes: tuple[int, ...]) -> None:
    with server(0.0) as url:
        for same in (False, True):
            print(f"\ntexts that are {'the same' if same else 'different'}, no latency")
            for rows in sizes:
                with tempfile.TemporaryDirectory() as name:
                    found = sent(url, rows, Path(name), 32, same=same)
                print(f"  {rows:9,} rows: {rows / found.seconds:6,.0f} rows a second, {found}")


def main() -> None:
    if sys.argv[1:2] == ["growth"]:
        growth(tuple(map(int, sys.argv[2:])) or GROWTH)
        return
    given = [int(each) for each in sys.argv[1:]]
    rows, rounds = *given, *DEFAULTS[len(given) :]
    rates(rows, rounds)


if __name__ == "__main__":
    main()
