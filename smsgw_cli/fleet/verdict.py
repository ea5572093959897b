"""Judges what was measured by the ranges of its metric."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from smsgw_cli.config.metrics import METRICS, Metric
from smsgw_cli.config.ranges import Thresholds
from smsgw_cli.fleet.measurement import Finding, Measurement, Status, Subject

# From the least severe: a problem that was found outweighs a check that could not be made.
SEVERITY = (Status.OK, Status.UNKNOWN, Status.WARNING, Status.CRITICAL)

NONE = Thresholds()

RangesOf = Callable[[Metric, str], Thresholds]
"""The ranges of a metric; the text are those that replace its own default."""


class Result(NamedTuple):
    """A result of a check (`devices`), which says in words what it found.

    `metric` is None for a finding, and `value` for a value that is unknown. `why` is what may have
    caused a problem.
    """

    check: str
    status: Status
    text: str
    subject: Subject
    metric: Metric | None = None
    value: Decimal | None = None
    thresholds: Thresholds = NONE
    why: str = ""
    is_judged: bool = True


def judged(check: str, found: Measurement | Finding, ranges_of: RangesOf) -> Result:
    """The result for a value or finding. Raises KeyError for an unknown metric."""
    if isinstance(found, Finding):
        return Result(check, found.status, found.text, found.subject)
    metric = METRICS[found.metric]
    ranges = ranges_of(metric, found.default)
    value = _exact(found.value, metric.unit)
    text = found.text or f"{metric.name} {'unknown' if value is None else f'{value}{metric.unit}'}"
    status = _status(value, ranges) if found.is_judged else Status.OK
    why = "" if status is Status.OK else found.why
    subject = found.subject
    return Result(check, status, text, subject, metric, value, ranges, why, found.is_judged)


def worst(results: Iterable[Result]) -> Status:
    """The most severe status; OK without any result."""
    return max((each.status for each in results), key=SEVERITY.index, default=Status.OK)


def by_severity(results: Iterable[Result]) -> list[Result]:
    """The results, the most severe first."""
    return sorted(results, key=lambda each: SEVERITY.index(each.status), reverse=True)


def _status(value: Decimal | None, ranges: Thresholds) -> Status:
    if value is None:
        return Status.OK
    if ranges.critical and ranges.critical.alerts(value):
        return Status.CRITICAL
    if ranges.warning and ranges.warning.alerts(value):
        return Status.WARNING
    return Status.OK


def _exact(value: Decimal | float | None, unit: str) -> Decimal | None:
    """The value in whole seconds, or a thousandth of anything else; a Decimal as it is."""
    if value is None or not isfinite(value):
        return None
    digits = 0 if unit == "s" else 3
    return value if isinstance(value, Decimal) else Decimal(str(round(value, digits)))
