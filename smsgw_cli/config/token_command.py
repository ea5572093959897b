"""The token of a profile, which a command may print: it is run with a timeout."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from smsgw_cli.config.paths import config_path
from smsgw_cli.config.profiles import Profile
from smsgw_cli.config.setting_checks import token_text
from smsgw_cli.errors import Auth
from smsgw_cli.process_group import end

TIMEOUT = 30.0  # seconds, without a terminal
POLL = 0.05  # seconds, to notice the end of a command whose output stays open
TERMINAL_TIMEOUT = 120.0  # seconds; people type PINs


def token_of(profile: Profile) -> str:
    """The token to send. Raises Auth if there is none or the token command fails."""
    if profile.token:
        return profile.token
    if profile.token_command:
        return _run_token_command(profile)
    raise Auth(
        f"the profile {profile.name} has no token",
        hint=f"set one with 'smsgw profiles update {profile.name} --ask-token'",
    )


def _run_token_command(profile: Profile) -> str:
    """The first line printed by a token command, where password stores print the secret."""
    hint = f"see profiles.{profile.name} in {config_path()}; run the command yourself"
    try:
        code, output = output_of(profile.token_command or "")
    except TimeoutError as error:
        raise Auth(f"the token command {error}", hint=hint) from error
    if code != 0:
        raise Auth(f"the token command failed with exit code {code}", hint=hint)
    lines = output.decode("utf-8", "replace").strip().splitlines()
    if not lines:
        raise Auth("the token command printed nothing", hint=hint)
    try:
        return token_text(lines[0])
    except ValueError as error:
        raise Auth(f"the token printed by the token command {error}", hint=hint) from error


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
                output = _output(process, time.monotonic() + timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"timed out after {timeout:.0f} s") from error
        finally:
            end(process)
    if process.returncode in (-signal.SIGINT, 128 + signal.SIGINT):
        raise KeyboardInterrupt
    return process.returncode, output


def _output(process: "subprocess.Popen[bytes]", deadline: float) -> bytes:
    """What the command prints until it ends: an agent that it has started may keep its standard
    output open for hours. Raises subprocess.TimeoutExpired."""
    assert process.stdout is not None  # noqa: S101
    with process.stdout as file:
        if sys.platform == "win32":  # a pipe cannot be waited for
            return process.communicate(timeout=deadline - time.monotonic())[0]
        os.set_blocking(file.fileno(), False)
        output, is_open, has_ended = bytearray(), True, False
        while not has_ended:
            left = max(0.0, deadline - time.monotonic())
            if is_open and left:
                select.select([file], [], [], min(left, POLL))
                has_ended = process.poll() is not None  # before reading: so nothing is missed
            else:
                has_ended = process.wait(left) is not None
            is_open = _read_all(file.fileno(), output)
    return bytes(output)


def _read_all(file: int, output: bytearray) -> bool:
    """Read what there is; returns whether more may come."""
    try:
        while data := os.read(file, 1 << 16):
            output += data
    except BlockingIOError:
        return True
    return False


@contextmanager
def _terminal() -> Iterator[int | None]:
    """The controlling terminal, or None, as on Windows, or in the background."""
    if sys.platform == "win32":
        yield None
        return
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
    if terminal is None or sys.platform == "win32":
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
    if sys.platform == "win32":
        return
    # tcsetpgrp stops a background process, unless it blocks SIGTTOU.
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with suppress(OSError):
            os.tcsetpgrp(terminal, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
