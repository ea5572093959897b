"""Runs the command that prints a token, with a timeout."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TIMEOUT = 30.0  # seconds, without a terminal
TERMINAL_TIMEOUT = 120.0  # seconds; people type PINs


def output_of(command: str) -> tuple[int, bytes]:
    """Exit code and output of a shell command.

    Raises TimeoutError if it does not end in time, after killing it and its children, and
    KeyboardInterrupt if Ctrl-C ended it.
    """
    with _terminal() as terminal:
        # The user's own command, run by a shell for pipes and $HOME.
        process = subprocess.Popen(  # noqa: S602
            command,
            shell=True,
            stdin=subprocess.DEVNULL,  # our standard input may be data
            stdout=subprocess.PIPE,
            process_group=0,
        )
        try:
            with _in_foreground(terminal, process.pid):
                timeout = TIMEOUT if terminal is None else TERMINAL_TIMEOUT
                output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"timed out after {timeout:.0f} s") from error
        finally:
            _end(process)
    if process.returncode in (-signal.SIGINT, 128 + signal.SIGINT):
        raise KeyboardInterrupt
    return process.returncode, output


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the command and its children if it is still running."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def _terminal() -> Iterator[int | None]:
    """The controlling terminal; None if there is none, or if we are in the background."""
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
def _in_foreground(terminal: int | None, group: int) -> Iterator[None]:
    """Make a process group the terminal's foreground group for the block, as a shell does."""
    if terminal is None:
        yield
        return
    _set_foreground(terminal, group)
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGCONT)  # it may have been stopped because it read too early
    try:
        yield
    finally:
        _set_foreground(terminal, os.getpgrp())


def _set_foreground(terminal: int, group: int) -> None:
    # tcsetpgrp stops a background process, unless it blocks SIGTTOU.
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with suppress(OSError):
            os.tcsetpgrp(terminal, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
