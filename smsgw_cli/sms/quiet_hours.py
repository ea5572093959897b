"""Quiet hours and days, and what remains of the active hours and days of a campaign."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Self

from smsgw_cli.errors import Usage
from smsgw_cli.sms.open_hours import DAY, Hours, Span, hours_of, span_of, time_of_day
from smsgw_cli.sms.recurrence import days_of_week

EVERY_DAY = tuple(range(1, 8))
HINT = "--allow quiet-hours sends at any time"
_HOURS = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?\s*-\s*([0-9]{1,2})(?::([0-9]{2}))?")


class QuietHours(NamedTuple):
    """Spans of every day, and whole days (1 is Monday)."""

    spans: tuple[Span, ...]
    days: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """The quiet hours in `21-8, sun`: one range of hours, days, or both. Raises Usage."""
        parts = [part.strip() for part in text.split(",")]
        hours = [found for part in parts if (found := _HOURS.fullmatch(part))]
        days = [part for part in parts if not _HOURS.fullmatch(part)]
        if len(hours) > 1:
            raise Usage(f"{text!r} has more than one range of hours")
        spans = _spans(hours[0]) if hours else ()
        return cls(spans, tuple(days_of_week(",".join(days))) if days else ())

    def _includes(self, other: "QuietHours") -> bool:
        rest = set(EVERY_DAY) - {*self.days}
        hours = _without((0, DAY), self.spans)
        are_quiet = all(_without(each, self.spans) == [] for each in other.spans)
        return not hours or (not rest & {*other.days} and (not rest or are_quiet))

    def hours_left(self, hours: Hours | None) -> dict[str, str] | None:
        """What is left of active hours; None if all day is. Raises Usage unless it is one span."""
        span = span_of(hours)
        left = _without(span, self.spans)
        if len(left) != 1:
            what = " and ".join(map(_shown, left)) or "nothing"
            raise Usage(
                f"quiet_hours leaves {what} of {_shown(span)}, but a campaign needs a single span",
                hint=f"set --active-hours within one of them; {HINT}",
            )
        return None if hours is None and left == [span] else hours_of(left[0])

    def days_left(self, days: Sequence[int] | None) -> list[int] | None:
        """The remaining days; None if all remain. Raises Usage if none does."""
        left = [each for each in days or EVERY_DAY if each not in self.days]
        if not left:
            raise Usage("quiet_hours leaves no day to send on", hint=f"change --days; {HINT}")
        return None if not days and len(left) == len(EVERY_DAY) else left


def includes(text: str | None, other: str | None) -> bool:
    """Whether all that is quiet by the other setting is so by this one. Raises Usage."""
    if text == other or not other:
        return True
    return text is not None and QuietHours.of(text)._includes(QuietHours.of(other))


def _spans(found: re.Match[str]) -> tuple[Span, ...]:
    start, end = (int(found[at]) * 60 + int(found[at + 1] or 0) for at in (1, 3))
    is_time = max(start, end) <= DAY and all(int(found[at] or 0) < 60 for at in (2, 4))
    if not is_time or start == end:
        raise Usage(f"cannot read {found[0]!r} as hours", hint="use 21-8 or 21:30-07:00")
    spans = ((start, end),) if start < end else ((0, end), (start, DAY))
    return tuple(each for each in spans if each[0] < each[1])


def _without(span: Span, taken: Sequence[Span]) -> list[Span]:
    """What is left of a span, in parts."""
    left = [span]
    for start, end in taken:
        parts = (part for a, b in left for part in ((a, min(b, start)), (max(a, end), b)))
        left = [part for part in parts if part[0] < part[1]]
    return left


def _shown(span: Span) -> str:
    return f"{time_of_day(span[0])}-{time_of_day(span[1])}"
