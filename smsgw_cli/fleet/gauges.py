"""What was measured, as gauges for Prometheus, in base units."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from smsgw_cli.config.metrics import Metric
from smsgw_cli.fleet.checks import Report
from smsgw_cli.fleet.measurement import Subject
from smsgw_cli.fleet.verdict import Result

PERCENT = Decimal(100)
PHONE_NUMBER = re.compile(r"\+?[\d\s().-]{6,}")


class Sample(NamedTuple):
    """A value of a gauge, with the gauge's help and its own labels."""

    gauge: str
    help: str
    labels: Mapping[str, str]
    value: Decimal


def samples(report: Report, now: datetime) -> Iterator[Sample]:
    """The gauges of a report, made at this time."""
    for result in report.results:
        if result.metric and result.metric.gauge and result.value is not None:
            value = _in_base_unit(result.metric, result.value, now)
            labels = _labels(result)
            yield Sample(result.metric.gauge, _help(result.metric), labels, value)
    for check in report.checks:
        yield status(check, int(report.status_of(check)))


def status(check: str, value: int) -> Sample:
    """The status of a check, as its exit code is."""
    words = "Status of a check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"
    return Sample("check_status", words, {"check": check}, Decimal(value))


def _in_base_unit(metric: Metric, value: Decimal, now: datetime) -> Decimal:
    if metric.is_age:
        # An age would stand still if this no longer ran.
        return round(Decimal(str(now.timestamp())) - value, 3)
    return value / PERCENT if metric.unit == "%" else value


def _help(metric: Metric) -> str:
    return f"{metric.help} (Unix time of it)" if metric.is_age else metric.help


def _labels(result: Result) -> dict[str, str]:
    """The id of the subject, and its name unless that is a phone number."""
    subject: Subject = result.subject
    if subject.id is None:
        return {}
    key = subject.kind.lower().replace(" ", "_")
    name = "" if PHONE_NUMBER.fullmatch(subject.name.strip()) else subject.name
    if key == "sim":
        return {"sim": str(subject.id), "device": name}
    return {f"{key}_id": str(subject.id), key: name}
