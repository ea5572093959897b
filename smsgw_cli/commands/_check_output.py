"""Prints a report of `check`: as a plug-in does, or as data with -o, --columns or --query."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from smsgw_cli.cli import plugin
from smsgw_cli.cli.session import Session
from smsgw_cli.config.metrics import Metric
from smsgw_cli.config.ranges import plain
from smsgw_cli.fleet.checks import Report
from smsgw_cli.fleet.measurement import WHOLE, Status
from smsgw_cli.fleet.verdict import Result, by_severity
from smsgw_cli.model import Record
from smsgw_cli.output.json import as_number
from smsgw_cli.output.plugin import output, perfdata, safe
from smsgw_cli.wording import listed, pluralize

MOST_PROBLEMS = 3  # in the first line, which goes into text messages
COLUMNS = ("check", "status", "kind", "id", "name", "metric", "value", "text")


def show(session: Session, report: Report, notes: Sequence[str]) -> None:
    """Print the report; `notes` are lines below. Options alone change the format, as a profile's
    is not meant for monitoring."""
    options = session.options
    if not (options.output or options.columns or options.query):
        plugin.print_output(
            _text(report, [] if options.quiet else notes, is_short=bool(options.quiet))
        )
        return
    if session.out.is_nested:
        session.out.record(_as_record(report, notes))
    else:
        session.out.rows(map(_row, by_severity(report.results)), COLUMNS)
    plugin.print_output("")


def _text(report: Report, notes: Iterable[str], *, is_short: bool) -> str:
    data = list(chain.from_iterable(map(_perfdata, report.results)))
    details = [] if is_short else _details(report, notes)
    return output(report.status.name, _summary(report), data, details)


def _summary(report: Report) -> str:
    """What is wrong, the worst first; what was checked if nothing is."""
    problems = [each for each in by_severity(report.results) if each.status is not Status.OK]
    if not problems:
        return _all_right(report)
    lines = list(dict.fromkeys(map(_line, problems)))
    return listed(lines, MOST_PROBLEMS)  # without a semicolon: Nagios makes it a colon


def _all_right(report: Report) -> str:
    """The only result, or what was checked: `2 devices, 3 SIMs, queue`."""
    if len(report.results) == 1:
        return _line(report.results[0])
    subjects = dict.fromkeys(each.subject for each in report.results if each.subject != WHOLE)
    counts = Counter(each.kind for each in subjects)
    of_parts = {each.check for each in report.results if each.subject != WHOLE}
    of_whole = {each.check for each in report.results if each.subject == WHOLE}
    others = [each for each in report.checks if each in of_whole or each not in of_parts]
    return ", ".join([*(pluralize(count, kind) for kind, count in counts.items()), *others])


def _details(report: Report, notes: Iterable[str]) -> Iterator[str]:
    for result in by_severity(report.results):
        why = f"; {result.why}" if result.why else ""
        yield f"{result.status.name}: {_line(result)}{why}"
    for check, reason in report.left_out.items():
        yield f"{check} not checked: {reason}"
    yield from notes


def _line(result: Result) -> str:
    """The result in words; a long name does not push out the rest."""
    subject = result.subject
    if subject.id is None:
        return result.text
    name = f" ({safe(subject.name)})" if subject.name else ""
    return f"{subject.kind} {subject.id}{name}: {result.text}"


def _label(result: Result, metric: Metric) -> str:
    """What the value is of. Ids alone: names change, and a label names a graph."""
    subject = result.subject
    return metric.name if subject.id is None else f"{subject.kind} {subject.id} {metric.name}"


def _perfdata(result: Result) -> Iterator[str]:
    """The performance data of a value that is known."""
    if result.metric is None or result.value is None:
        return
    thresholds, metric = result.thresholds, result.metric
    ranges = [str(each or "") for each in (thresholds.warning, thresholds.critical)]
    minimum = "" if metric.minimum is None else str(metric.minimum)
    yield perfdata(_label(result, metric), plain(result.value), metric.unit, ranges, minimum)


def _as_record(report: Report, notes: Sequence[str]) -> Record:
    return {
        "status": report.status.name,
        "summary": _summary(report),
        "results": list(map(_row, by_severity(report.results))),
        "left_out": dict(report.left_out),
        "notes": list(notes),
    }


def _row(result: Result) -> dict[str, Any]:
    subject, metric, ranges = result.subject, result.metric, result.thresholds
    return {
        "check": result.check,
        "status": result.status.name,
        "kind": subject.kind or None,
        "id": subject.id,
        "name": subject.name or None,
        "metric": metric.name if metric else None,
        "value": None if result.value is None else as_number(result.value),
        "unit": metric.unit if metric else None,
        "warning": str(ranges.warning) if ranges.warning else None,
        "critical": str(ranges.critical) if ranges.critical else None,
        "text": result.text,
        "why": result.why or None,
    }
