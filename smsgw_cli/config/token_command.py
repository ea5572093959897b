"""Runs the command that prints a token, and gives it up when it takes too long."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 30.0  # seconds, where nobody can type anything
PATIENCE_ON_TERMINAL = 120.0  # people type PINs


def output_of(command: str) -> tuple[int, bytes]:
    """Exit code and output of a command of the shell.

    Raises TimeoutError for one that does not end in time; it is killed then, with all that it
    started. KeyboardInterrupt is raised where Ctrl-C ended it.
    """
    with _terminal() as terminal:
        # The user's own command, run by a shell for pipes and $HOME.
        process = subprocess.Popen(  # noqa: S602
            command,
            shell=True,
            stdin=subprocess.DEVNULL,  # our standard input is not for it
            stdout=subprocess.PIPE,
            process_group=0,
        )
        try:
            with _in_front(terminal, process.pid):
                patience = PATIENCE if terminal is None else PATIENCE_ON_TERMINAL
                output, _ = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"timed out after {patience:.0f} s") from error
        finally:
            _end(process)
    if process.returncode in (-signal.SIGINT, 128 + signal.SIGINT):
        raise KeyboardInterrupt
    return process.returncode, output


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the command."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def _terminal() -> Iterator[int | None]:
    """The terminal that somebody can type on, None where there is none, or others have it."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        yield None
        return
    try:
        yield terminal if os.tcgetpgrp(terminal) == os.getpgrp() else None
    finally:
        os.close(terminal)


@contextmanager
def _in_front(terminal: int | None, group: int) -> Iterator[None]:
    """Let a process group read from the terminal, as a shell does, and take that back."""
    if terminal is None:
        yield
        return
    _hand_over(terminal, group)
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGCONT)  # it may have been stopped because it read too early
    try:
        yield
    finally:
        _hand_over(terminal, os.getpgrp())


def _hand_over(terminal: int, group: int) -> None:
    # Who is not in front is stopped for this, unless it does not want to hear of it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with suppress(OSError):
            os.tcsetpgrp(terminal, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
