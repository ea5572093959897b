"""Runs commands in turn, round after round, and takes medians of their ratios in each round.

The speed of a machine varies; commands that run close together see the same conditions.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Rounds:
    """Wall-clock seconds of each command by name, one per round."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, name: str, base: str) -> float:
        """The median of the ratios of two commands' times in the same round."""
        pairs = zip(self.seconds[name], self.seconds[base], strict=True)
        return statistics.median(one / other for one, other in pairs)

    def milliseconds(self, name: str) -> float:
        return statistics.median(self.seconds[name]) * 1000


def run(
    commands: Mapping[str, Sequence[str]],
    rounds: int,
    environment: Mapping[str, str],
    codes: Mapping[str, int],
) -> Rounds:
    """Run every command this many times, after one warm-up round.

    `codes` are expected exit codes by name, by default 0. Raises RuntimeError for any other:
    a command that fails is fast.
    """
    measured = Rounds({name: [] for name in commands})
    for number in range(rounds + 1):
        for name, command in commands.items():
            seconds, code = _timed(command, environment)
            if code != codes.get(name, 0):
                raise RuntimeError(f"{name} ended with exit code {code}")
            if number:
                measured.seconds[name].append(seconds)
    return measured


def _timed(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, int]:
    started = time.perf_counter()
    ended = subprocess.run(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started, ended.returncode


def clean(home: str) -> dict[str, str]:
    """The current environment, without variables that affect Python or smsgw."""
    foreign = ("PYTHON", "SMSGW_", "XDG_", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "HOME": home}
