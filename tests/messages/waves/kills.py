"""Command lines that are killed, as by kill -9, just before or after a step of a send in waves."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from smsgw_cli.api.client import Client
from smsgw_cli.api.worker import Worker
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import records as mailings
from smsgw_cli.messages.mailing.ledger_writer import LedgerRecord
from smsgw_cli.messages.waves import begin, records
from smsgw_cli.messages.waves.gate import Gate
from tests.messages.preloaded import main
from tests.messages.processes import CONTEXT

KILLED = 137
STEPS: dict[str, tuple[Any, str]] = {
    "plan": (begin, "plan"),
    "begin": (Ledger, "begin"),
    "send": (Client, "send"),
    "end": (Ledger, "end"),
    "reserve": (LedgerRecord, "reserve"),
    "attempt": (Worker, "attempt"),
    "note": (LedgerRecord, "note"),
    "accept": (records, "accept"),
    "judge": (Gate, "pass_after"),
    "finish": (mailings, "finish"),
}
OF_TEXT = ("plan", "begin", "send", "end", "accept", "judge", "finish")
OF_MAILING = ("reserve", "attempt", "note", "accept", "judge", "finish")


def ended(line: list[str], step: str = "", *, before: bool = True) -> int:
    """Run a command line in a process; returns its exit code, KILLED if it came to the step."""
    CONTEXT.set_forkserver_preload(["__main__", "tests.messages.preloaded"])
    given = (line, dict(os.environ), step, before)
    process = CONTEXT.Process(target=_run, args=given, daemon=True)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _run(line: list[str], environment: dict[str, str], step: str, before: bool) -> None:
    os.environ.clear()
    os.environ.update(environment)
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    os.chdir(Path(environment["HOME"]))
    sys.argv = ["smsgw", *line]
    if step:
        owner, name = STEPS[step]
        setattr(owner, name, _deadly(getattr(owner, name), before=before))
    main()


def _deadly(call: Callable[..., Any], *, before: bool) -> Callable[..., Any]:
    @functools.wraps(call)
    def deadly(*args: Any, **options: Any) -> Any:
        if not before:
            call(*args, **options)
        os._exit(KILLED)

    return deadly
