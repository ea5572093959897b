"""The signals that stop a command: Ctrl-C, SIGTERM, and SIGHUP (the terminal is closed).

On Windows, Ctrl-Break is in the place of SIGHUP.
"""

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

if sys.platform == "win32":
    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK)
else:
    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_received: list[int] = []
_once: list[bool] = []
_over: list[bool] = []


def install(signals: Iterable[int] = SIGNALS) -> None:
    """Let every signal interrupt the command as Ctrl-C does: it tells what was done, and leaves no
    partial files."""
    for each in _not_ignored(signals):
        signal.signal(each, _interrupt)


def install_once(signals: Iterable[int]) -> None:
    """The same, but only the first signal interrupts: nothing stops the command from saying so."""
    install(signals)
    _once.append(True)


def uninterrupted() -> None:
    """Let no signal interrupt the command any more."""
    # Ignoring one that is just being delivered makes Python complain on stderr.
    _over.append(True)


@contextmanager
def handled(handler: Callable[[], None]) -> Iterator[None]:
    """Within the block, call a handler instead."""

    def handle(number: int, _: Any) -> None:
        _received.append(number)
        handler()

    previous = {each: signal.signal(each, handle) for each in _not_ignored()}
    try:
        yield
    finally:
        for number, before in previous.items():
            signal.signal(number, before)


def received() -> int:
    """The last signal that stopped the command; SIGINT if none is known."""
    return _received[-1] if _received else signal.SIGINT


def _not_ignored(signals: Iterable[int] = SIGNALS) -> Iterator[int]:
    """The signals that whoever started us does not want ignored, as nohup and shells do for
    commands in the background."""
    return (each for each in dict.fromkeys(signals) if signal.getsignal(each) != signal.SIG_IGN)


def _interrupt(number: int, _: Any) -> None:
    if _over:
        return
    _received.append(number)
    _over.extend(_once)
    raise KeyboardInterrupt
