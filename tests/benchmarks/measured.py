"""Measures a command: time, CPU and memory."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple


class Measured(NamedTuple):
    """Lines printed, seconds of wall-clock and CPU time, peak memory in MiB, exit code."""

    lines: int
    seconds: float
    cpu: float
    mebibytes: float
    code: int

    def __str__(self) -> str:
        return (
            f"{self.seconds:.1f} s ({self.cpu:.1f} s of CPU), at most {self.mebibytes:.1f} MiB, "
            f"exit code {self.code}"
        )


def measured(line: Sequence[str], server: dict[str, str]) -> Measured:
    """Run `smsgw` with these arguments against the server in the environment."""
    command = [sys.executable, "-m", "smsgw_cli", *line]
    started, lines = time.monotonic(), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **server}) as smsgw:
        assert smsgw.stdout
        while chunk := os.read(smsgw.stdout.fileno(), 1 << 20):
            lines += chunk.count(b"\n")
        _, status, usage = os.wait4(smsgw.pid, 0)
        smsgw.returncode = os.waitstatus_to_exitcode(status)
    return Measured(
        lines,
        time.monotonic() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / (1 << 10 if sys.platform == "linux" else 1 << 20),
        smsgw.returncode,
    )
