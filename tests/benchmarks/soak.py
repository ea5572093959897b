"""An hour of imports, mailings, `tail`, `watch` and checks on a server that fails, with kills.

Prints the memory of each command at a tenth, half and the end of the time, and what was lost or
doubled; ends with 1 if anything was. Memory is read from /proc: Linux. Usage:
python -m tests.benchmarks.soak [MINUTES [SEED]]
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from smsgw_cli.sandbox.testing import Control
from tests.benchmarks.soak_load import KILLED, Load, Memory, resident
from tests.messages.processes import GatewayProcess

DEFAULTS = (60.0, 1)  # minutes, seed
STEP = 0.25  # seconds
LATENCY = 0.02  # seconds of every answer
LONG_ROWS, LONG_PACE = 4, ["--rate", "5/s"]  # rows a second, which faults slow down
SHORT_ROWS, SHORT_EVERY = 50, 10.0  # seconds between two
MOST_WAIT = 1_800.0  # seconds for what is under way to end
MOST_SILENCE = 660.0  # seconds for `tail` to find the last message: it reads all every 5 minutes
WAITING = "+12025550170"  # a number whose messages stay Pending
FAULTS = (
    "latency rate=1% delay=1.5",  # the first, which counts all requests
    *(f"{kind} rate=0.5%" for kind in ("drop-before", "drop-after", "500", "504", "html")),
    *(f"{kind} rate=0.3%" for kind in ("maintenance", "varnish", "truncated", "malformed")),
    "empty rate=0.2%",
    "429 rate=0.3% retry-after=1",
    "twice rate=0.2%",
    "drip POST rate=0.2% delay=0.01",
    "empty-page GET rate=0.3%",
    "ties GET rate=1%",
)
OF_CONTACTS = "SELECT contact_list_id || ' ' || mobile_number FROM contacts"
OF_MESSAGES = f"SELECT to_number || ' ' || content FROM messages WHERE to_number != '{WAITING}'"
IDS = f"SELECT id FROM messages WHERE to_number != '{WAITING}'"


class Soak:
    """A gateway's folder, and the loads on it. `wanted` are the texts and contacts that it is to
    have at the end, each once."""

    def __init__(self, folder: Path, url: str, minutes: float, seed: int) -> None:
        self.folder = folder
        self._dice = random.Random(seed)
        self._numbers = count(2_000_000)
        self._ends = time.monotonic() + minutes * 60
        self.wanted: Counter[str] = Counter()
        os.environ |= {
            "SMSGW_SERVER": url,
            "SMSGW_TOKEN": "hush-hush",
            "SMSGW_SETTLE": "4",
            "SMSGW_NO_INPUT": "1",
            "XDG_STATE_HOME": str(folder / "state"),
        }
        rows = round(minutes * 60 * LONG_ROWS)
        contacts, mailing = self._import(rows, "1"), self._mailing(rows)
        tail = ["messages", "tail", "--since", "1h", "-o", "ndjson"]
        self.followers = [
            self._load("messages tail", iter([tail]), long=True),
            self._load("campaigns watch", iter([["campaigns", "watch", "1"]]), long=True),
        ]
        self.loads = [
            self._load("contacts import, long", iter([[*contacts, *LONG_PACE]]), long=True),
            self._load("messages send --csv, long", iter([[*mailing, *LONG_PACE]]), long=True),
            self._load("contacts import", self._again(self._import), kills=0.5),
            self._load("messages send --csv", self._again(self._mailing), kills=0.5),
            self._load("messages send --once", self._again(self._send), kills=0.3),
            self._load("check", self._again(lambda: ["check"]), every=60.0),
        ]

    def _load(
        self, name: str, lines: Iterator[list[str]], every: float = SHORT_EVERY, **how: Any
    ) -> Load:
        return Load(name, self.folder, self._dice, lines, every=every, **how)

    def _again(self, line: Callable[[], list[str]]) -> Iterator[list[str]]:
        while time.monotonic() < self._ends:
            yield line()

    def _rows(self, rows: int) -> tuple[Path, list[str]]:
        numbers = [f"+1202{next(self._numbers)}" for _ in range(rows)]
        file = self.folder / f"{numbers[0]}.csv"
        file.write_text("\n".join(["phone", *numbers]) + "\n")
        return file, numbers

    def _import(self, rows: int = SHORT_ROWS, to: str = "2") -> list[str]:
        file, numbers = self._rows(rows)
        self.wanted.update(f"{to} {number}" for number in numbers)
        return ["contacts", "import", to, str(file)]

    def _mailing(self, rows: int = SHORT_ROWS) -> list[str]:
        file, numbers = self._rows(rows)
        self.wanted.update(f"{number} Code {number}" for number in numbers)
        return ["messages", "send", "--csv", str(file), "-m", "Code {phone}", "--yes", "-q"]

    def _send(self) -> list[str]:
        number = f"+1202{next(self._numbers)}"
        self.wanted[f"{number} Hi"] += 1
        return ["messages", "send", "--to", number, "-m", "Hi", "--once", number]

    def run(self, server: Memory) -> None:
        """Until the time is over and every load has come to its end, and `tail` has seen all."""
        while self._step(server) or time.monotonic() < self._ends:
            if time.monotonic() > self._ends + MOST_WAIT:
                print("never ended:", [each.name for each in self.loads if each.is_under_way])
                break
        since = time.monotonic()
        while len(self.tailed) < len(self.held(IDS)) and time.monotonic() < since + MOST_SILENCE:
            self._step(server)

    def stop(self) -> None:
        for each in (*self.loads, *self.followers):
            each.stop()

    def _step(self, server: Memory) -> bool:
        """Whether a load is under way."""
        time.sleep(STEP)
        server.note()
        for each in (*self.loads, *self.followers):
            each.step()
        return any(each.is_under_way for each in self.loads)

    def held(self, query: str) -> Counter[str]:
        with closing(sqlite3.connect(self.folder / "gateway.db")) as db:
            return Counter(str(row[0]) for row in db.execute(query))

    @property
    def tailed(self) -> Counter[str]:
        """How often `tail` printed each message, whole lines alone."""
        lines = self.followers[0].out.read_text().splitlines(keepends=True)
        return Counter(str(json.loads(line)["id"]) for line in lines if line.endswith("\n"))


def run(folder: Path, minutes: float, seed: int) -> bool:
    """Whether nothing was lost or doubled, and every command ended as it may."""
    with GatewayProcess(folder / "gateway.db") as gateway:
        soak = Soak(folder, gateway.url, minutes, seed)
        for line in (["contact-lists", "create", "People", "-q"],
                     ["contact-lists", "create", "More", "-q"],
                     ["messages", "send", "--to", WAITING, "-m", "Hi", "-q"]):  # fmt: skip
            subprocess.run([sys.executable, "-m", "smsgw_cli", *line], check=True)
        control = Control(gateway.url, "hush-hush")
        control.set(latency=LATENCY, fault_seed=seed, fault=FAULTS)
        server = Memory(lambda: resident(gateway.pid))
        try:
            soak.run(server)
        finally:
            soak.stop()
        faults = control.faults()
    return said(soak, server, faults)


def said(soak: Soak, server: Memory, faults: list[dict[str, int]]) -> bool:
    loads = [*soak.loads, *soak.followers]
    print("| command | runs | killed | MiB at 10 % | 50 % | 100 % | exit codes |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for each in loads:
        codes = ", ".join(f"{code}: {number}" for code, number in sorted(each.codes.items()))
        killed = sum(each.codes[code] for code in KILLED) if not each.is_long else 0
        print(f"| `{each.name}` | {each.codes.total()} | {killed} | {each.memory} | {codes} |")
    print(f"| the sandbox | 1 | 0 | {server} | |")
    held = soak.held(OF_CONTACTS) + soak.held(OF_MESSAGES)
    lost, doubled = soak.wanted - held, held - soak.wanted
    unseen, twice = soak.held(IDS) - soak.tailed, soak.tailed - soak.held(IDS)
    odd = [line for each in loads for line in each.odd]
    print(
        f"\n{faults[0]['seen']:,} requests, {sum(each['struck'] for each in faults):,} faults; of "
        f"{soak.wanted.total():,} contacts and messages {lost.total()} lost, {doubled.total()} "
        f"doubled; of {len(soak.held(IDS)):,} messages `tail` missed {unseen.total()} and printed "
        f"{twice.total()} twice; {len(odd)} ends that should not be",
        *odd,
        sep="\n",
    )
    return not (lost or doubled or unseen or twice or odd)


def main() -> None:
    given = sys.argv[1:]
    minutes, seed = *map(float, given), *DEFAULTS[len(given) :]  # type: ignore[misc]  # two
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ends what was started
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if run(Path(folder), minutes, int(seed)) else 1)


if __name__ == "__main__":
    main()
