"""Random trials of sends in waves: killed, interrupted, begun twice, on a server that fails.

`python -m tests.benchmarks.waves_chaos [MINUTES [SEED]]` prints a line a trial, and ends with 1 at
the first one in which a message was sent twice, lost, or too early.
"""

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.messages.processes import DROPS, ERRORS, GatewayProcess, Started, start
from tests.messages.waves.conftest import bad, good

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
ENDS_IN = {0, 2, 6, 7, 8, 9, 130, 143}
MOST_RUNS = 40
LINE = ["messages", "send", "--yes", "--set", "settle=1.5", "--set", "look_back=1h"]


@dataclass
class Trial:
    """One send: by numbers or by a file, of which the first `failing` recipients fail."""

    folder: Path
    dice: random.Random
    line: list[str] = field(default_factory=list)
    canary: int = 0
    is_bad: bool = False

    def __post_init__(self) -> None:
        count = self.dice.randint(1, 120)
        self.is_bad = self.dice.random() < 0.3
        self.canary = min(count, self.dice.randint(4, 12))
        numbers = [*(bad(2) if self.is_bad else []), *good(count)][:count]
        self.is_bad = self.is_bad and count > 4
        texts = self.dice.choice([1, 3, count]) if self.dice.random() < 0.6 else 0
        self.plan = Counter((each, f"Hi {at % texts}" if texts else "Hi")
                            for at, each in enumerate(numbers))  # fmt: skip
        wait = "1s" if self.is_bad else self.dice.choice(["0s", "0.3s"])  # to fail takes a moment
        sizes = [f"{self.canary}/{wait}"]
        sizes += [f"{self.dice.randint(1, 40)}/0s" for _ in range(self.dice.randint(0, 3))]
        waves = ",".join([*sizes, *self.dice.choice([[], ["rest"], ["30%/0s"]])])
        self.line = [*LINE, "--waves", waves, "--set", "min_arrived=0"]
        key = ["--once", "trial"] if not texts or self.dice.random() < 0.5 else []
        self.line += [*key, *(self._file(numbers, texts) if texts else self._numbers(numbers))]

    def _file(self, numbers: list[str], texts: int) -> list[str]:
        path = self.folder / "people.csv"
        rows = [f"{each},{at % texts}" for at, each in enumerate(numbers)]
        path.write_text("\n".join(["phone,name", *rows]) + "\n")
        return ["--csv", str(path), "-m", "Hi {name}"]

    def _numbers(self, numbers: list[str]) -> list[str]:
        (self.folder / "numbers.txt").write_text("\n".join(numbers) + "\n")
        return ["--to", f"@{self.folder}/numbers.txt", "-m", "Hi"]

    @property
    def held(self) -> Counter[tuple[str, str]]:
        with closing(sqlite3.connect(self.folder / "gateway.db")) as db:
            return Counter(db.execute("SELECT to_number, content FROM messages").fetchall())

    def check(self, *, is_done: bool) -> None:
        held = self.held
        assert held <= self.plan, f"twice or never meant: {held - self.plan}"
        assert not is_done or held == self.plan, f"lost: {self.plan - held}"
        if self.is_bad and not is_done:
            assert held.total() <= self.canary, f"{held.total()} sent after a bad canary"

    def killed(self, gateway: GatewayProcess) -> None:
        """Start it once or twice, and kill it, or the server, at some moment."""
        place = self.dice.randrange(10**9)
        runs = [start(self.folder / f"{place} {each}", *self.line)
                for each in range(self.dice.choice([1, 1, 2]))]  # fmt: skip
        for run in runs:
            run.process.join(self.dice.uniform(0.1, 2.5))
            if self.dice.random() < 0.2:
                gateway.restart()
            if run.process.is_alive():
                os.kill(run.process.pid or 0, self.dice.choice(SIGNALS))
        for run in runs:
            self.end(run)

    def end(self, run: Started) -> int:
        run.process.join(60)
        run.process.kill()
        run.process.join()
        if not run.out.with_suffix(".code").exists():
            return -1
        code, _, errors = run.ended()
        assert "Traceback" not in errors, errors
        assert code in ENDS_IN, (code, errors)
        is_done = code == 0 or "nothing to send" in errors  # as it was sent
        self.check(is_done=is_done)
        return 0 if is_done else code

    def carry_out(self) -> str:
        faults = [*self.dice.sample(DROPS + ERRORS, self.dice.randint(0, 5))]
        codes: list[int] = []
        with GatewayProcess(self.folder / "gateway.db", *faults) as gateway:
            os.environ.update(SMSGW_SERVER=gateway.url, SMSGW_TOKEN="hush-hush")
            for _ in range(self.dice.randint(0, 6)):
                self.killed(gateway)
                self.check(is_done=False)
            for place in range(MOST_RUNS):
                if self.is_bad and codes[-1:] == [7] and self.held.total() == self.canary:
                    self.line += ["--max-failed", "100%"]
                    self.is_bad = False
                codes.append(self.end(start(self.folder / f"last {place}", *self.line)))
                if codes[-1] == 0:
                    return f"{self.plan.total()} messages, {faults}: {codes}"
        raise AssertionError(f"never came to its end: {codes}")


def trials(seed: int, ends: float) -> Iterator[str]:
    """A line a trial until then. Raises AssertionError."""
    while time.monotonic() < ends:
        with tempfile.TemporaryDirectory() as name:
            os.environ["HOME"] = name
            os.chdir(name)
            trial = Trial(Path(name), random.Random(seed))
            try:
                yield f"{seed}: {trial.carry_out()}"
            except AssertionError:
                said = (f"{each}: {each.read_text()}" for each in sorted(Path(name).glob("*.err")))
                print(f"{seed}: {trial.line}", *said, sep="\n")
                raise
            os.chdir("/")
        seed += 1


if __name__ == "__main__":
    minutes, seed = [*map(float, sys.argv[1:]), *(2.0, 1.0)[len(sys.argv) - 1 :]]
    for line in trials(int(seed), time.monotonic() + minutes * 60):
        print(line, flush=True)
