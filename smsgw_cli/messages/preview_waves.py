"""The waves of a send in its preview: their sizes and times, and what stops them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from smsgw_cli.messages.waves.gate import Limits, starts_after
from smsgw_cli.messages.when import When
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize

SHOWN = 5


class PlannedWaves(NamedTuple):
    """Waves, each with its recipients and the seconds to wait after it, within these limits; the
    times assume that each is accepted as soon as it starts."""

    waves: Sequence[tuple[int, float]]
    limits: Limits
    when: When

    def _starts(self) -> Iterator[datetime]:
        first = self.when.first
        starts = self.when.held_until(first) or first
        for _, wait in self.waves:
            yield starts
            starts = starts_after(starts, wait, self.when.body)

    def too_slow(self, seconds: float) -> tuple[int, float] | None:
        """The first wave of which too few can have arrived when the next one is due, and how many
        seconds it takes, if all waves take so many."""
        total = sum(recipients for recipients, _ in self.waves)
        for number, (recipients, wait) in enumerate(self.waves[:-1], start=1):
            takes = seconds * recipients / total
            if wait < takes * self.limits.min_arrived:
                return number, takes
        return None

    def as_record(self) -> Record:
        """The same as JSON; the shares are from 0 to 1, the wait is in seconds."""
        planned = zip(self.waves, self._starts(), strict=True)
        return {
            "waves": [
                {"recipients": recipients, "starts": self.when.shown(starts), "wait": wait}
                for (recipients, wait), starts in planned
            ],
            "max_failed": float(self.limits.max_failed),
            "min_arrived": float(self.limits.min_arrived),
            "arrived": list(self.limits.arrival),
        }

    def lines(self) -> dict[str, str]:
        """The same as text, by title."""
        planned = zip(self.waves, self._starts(), strict=True)
        words = {
            f"wave {number}": f"{pluralize(recipients, 'recipient')}, {self.when.both(starts)}"
            for number, ((recipients, _), starts) in enumerate(planned, start=1)
            if number <= SHOWN or number == len(self.waves)
        }
        words["stops"] = (
            f"if more than {self.limits.max_failed} of a wave failed, or less than "
            f"{self.limits.min_arrived} are {self.limits.arrived} when the next one is due"
        )
        return words
