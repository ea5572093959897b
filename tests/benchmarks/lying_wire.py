"""Sends and a mailing over a wire that loses, spoils or invents 30 % of the answers, with kills:
prints what was lost, what was sent twice, and how many ends were not told truly; all should be 0.

Usage: python -m tests.benchmarks.lying_wire [sends|mailing [SEED [COUNT [KILLS]]]]
"""

import csv
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Lock

from tests.lying import Exchange, lying
from tests.messages.processes import GatewayProcess, Started, start

COUNTS = {"sends": 2_000, "mailing": 5_000}
KILLS = 30
AT_ONCE = 4
TRIES_TO_KILL = 4  # of a send; some are over before
SETTLE = "1.5"
MOST_RUNS = 60
POLL = 0.02
BEFORE = ("drop-before", "500", "502", "504", "maintenance")  # not handled
AFTER = ("drop-after", "truncated", "malformed", "empty", "list")  # handled, and spoilt
FAULTS = (
    *(f"{kind} POST /messages/send rate=2.2%" for kind in (*BEFORE, *AFTER)),
    "500 GET /campaigns rate=8%",
)
WAF = b"<!DOCTYPE html><html><body><h1>Checking your browser</h1></body></html>"
ACCEPTED, REFUSED, UNAVAILABLE, PARTIAL, UNKNOWN, KILLED = 0, 2, 6, 7, 8, -9


class Liar:
    """Says something else than the gateway in a tenth of the answers to sends, and a fifth of
    the pages of lists."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._copies: dict[str, bytes] = {}
        self.lies: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        kinds = self._of_a_send if exchange.method == "POST" else self._of_a_list
        for kind, rate in kinds:
            if self._dice.random() < rate:
                self.lies[kind.__name__.strip("_")] += 1
                kind(self, exchange)
                return

    def _busy(self, exchange: Exchange) -> None:
        exchange.status, exchange.content = 503, b'{"message": "Service Unavailable"}'
        exchange.headers["Retry-After"] = "0"

    def _page(self, exchange: Exchange) -> None:
        exchange.status, exchange.content = 200, WAF

    def _aged(self, exchange: Exchange) -> None:
        key = exchange.path + str(sorted(exchange.query.items() - {("_", exchange.query.get("_"))}))
        exchange.content = self._copies.setdefault(key, exchange.content)
        exchange.headers["Age"] = "60"

    def _copy(self, exchange: Exchange) -> None:
        """As a cache that knows this address gives it, without a sign."""
        key = exchange.path + str(sorted(exchange.query.items()))
        exchange.content = self._copies.setdefault(key, exchange.content)

    def _empty(self, exchange: Exchange) -> None:
        if exchange.status == 200:
            exchange.json = {**exchange.json, "data": []}

    _of_a_send = ((_busy, 0.05), (_page, 0.05))
    _of_a_list = ((_aged, 0.06), (_copy, 0.06), (_empty, 0.06), (_page, 0.04))


class Trial:
    """A gateway with a liar before it, and a home folder for each command's records."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.dice = random.Random(seed)
        self._places = count()
        os.environ |= {"SMSGW_TOKEN": "hush-hush", "XDG_STATE_HOME": str(folder / "state")}

    def start(self, *line: str) -> Started:
        return start(self.folder / f"out {next(self._places)}", *line)

    def ended(self, *line: str) -> int:
        """The exit code of a command line, which is one that it may have."""
        code, _, errors = self.start(*line).ended()
        assert "Traceback" not in errors, errors
        assert code in (ACCEPTED, REFUSED, UNAVAILABLE, PARTIAL, UNKNOWN), (code, errors)
        return code

    def held(self) -> Counter[tuple[str, str]]:
        """How often each number was sent each text."""
        with closing(sqlite3.connect(self.folder / "gateway.db")) as db:
            return Counter(db.execute("SELECT to_number, content FROM messages").fetchall())

    @property
    def sent(self) -> int:
        """The number of messages in the gateway."""
        with closing(sqlite3.connect(self.folder / "gateway.db")) as db:
            return int(db.execute("SELECT count(*) FROM messages").fetchone()[0])


