"""Sends one mailing as many processes with states of their own, of which some are killed and begin
elsewhere without a record; prints what was lost or doubled.

Against a sandbox where requests fail in every way. Usage:
python -m tests.benchmarks.mailing_shards [ROWS [PARTS [KILLS [SEED]]]]
"""

import csv
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.messages.processes import DROPS, ERRORS, GatewayProcess

DEFAULTS = (4_000, 16, 16, 1)  # rows, parts, kills, seed
TEXTS = 50
MOST_RUNS = 20


def start(folder: Path, part: int, parts: int) -> "subprocess.Popen[bytes]":
    """A part with the state it has, or none."""
    line = [
        *(sys.executable, "-m", "smsgw_cli", "messages", "send", "--csv", "codes.csv", "--yes"),
        *("-m", "Code {code}", "--once", "monday", "--shard", f"{part}/{parts}", "--settle", "3"),
    ]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / f"state{part}")}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(line, cwd=folder, env=environment, **quiet)  # type: ignore[call-overload, no-any-return]  # of the keywords


def held(folder: Path) -> Counter[tuple[str, str]]:
    """How often each number got each text."""
    with closing(sqlite3.connect(folder / "gateway.db")) as db:
        return Counter(db.execute("SELECT to_number, content FROM messages").fetchall())


def lose(
    folder: Path, running: dict[int, "subprocess.Popen[bytes]"], parts: int, part: int
) -> None:
    """Kill a part, throw its state away, and start it again when its requests have ended."""
    running[part].kill()
    running[part].wait()
    shutil.rmtree(folder / f"state{part}", ignore_errors=True)
    time.sleep(1)
    running[part] = start(folder, part, parts)


def carry_out(folder: Path, parts: int, kills: int, dice: random.Random) -> int:
    """Run all parts to their ends; returns how often one was run."""
    running = {part: start(folder, part, parts) for part in range(1, parts + 1)}
    runs, left = parts, kills
    while running and runs < parts * MOST_RUNS:
        if left:
            time.sleep(dice.uniform(0, 1.5))
            lose(folder, running, parts, dice.choice(list(running)))
            left, runs = left - 1, runs + 1
        for part, process in list(running.items()):
            if not left and process.wait() == 0:
                del running[part]
            elif process.poll() not in (None, 0):
                running[part], runs = start(folder, part, parts), runs + 1
    return runs


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    rows, parts, kills, seed = *given, *DEFAULTS[len(given) :]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = {(f"+1202{2_000_000 + row}", f"Code {row % TEXTS}") for row in range(rows)}
        lines = (f"{number},{text.split()[1]}" for number, text in sorted(wanted))
        (folder / "codes.csv").write_text("\n".join(["phone,code", *lines]) + "\n")
        with GatewayProcess(folder / "gateway.db", *DROPS, *ERRORS) as gateway:
            os.environ |= {"SMSGW_SERVER": gateway.url, "SMSGW_TOKEN": "hush-hush"}
            runs = carry_out(folder, parts, kills, random.Random(seed))
        found = held(folder)
        told = Counter(
            row["status"]
            for path in folder.glob("codes.csv.*-of-*.results.csv")
            for row in csv.DictReader(path.read_text().splitlines())
        )
        doubled = sum(found.values()) - len(found)
        print(
            f"{rows:,} rows, {parts} parts, {kills} lost states, {runs} runs: {doubled} doubled, "
            f"{len(wanted - found.keys())} lost, results: {dict(told)}"
        )


if __name__ == "__main__":
    main()
