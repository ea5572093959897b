"""The ranges of metrics: of settings, and on a command line, which replace them."""

from collections.abc import Iterable, Mapping

from smsgw_cli.config.metrics import METRICS, PREFIX, Metric
from smsgw_cli.config.ranges import Range, Thresholds, checked_range
from smsgw_cli.config.values import Values
from smsgw_cli.errors import Usage
from smsgw_cli.wording import suggestion

Ranges = Mapping[str, Range | None]
"""Ranges by metric; None takes the usual one out."""


def usual(values: Values, metric: Metric, default: str) -> Thresholds:
    """The ranges of a metric: the setting's, the measurement's `default`, or else the metric's.

    Raises Usage for an invalid setting.
    """
    found = values.of(PREFIX + metric.name)
    written = (default if found.source == "default" else "") or found.value or "/"
    return Thresholds.of(written, metric.unit)


def ranges(option: str, texts: Iterable[str], check: str | None) -> Ranges:
    """The ranges of an option of a check, `[METRIC=]RANGE`, or of all for None. Raises Usage."""
    found: dict[str, Range | None] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        metric = _named(name.strip(), check) if equals else _main(option, text, check)
        found[metric.name] = checked_range(value, metric.unit, option)
    return found


def _of_check(check: str | None) -> list[Metric]:
    return [each for each in METRICS.values() if check in (None, each.check)]


def _named(name: str, check: str | None) -> Metric:
    """The metric; within its check `balance_age` is also `age`. Raises Usage."""
    metrics = {each.name: each for each in _of_check(check)}
    key = name.replace("-", "_")
    found = metrics.get(f"{check}_{key}") or metrics.get(key)
    if found is None:
        hint = suggestion(key, metrics, _hint(metrics))
        raise Usage(f"unknown metric {name!r}", hint=hint)
    return found


def _main(option: str, text: str, check: str | None) -> Metric:
    """The one metric that a range alone is for. Raises Usage if there is none."""
    metrics = _of_check(check)
    main = [each for each in metrics if each.is_main and check]
    if not main:
        known = _hint(each.name for each in metrics)
        raise Usage(f"{option} needs a metric: {option} METRIC={text}", hint=known)
    return main[0]


def _hint(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"metrics: {listed}" if listed else "this check has no metrics"
