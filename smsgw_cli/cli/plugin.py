"""Runs a monitoring plug-in: however it ends, with one line on stdout and an exit code of 0 to 3.

The Monitoring Plugins Development Guidelines leave 3 for everything that is no result: usage
errors, --help, signals, the timeout.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from smsgw_cli.cli.command_word import NO_RESULT
from smsgw_cli.engine import signals
from smsgw_cli.errors import SmsgwError
from smsgw_cli.output.plugin import UNKNOWN, output

TIMEOUT = 10.0  # seconds, of the guidelines
GRACE = 0.5  # seconds in which the main thread can say itself what stopped it
STDOUT = 1


class Guard:
    """Lets signals and the timeout (seconds, from the start) interrupt the plug-in, and ends it if
    it does not react.

    A look-up of a name or a lock can block the main thread for minutes in code that no signal
    interrupts, so another thread waits for signals too.
    """

    def __init__(self) -> None:
        self.timeout = TIMEOUT
        self._started = time.monotonic()
        self._is_printed = False
        if sys.platform == "win32":
            return
        signals.install_once((*signals.SIGNALS, signal.SIGALRM))
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=self._end_after_signal, args=(reader,), daemon=True).start()
        self.limit(TIMEOUT)

    def limit(self, seconds: float) -> None:
        """Set the timeout."""
        self.timeout = seconds
        left = self._started + seconds - time.monotonic()
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))

    def claim_output(self) -> bool:
        """Whether nothing was printed yet. From now on no signal interrupts the plug-in."""
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)
            signals.uninterrupted()
        is_first, self._is_printed = not self._is_printed, True
        return is_first

    def _end_after_signal(self, reader: int) -> None:
        number = os.read(reader, 1)[0]
        time.sleep(GRACE)
        if not self._is_printed:
            os.write(STDOUT, output(UNKNOWN, _stopped_by(number)).encode())
            os._exit(NO_RESULT)


_guards: list[Guard] = []  # the one of this process, if it is a plug-in


def run(main: Callable[[], None]) -> NoReturn:
    """Run the program as a plug-in; a normal return means that it printed its help."""
    try:
        _guards.append(Guard())
        main()
        sys.exit(NO_RESULT)
    except KeyboardInterrupt:
        message = stopped_by()
    except SystemExit as ending:
        if ending.code in range(NO_RESULT + 1):
            raise
        message = str(ending.code).removeprefix("error: ")
    except BaseException as error:
        message = f"{type(error).__name__}: {error}"
    try:
        print_output(output(UNKNOWN, message))
    finally:
        os._exit(NO_RESULT)


def limit(seconds: float) -> None:
    """Bound the whole run of the plug-in, from its start."""
    for guard in _guards:
        guard.limit(seconds)


def print_output(text: str) -> None:
    """Print the output once; from then on no signal interrupts. Raises WriteFailed."""
    if all(guard.claim_output() for guard in _guards):
        sys.stdout.write(text)
        sys.stdout.flush()


def print_failure(error: SmsgwError, details: Iterable[str], notes: Sequence[str]) -> None:
    """Print a failure as UNKNOWN. Raises WriteFailed."""
    print_output(output(UNKNOWN, error.message, details=[*details, *notes]))


def print_failure_as_json(error: SmsgwError, notes: Sequence[str]) -> None:
    """Print a failure as JSON with the keys of a report. Raises WriteFailed."""
    result = {"status": UNKNOWN, "summary": error.message, "results": [], "notes": list(notes)}
    print_output(json.dumps({**result, "error": error.as_dict()}) + "\n")


def stopped_by() -> str:
    """Why the plug-in was stopped, in words."""
    return _stopped_by(signals.received())


def _stopped_by(number: int) -> str:
    if number == getattr(signal, "SIGALRM", None):
        return f"no result within {_guards[0].timeout if _guards else TIMEOUT:g} s"
    return f"stopped by {signal.Signals(number).name}"
