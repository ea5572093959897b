"""Prints how fast mailings of different texts go out, to a server that answers at once and one
that takes 50 ms, in a process of its own. Usage: python -m tests.benchmarks.mailing_rate [ROWS
[ROUNDS]]
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.import_rate import rate, serve

DEFAULTS = (2_000, 3)  # rows, rounds
WORKERS = (8, 32)


def sent(url: str, rows: int, folder: Path, workers: int) -> None:
    """`messages send --csv` of so many texts, as a process, with a state of its own."""
    file = folder / "codes.csv"
    lines = [f"+1202{2_000_000 + each},{each}" for each in range(rows)]
    file.write_text("\n".join(["phone,code", *lines]) + "\n")
    environment = {
        **os.environ,
        "SMSGW_SERVER": url,
        "SMSGW_TOKEN": "t",
        "XDG_STATE_HOME": str(folder / f"state{time.monotonic_ns()}"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    line = [sys.executable, "-m", "smsgw_cli", "messages", "send", "--csv", str(file)]
    options = ["-m", "Code {code}", "--workers", str(workers), "--yes", "-q"]
    told = subprocess.run([*line, *options], env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert len(told.stdout.split()) == rows


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    rows, rounds = *given, *DEFAULTS[len(given) :]
    context = multiprocessing.get_context("spawn")
    for delay in (0.0, 0.05):
        here, there = context.Pipe()
        server = context.Process(target=serve, args=(delay, there), daemon=True)
        server.start()
        url = here.recv()
        with tempfile.TemporaryDirectory() as name:
            for workers in WORKERS:
                folder = Path(name)
                found = [
                    rate(rows, lambda: sent(url, rows, folder, workers))  # noqa: B023
                    for _ in range(rounds)
                ]
                print(
                    f"{rows:,} texts, a server that takes {delay * 1000:.0f} ms, {workers} "
                    f"workers: {median(found):,.0f} a second, the median of {rounds}"
                )
        server.terminate()


if __name__ == "__main__":
    main()
