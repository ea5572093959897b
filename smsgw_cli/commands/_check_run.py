"""`check`: measures, judges and prints."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import partial
from io import StringIO
from typing import Any, NamedTuple

from smsgw_cli import __version__
from smsgw_cli.cli import plugin
from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import references
from smsgw_cli.commands import _check_textfile as textfile
from smsgw_cli.commands._check_output import show
from smsgw_cli.config.metrics import Metric
from smsgw_cli.config.ranges import Thresholds
from smsgw_cli.config.values import refuse_unknown_thresholds
from smsgw_cli.errors import Interrupted, SmsgwError, Usage
from smsgw_cli.fleet import history
from smsgw_cli.fleet.checks import carry_out
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.thresholds import Ranges, ranges, usual
from smsgw_cli.messages import ledger
from smsgw_cli.sms import times

RETRIES = 1  # of a request: monitoring asks again by itself


class CheckRequest(NamedTuple):
    """What to check, as typed."""

    check: str | None = None
    ids: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    skip: tuple[int, ...] = ()
    since: str | None = None
    textfile: str | None = None


def check(session: Session, *, version: bool | None, **given: Any) -> None:
    """Check the fleet, and print the result. Raises SmsgwError if there is none."""
    if version:
        plugin.print_output(f"smsgw {__version__}\n")
        return
    request = typed(CheckRequest, given)
    with collected(session) as notes, _failure_in_textfile(session, request):
        refuse_unknown_thresholds()
        warning = ranges("--warning", request.warning, request.check)
        critical = ranges("--critical", request.critical, request.check)
        _limit_time(session)
        context = _context(session, request)
        report = carry_out(context, partial(_ranges_of, session, warning, critical), request.check)
        if request.textfile:
            report = textfile.write(request.textfile, report, context, session)
    show(session, report, notes.lines)
    session.result = int(report.status)


def _limit_time(session: Session) -> None:
    """Let --timeout limit the whole check, not single requests."""
    plugin.limit(session.patience(plugin.TIMEOUT))
    if session.values.of("retries").source == "default":
        session.give("retries", RETRIES)


def _context(session: Session, request: CheckRequest) -> CheckContext:
    if request.since:
        times.past(request.since, session.now)  # an invalid one is refused before any request
    ids = frozenset(map(_identity, references(request.ids)))
    if request.ids and not ids:
        raise Usage("no ID on standard input")  # not all
    return CheckContext(
        session.api,
        session.closing(ledger.Ledger(ledger.path_for(session.key))),
        session.closing(history.History(history.path_for(session.key))),
        ids,
        frozenset(request.skip),
        request.since or "",
    )


def _identity(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Usage(f"invalid ID {text!r}", hint="an ID is a number; see 'smsgw devices list'")
    return int(text)


def _ranges_of(
    session: Session, warning: Ranges, critical: Ranges, metric: Metric, default: str
) -> Thresholds:
    """The ranges of a metric: those of the options, or else the usual ones."""
    found = usual(session.values, metric, default)
    return Thresholds(
        warning.get(metric.name, found.warning), critical.get(metric.name, found.critical)
    )


@contextmanager
def _failure_in_textfile(session: Session, request: CheckRequest) -> Iterator[None]:
    """If the check fails, write its status to the textfile."""
    try:
        yield
    except (SmsgwError, KeyboardInterrupt):
        if request.textfile:
            textfile.write_failure(request.textfile, request.check, session)
        raise


class Notes(StringIO):
    """What was said, as lines."""

    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()


@contextmanager
def collected(session: Session) -> Iterator[Notes]:
    """Collect what is said on stderr, unless requests are shown there; an error gets it as notes.

    Raises Interrupted for a check that was stopped, with what was said last: why it took so long.
    """
    notes = Notes()
    is_shown = session.options.verbose or session.options.debug
    try:
        with redirect_stderr(sys.stderr if is_shown else notes):
            yield notes
    except KeyboardInterrupt:
        stopped = Interrupted(": ".join([plugin.stopped_by(), *notes.lines[-1:]]))
        _add(notes, stopped)
        raise stopped from None
    except SmsgwError as error:
        _add(notes, error)
        raise


def _add(notes: Notes, error: SmsgwError) -> None:
    for line in notes.lines:
        error.add_note(line)
