"""Ranges of the Monitoring Plugins guidelines: a value alerts outside `10:20`, inside `@10:20`."""

import re
from decimal import Decimal
from typing import NamedTuple, Self

from smsgw_cli.errors import Usage
from smsgw_cli.sms import durations

FORMS = "10, 10:, ~:10, 10:20 or @10:20"
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,9})?")


class Range(NamedTuple):
    """The values from `start` to `end`, both included; None is infinite.

    A value outside alerts, with `is_inside` one within.
    """

    start: Decimal | None
    end: Decimal | None
    is_inside: bool = False

    @classmethod
    def of(cls, text: str, unit: str = "") -> Self:
        """The range in a text; bounds in seconds may be durations. Raises ValueError."""
        inner = "".join(text.split())
        inner = inner.removeprefix("@")
        first, colon, last = inner.rpartition(":")
        if not (first or last):
            raise ValueError(f"must be a range such as {FORMS}")
        is_endless = first == "~"
        start = None if is_endless else _bound(first or "0", unit)
        end = None if colon and not last else _bound(last, unit)
        if start is not None and end is not None and start > end:
            raise ValueError("must be a range whose start is not above its end")
        return cls(start, end, text.strip().startswith("@"))

    def alerts(self, value: Decimal | float) -> bool:
        """Whether a value is to be reported."""
        is_low = self.start is not None and value < self.start
        is_high = self.end is not None and value > self.end
        return (is_low or is_high) != self.is_inside

    def __str__(self) -> str:
        """The range as in performance data, in the metric's unit."""
        start = "~:" if self.start is None else f"{plain(self.start)}:" if self.start else ""
        end = "" if self.end is None else plain(self.end)
        return f"{'@' if self.is_inside else ''}{start or ('' if end else '0:')}{end}"


class Thresholds(NamedTuple):
    """The ranges of a metric; None means no range."""

    warning: Range | None = None
    critical: Range | None = None

    @classmethod
    def of(cls, text: str, unit: str = "") -> Self:
        """The ranges in `WARN/CRIT`; either may be empty. Raises ValueError."""
        parts = text.split("/")
        if len(parts) != 2:
            raise ValueError("must be WARN/CRIT ranges such as 25:/10:")
        return cls(*(Range.of(part, unit) if part.strip() else None for part in parts))


def _bound(text: str, unit: str) -> Decimal:
    """A number in the unit. Raises ValueError."""
    if unit == "s" and durations.is_duration(text):
        return Decimal(str(durations.seconds(text)))
    number = text.removesuffix("%") if unit == "%" else text
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"must be a range such as {FORMS}")
    return Decimal(number)


def plain(number: Decimal) -> str:
    """The number without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def checked_range(text: str, unit: str, option: str) -> Range | None:
    """The range of an option; none if it is empty. Raises Usage."""
    try:
        return Range.of(text, unit) if text.strip() else None
    except ValueError as error:
        raise Usage(f"{option} {error}, not {text!r}") from error
