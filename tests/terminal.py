"""Runs a command at a pseudo terminal."""

import os
import pty
import sys
from collections.abc import Sequence
from dataclasses import dataclass

PROGRAM = [sys.executable, "-m", "smsgw_cli"]


@dataclass(frozen=True)
class Ended:
    """What a command at a terminal showed, and its exit code."""

    output: str
    code: int


def at_terminal(line: list[str], typed: bytes = b"", program: Sequence[str] = PROGRAM) -> Ended:
    """Run a command at a pseudo terminal and answer its question."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(program[0], [*program, *line])
    output = b""
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side is closed
            break
        if not read:
            break
        output += read
        if typed and output.endswith(b": "):  # the space comes when it listens
            os.write(terminal, typed)
            typed = b""
    os.close(terminal)
    return Ended(output.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
