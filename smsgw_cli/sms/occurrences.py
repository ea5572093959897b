"""When a repetition comes, as the sandbox has it: the API does not document it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count, islice
from typing import NamedTuple

HOUR = timedelta(hours=1)
# The longest duration of each unit; a day can have 25 hours.
LONGEST = {
    "minute": timedelta(minutes=1),
    "hour": HOUR,
    "day": timedelta(days=1) + HOUR,
    "week": timedelta(weeks=1) + HOUR,
    "month": timedelta(days=31) + HOUR,
    "year": timedelta(days=366) + HOUR,
}


class Repetition(NamedTuple):
    """Every `frequency` units from `first` on (in UTC), by the clocks of a zone.

    Minutes and hours are exact; days and longer units keep the time of day, and months keep the
    day, or have their last one. Nothing comes after the calendar's last year.
    """

    first: datetime
    frequency: int
    unit: str
    zone: tzinfo | None

    @property
    def is_inexact(self) -> bool:
        """Whether some months or years lack its day: the 29th to the 31st."""
        local = self.first.astimezone(self.zone)
        is_leap_day = (local.month, local.day) == (2, 29)
        return (self.unit == "month" and local.day > 28) or (self.unit == "year" and is_leap_day)

    def following(self, most: int, after: datetime, ends: datetime | None) -> list[datetime]:
        """The next occurrences after a time, at most `most`, until `ends` (inclusive)."""
        later = (each for each in self._from(after) if each > after)
        return [each for each in islice(later, most) if ends is None or each <= ends]

    def last(self, ends: datetime) -> datetime:
        """The last one until then; the first if there is no other."""
        found = self.first
        for each in self._from(ends):
            if each > ends:
                break
            found = each
        return found

    def _from(self, time: datetime) -> Iterator[datetime]:
        """All of them, from the first or a later one that is before this time."""
        # No more are skipped than there are, as none takes longer than the longest.
        skipped = (time - self.first) // (self.frequency * LONGEST[self.unit])
        for number in count(max(0, skipped)):
            moment = self._nth(number)
            if moment is None:
                return
            yield moment

    def _nth(self, number: int) -> datetime | None:
        steps = number * self.frequency
        try:
            if self.unit in ("minute", "hour"):
                return self.first + steps * LONGEST[self.unit]
            local = self.first.astimezone(self.zone).replace(tzinfo=None)
            return self._utc(_moved(local, steps, self.unit)) if steps else self.first
        except (ValueError, OverflowError, OSError):
            return None

    def _utc(self, naive: datetime) -> datetime:
        """A skipped time is as much later as clocks are set forward, as in PHP."""
        return datetime.fromtimestamp(naive.replace(tzinfo=self.zone).timestamp(), UTC)


def _moved(local: datetime, steps: int, unit: str) -> datetime:
    if unit in ("day", "week"):
        return local + timedelta(days=steps * (7 if unit == "week" else 1))
    months = steps * (12 if unit == "year" else 1)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    for day in range(local.day, local.day - 4, -1):
        try:
            return local.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise OverflowError(f"no year {year}")
