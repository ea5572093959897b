"""Process start and end: optimizations of short commands, with their gains.

Gains are shares of the CPU time of `smsgw messages list -o json` with one page.
"""

import atexit
import gc
import os
import sys
import threading
from contextlib import suppress

from smsgw_cli.cli import postponed
from smsgw_cli.engine import signals
from smsgw_cli.output.streams import WriteFailed

SHORT = 50_000  # objects; a command that makes one request makes some 40,000
DEFAULT_THRESHOLDS = gc.get_threshold()
UNUSED = ("anyio", "trio", "bz2", "lzma")


def begin() -> None:
    """Prepare a short command; called before Typer is imported."""
    for name in ("COLUMNS", "LINES"):
        if os.environ.get(name) == "0":  # unknown, but rich would print nothing
            del os.environ[name]
    # Imports create no garbage, but trigger the collector some 80 times: 10 %.
    # Longer-running commands need the collector to keep memory bounded.
    gc.set_threshold(SHORT)
    gc.callbacks.append(_restore_thresholds)
    # Libraries import these if available, for features we never use: asynchronous requests
    # (httpcore), archives (shutil). An entry of None makes the import fail, which they handle: 2 %.
    sys.modules.update(dict.fromkeys(UNUSED))  # type: ignore[arg-type]
    postponed.install()


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP stop the command as Ctrl-C does."""
    signals.install()


def _restore_thresholds(phase: str, info: dict[str, int]) -> None:
    """Restore Python's default thresholds at the first collection, which spares what is imported
    by then: 6 % of an import's time to its first request."""
    gc.callbacks.remove(_restore_thresholds)
    gc.freeze()
    gc.set_threshold(*DEFAULT_THRESHOLDS)


def leave(code: int) -> None:
    """Exit without Python's finalization if that is safe; otherwise return.

    Destroying every object is unnecessary, as the operating system frees the memory: 10 %. Exit
    handlers are run and output is flushed; connections, files and locks were closed with the
    session. Non-daemon threads, debuggers and profilers need a normal exit.
    """
    if sys.gettrace() or sys.getprofile() or sys.flags.dev_mode or _has_threads():
        return
    atexit._run_exitfuncs()
    with suppress(WriteFailed):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _has_threads() -> bool:
    threads = threading.enumerate()
    return any(not each.daemon for each in threads if each is not threading.main_thread())