class Counted:
    """A number that threads count up."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = Lock()

    def add(self) -> None:
        with self._lock:
            self.count += 1


def kill_after(started: Started, seconds: float) -> bool:
    """Kill a command after so many seconds; returns whether it was not over by then."""
    started.process.join(seconds)
    started.process.kill()
    started.process.join()
    return not started.out.with_suffix(".code").exists()


def sends(trial: Trial, number: int, kills: int) -> tuple[set[tuple[str, str]], str]:
    """Sends with a key each, run until each ends with 0; the pairs wanted, and what was counted.

    At each end that says that it was not sent, it is looked for in the gateway.
    """
    order = trial.dice.sample(range(number), number)
    delays = {each: trial.dice.uniform(0.0, 0.4) for each in order[: kills * TRIES_TO_KILL]}
    untrue, killed, runs = Counted(), Counted(), Counted()

    def line(each: int) -> list[str]:
        text = f"text {each}"
        given = ["--to", f"+1202{2_000_000 + each}", "-m", text, "--once", text]
        return ["messages", "send", *given, "--settle", SETTLE, "--retries", "1"]

    def one(each: int) -> None:
        if (
            each in delays
            and killed.count < kills
            and kill_after(trial.start(*line(each)), delays[each])
        ):
            killed.add()
        for _ in range(MOST_RUNS):
            runs.add()
            code = trial.ended(*line(each))
            there = trial.held()[f"+1202{2_000_000 + each}", f"text {each}"]
            if there not in {ACCEPTED: (1,), UNKNOWN: (0, 1)}.get(code, (0,)):
                untrue.add()
            if code == ACCEPTED:
                return

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(number)))
    wanted = {(f"+1202{2_000_000 + each}", f"text {each}") for each in range(number)}
    return wanted, (f"{runs.count:,} runs, {killed.count} killed, {untrue.count} ended untruly")


def mailing(trial: Trial, number: int, kills: int) -> tuple[set[tuple[str, str]], str]:
    """A mailing that is killed so often, then run until it ends with 0."""
    file = trial.folder / "codes.csv"
    rows = [(f"+1202{2_000_000 + each}", str(each)) for each in range(number)]
    file.write_text("\n".join(["phone,code", *map(",".join, rows)]) + "\n")
    given = ["--csv", str(file), "-m", "Code {code}", "--settle", SETTLE]
    line = ["messages", "send", *given, "--workers", "4", "--yes"]
    killed = untrue = 0
    for moment in sorted(trial.dice.sample(range(number * 9 // 10), kills)):
        started = trial.start(*line)
        while trial.sent < moment and started.process.is_alive():
            time.sleep(POLL)
        killed += kill_after(started, trial.dice.uniform(0.0, 0.6))
    code, runs = UNKNOWN, 0
    while code not in (ACCEPTED, REFUSED) and runs < MOST_RUNS:  # refused: the last had sent all
        code, runs = trial.ended(*line), runs + 1
        untrue += untrue_rows(trial, file)
    wanted = {(phone, f"Code {code}") for phone, code in rows}
    return wanted, f"{killed} killed, {runs} more runs, {untrue} rows of results untrue"


def untrue_rows(trial: Trial, file: Path) -> int:
    """How many rows of the results do not fit what the gateway has."""
    held, results = trial.held(), Path(f"{file}.results.csv")
    allowed = {"accepted": (1,), "unknown": (0, 1)}
    if not results.exists():
        return 0
    with results.open() as lines:
        return sum(
            held[row["phone"], f"Code {row['code']}"] not in allowed.get(row["status"], (0,))
            for row in csv.DictReader(lines)
        )


TRIALS: dict[str, Callable[[Trial, int, int], tuple[set[tuple[str, str]], str]]] = {
    "sends": sends,
    "mailing": mailing,
}


def run(name: str, seed: int, number: int, kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial, liar = Trial(Path(folder), seed), Liar(seed)
        began = time.monotonic()
        with (
            GatewayProcess(trial.folder / "gateway.db", *FAULTS) as gateway,
            lying(gateway.url, liar) as proxy,
        ):
            os.environ["SMSGW_SERVER"] = proxy.url
            wanted, counted = TRIALS[name](trial, number, kills)
            held = trial.held()
        posts = sum(each.startswith("POST") for each in proxy.asked)
        print(f"{name}, seed {seed}: {number:,} with {kills} kills: {counted}")
        print(f"  {len(proxy.asked):,} requests, {posts:,} of them sends; {_said(liar.lies)}")
        print(
            f"  lost {len(wanted - held.keys())}, doubled {_doubled(held.values())}, "
            f"of nobody {len(held.keys() - wanted)}; {time.monotonic() - began:.0f} s",
            flush=True,
        )


def _said(lies: Counter[str]) -> str:
    return f"lies: {json.dumps(dict(sorted(lies.items())))}"


def _doubled(counts: Iterable[int]) -> int:
    return sum(each > 1 for each in counts)


def main() -> None:
    names = sys.argv[1:2] or [*TRIALS]
    seed, number, kills = [*map(int, sys.argv[2:]), *[None] * 3][:3]
    for name in names:
        run(name, seed or 1, number or COUNTS[name], KILLS if kills is None else kills)


if __name__ == "__main__":
    main()
