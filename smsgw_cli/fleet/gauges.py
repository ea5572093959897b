"""What was measured, as gauges for Prometheus, in base units."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from smsgw_cli.config.metrics import Metric
from smsgw_cli.fleet.checks import Report
from smsgw_cli.fleet.devices import PHONE
from smsgw_cli.fleet.measurement import Status, Subject

PERCENT = Decimal(100)


class Sample(NamedTuple):
    """A value of a gauge, with the gauge's help and its own labels."""

    gauge: str
    help: str
    labels: Mapping[str, str]
    value: Decimal


def samples(report: Report, now: datetime, devices: Mapping[int, str]) -> Iterator[Sample]:
    """The gauges of a report, made at this time; `devices` are the names of those of SIMs.

    What is not judged has none, so that rules need not know of it: a battery that is charging.
    """
    for result in report.results:
        metric = result.metric
        if metric and metric.gauge and result.value is not None and result.is_judged:
            value = _in_base_unit(metric, result.value, now)
            yield Sample(metric.gauge, _help(metric), _labels(result.subject, devices), value)
    for check in report.checks:
        yield status(check, report.status_of(check))


def status(check: str, value: Status) -> Sample:
    """The status of a check, as its exit code is."""
    words = "Status of a check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"
    return Sample("check_status", words, {"check": check}, Decimal(int(value)))


def _in_base_unit(metric: Metric, value: Decimal, now: datetime) -> Decimal:
    if metric.is_age:
        # An age would stand still if this no longer ran.
        return round(Decimal(str(now.timestamp())) - value, 3)
    return value / PERCENT if metric.unit == "%" else value


def _help(metric: Metric) -> str:
    return f"{metric.help} (Unix time of it)" if metric.is_age else metric.help


def _labels(subject: Subject, devices: Mapping[int, str]) -> dict[str, str]:
    """The id and the name of the subject; a SIM, whose name may be a number, has its device's."""
    if subject.id is None:
        return {}
    key = subject.kind.lower().replace(" ", "_")
    if key == "sim":
        return {"sim": str(subject.id), "device": _name(devices.get(subject.id, ""))}
    return {f"{key}_id": str(subject.id), key: _name(subject.name)}


def _name(name: str) -> str:
    """The name, unless it has a phone number."""
    return "" if PHONE.search(name) else name
