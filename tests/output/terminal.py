"""Runs a command line as a process that sees a terminal."""

import os
import pty
import shlex
import subprocess
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """What came to the terminal, and what went past it into a file or a pipe."""

    exit_code: int
    shown: str
    piped: str = ""


def on_terminal(
    line: str,
    *,
    columns: int = 200,
    only: str = "both",
    answer: Callable[[], str] | None = None,
    **env: str,
) -> Seen:
    """The command line's stdout and stderr on a terminal, or `only` one of them.

    `answer` is called when a question is asked; without it nobody is there to be asked.
    """
    # Of the workers that run tests, whose width would be preferred to the terminal's.
    outside = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    screen, keyboard = pty.openpty()
    termios.tcsetwinsize(keyboard, (50, columns))
    with subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", *shlex.split(line)],
        stdin=keyboard if answer else subprocess.DEVNULL,
        stdout=subprocess.PIPE if only == "stderr" else keyboard,
        stderr=subprocess.PIPE if only == "stdout" else keyboard,
        env={**outside, "TERM": "xterm-256color", **env},
    ) as process:
        os.close(keyboard)
        shown = _all_of(screen, answer)
        piped = process.stdout or process.stderr
        rest = piped.read().decode() if piped else ""
    os.close(screen)
    return Seen(process.returncode, shown.replace("\r\n", "\n"), rest)


def _all_of(screen: int, answer: Callable[[], str] | None) -> str:
    shown = b""
    with suppress(OSError):  # how Linux says that the other side is closed
        while chunk := os.read(screen, 65536):
            shown += chunk
            if answer and b"[y/N]" in shown:
                os.write(screen, answer().encode())
                answer = None
    return shown.decode()
