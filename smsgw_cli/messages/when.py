"""When a body goes out: its first time, the next ones of a repetition, the last; in two clocks."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from smsgw_cli.model import Record
from smsgw_cli.sms import local_time, open_hours
from smsgw_cli.sms.occurrences import Repetition
from smsgw_cli.sms.recurrence import time_zone
from smsgw_cli.sms.times import WEEKDAYS
from smsgw_cli.sms.timestamps import format_timestamp, parse_timestamp

NEXT = 3  # how many times of a repetition are named


class When(NamedTuple):
    """The times of a body of `/messages/send` or `/ussd-pulls/send`, sent at `now`."""

    body: Record
    now: datetime

    @property
    def zone(self) -> tzinfo | None:
        """That of the body; without one, the local one."""
        return time_zone(self.body.get("timezone")) or local_time.zone()

    @property
    def scheduled(self) -> datetime | None:
        return parse_timestamp(self.body.get("scheduled_at"))

    @property
    def first(self) -> datetime:
        return max(self.scheduled or self.now, self.now)

    @property
    def repetition(self) -> Repetition | None:
        if not self.body.get("recurring"):
            return None
        every, unit = self.body["frequency"], self.body["frequency_unit"]
        return Repetition(self.scheduled or self.now, every, unit, self.zone)

    @property
    def following(self) -> list[datetime]:
        """The next times of a repetition after the first."""
        repetition = self.repetition
        return repetition.following(NEXT, self.first, self._ends) if repetition else []

    @property
    def last(self) -> datetime | None:
        """The last time of a repetition; None if it has no end."""
        ends, repetition = self._ends, self.repetition
        return repetition.last(ends) if repetition and ends else None

    @property
    def _ends(self) -> datetime | None:
        return parse_timestamp(self.body.get("ends_at"))

    def held_until(self, moment: datetime) -> datetime | None:
        """When the active hours and days let it out; None if they are open then."""
        hours, days = self.body.get("active_hours"), self.body.get("days_of_week")
        if not (hours or days):
            return None
        found = open_hours.opens(moment, self.zone, hours, days)
        return found if found > moment else None

    def as_record(self) -> Record:
        """The times as JSON: `first` is null for at once, `next` empty without a repetition."""
        is_later = self.first > self.now
        return {
            "timezone": self.body.get("timezone"),
            "active_hours": self._hours,
            "days_of_week": self.body.get("days_of_week"),
            "first": self.shown(self.first) if is_later else None,
            "held_until": self.shown(self.held_until(self.first)),
            "next": [self.shown(each) for each in self.following],
            "last": self.shown(self.last),
        }

    def shown(self, moment: datetime | None) -> Record | None:
        """A time as JSON, in both clocks."""
        if moment is None:
            return None
        local = moment.astimezone(self.zone).isoformat(timespec="seconds")
        return {"utc": format_timestamp(moment), "local": local}

    def lines(self) -> dict[str, str]:
        """The times as text, by title."""
        words = {"when": self.text()}
        if open_on := " ".join(filter(None, (self._hours, self._days))):
            words["only"] = open_on
        if held := self.held_until(self.first):
            words["held until"] = self.both(held)
        if self.repetition:
            words["next"] = ", ".join(self._local(each) for each in self.following) or "none"
            words["last"] = self.both(self.last) if self.last else "no end"
        return words

    @property
    def _hours(self) -> str | None:
        hours = self.body.get("active_hours")
        return f"{hours['start']}-{hours['end']}" if hours else None

    @property
    def _days(self) -> str:
        return ",".join(WEEKDAYS[day - 1][:3] for day in self.body.get("days_of_week", ()))

    def phrase(self) -> str:
        """` on Fri 2031-01-03 09:00 Europe/Berlin (08:00 UTC)`, nothing for now."""
        held = self.held_until(self.first)
        return f" on {self.both(held or self.first)}" if held or self.first > self.now else ""

    def text(self) -> str:
        """`at once`, or the first time in both clocks."""
        return self.both(self.first) if self.first > self.now else "immediately"

    def both(self, moment: datetime) -> str:
        """A time as text, in both clocks."""
        local = moment.astimezone(self.zone)
        zone = self.body.get("timezone") or f"{local:%Z}"
        other = moment.astimezone(UTC)
        utc = f"{other:%H:%M}" if other.date() == local.date() else f"{other:%Y-%m-%d %H:%M}"
        return f"{self._local(moment)} {zone}" + (f" ({utc} UTC)" if local.utcoffset() else "")

    def _local(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        return f"{local:%a %Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")

    def assumptions(self) -> Iterator[str]:
        """What is assumed of a repetition, as the API does not document it."""
        repetition = self.repetition
        if repetition and repetition.is_inexact:
            day = repetition.first.astimezone(repetition.zone).day
            yield (
                f"the API does not document what happens in months without a day {day}; "
                "the sandbox sends on their last day"
            )
