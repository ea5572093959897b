"""Process start and end: optimizations of short commands, with their gains.

Gains are shares of the CPU time of `smsgw messages list -o json` with one page.
"""

import atexit
import gc
import os
import sys
import threading
from contextlib import suppress

from smsgw_cli.output.streams import WriteFailed

SHORT = 50_000  # objects; a command that makes one request makes some 40,000
ORDINARY = gc.get_threshold()
UNUSED = ("anyio", "trio", "bz2", "lzma")


def begin() -> None:
    """Before Typer is imported."""
    # Imports create no garbage, but trigger the collector some 80 times: 10 %.
    # Longer-running commands need the collector to keep memory bounded.
    gc.set_threshold(SHORT)
    gc.callbacks.append(_as_usual)
    # Libraries import these if they are there, for what we never do: asynchronous requests
    # (httpcore), packing archives (shutil). An entry of None makes such an import fail, which
    # they are prepared for: 2 %.
    sys.modules.update(dict.fromkeys(UNUSED))  # type: ignore[arg-type]


def _as_usual(phase: str, info: dict[str, int]) -> None:
    """Restore Python's default thresholds at the first collection."""
    gc.callbacks.remove(_as_usual)
    gc.set_threshold(*ORDINARY)


def leave(code: int) -> None:
    """End now if nothing but Python's own tidying is left to do; return if there is more.

    Taking every object apart before the end gives the operating system nothing it would not
    take anyway: 10 %. Exit handlers are run and output is flushed; connections, files and
    locks were closed with the session. Threads that must be waited for, debuggers and
    profilers need an ordinary end.
    """
    if sys.gettrace() or sys.getprofile() or sys.flags.dev_mode or _is_waited_for():
        return
    atexit._run_exitfuncs()
    with suppress(WriteFailed):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _is_waited_for() -> bool:
    threads = threading.enumerate()
    return any(not each.daemon for each in threads if each is not threading.main_thread())
