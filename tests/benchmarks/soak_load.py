"""Commands that run again and again beside each other, killed at random, and their memory."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

KILLED = (-signal.SIGKILL, 130)
DONE = {0}
JUDGED = {0, 1, 2, 3}  # of a check
MAY_END = {0, 6, 7, 8, *KILLED}
SENT_ALL = "nothing to send"  # of a mailing that was killed after its last send
LIVES = 0.2, 4.0  # seconds until a command is killed
SHARES = (0.1, 0.5, 1.0)  # of the time


def resident(process: int, of: str = "VmRSS") -> float | None:
    """MiB of memory in use, or (VmHWM) the peak of it; None of a process that is over."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith(f"{of}:")]
    return int(found[0]) / 1024 if found else None  # a zombie has none


class Memory:
    """What a process takes over time, as the medians of the tenths that end at SHARES."""

    def __init__(self, read: Callable[[], float | None]) -> None:
        self._read = read
        self._samples: list[tuple[float, float]] = []

    def note(self) -> None:
        if (taken := self._read()) is not None:
            self._samples.append((time.monotonic(), taken))

    def _at(self, share: float) -> float:
        first, last = self._samples[0][0], self._samples[-1][0]
        ends = first + share * (last - first)
        begins = ends - 0.1 * (last - first)
        until = [each for each in self._samples if each[0] <= ends]
        return median([taken for at, taken in until if at >= begins] or [until[-1][1]])

    def __str__(self) -> str:
        return " | ".join(f"{self._at(each):.1f}" for each in SHARES) if self._samples else "| |"


class Load:
    """Lines of `smsgw`, one after the other, each run until it ends with 0.

    `every` are the seconds between two lines, `kills` the share of first runs that are killed. Of a
    `long` one, memory is noted all the time, of others their peaks.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        dice: random.Random,
        lines: Iterator[list[str]],
        *,
        every: float = 0.0,
        kills: float = 0.0,
        long: bool = False,
    ) -> None:
        self.name, self.is_long = name, long
        self.out = folder / f"{name}.out"
        self.codes: Counter[int] = Counter()
        self.odd: list[str] = []
        self.memory = Memory(lambda: resident(self._process.pid) if long else self._peak)
        self._dice, self._lines, self._every, self._kills = dice, lines, every, kills
        self._next_at, self._kill_at = 0.0, float("inf")
        self._peak: float | None = None
        self._done = JUDGED if name == "check" else DONE
        self._line: list[str] | None = None

    @property
    def is_under_way(self) -> bool:
        return self._line is not None

    def step(self) -> None:
        """Look after the process: note its memory, kill it, or start the next one."""
        now = time.monotonic()
        if self._line is None:
            if now >= self._next_at:
                self._begin()
        elif self._process.poll() is not None:
            self._end(self._process.returncode)
        else:
            self._peak = resident(self._process.pid, "VmHWM") or self._peak
            if self.is_long:
                self.memory.note()
            if now >= self._kill_at:
                self._process.send_signal(self._dice.choice((signal.SIGKILL, signal.SIGINT)))
                self._kill_at = float("inf")

    def stop(self) -> None:
        """End what is still under way, such as what follows."""
        if self.is_under_way:
            self._process.terminate()
            self.codes[self._process.wait()] += 1
            self._line = None

    def _begin(self) -> None:
        self._line = next(self._lines, None)
        if self._line is not None:
            self._next_at = time.monotonic() + self._every
            if self._dice.random() < self._kills:
                self._kill_at = time.monotonic() + self._dice.uniform(*LIVES)
            self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "smsgw_cli", *(self._line or ())]
        with self.out.open("w") as out, self._errors.open("w") as errors:
            self._process = subprocess.Popen(command, stdout=out, stderr=errors)

    def _end(self, code: int) -> None:
        self.codes[code] += 1
        errors = self._errors.read_text()
        is_done = code in self._done or SENT_ALL in errors
        if "Traceback" in errors or not (is_done or code in MAY_END):
            self.odd.append(f"{self.name}: {code}: {errors}")
        if code not in KILLED:
            self.memory.note()
        if is_done or code not in MAY_END:
            self._line, self._kill_at = None, float("inf")
        else:
            self._start()

    @property
    def _errors(self) -> Path:
        return self.out.with_suffix(".err")
