"""Counts over time, in buckets that widen with the time span, so that memory is bounded."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from smsgw_cli.model import Record
from smsgw_cli.sms.timestamps import format_timestamp

# Seconds. Each is a multiple of the previous one, so that buckets can be merged.
WIDTHS = (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800)
MOST_KEPT = 4_000  # non-empty buckets while counting
MOST_SHOWN = 48


class Timeline:
    """Counts by name and time bucket."""

    def __init__(self, *names: str) -> None:
        self.width = WIDTHS[0]
        self._counts: dict[str, Counter[int]] = {name: Counter() for name in names}

    def add(self, name: str, moment: datetime) -> None:
        """Count an event of this name."""
        counts = self._counts[name]
        counts[int(moment.timestamp()) // self.width] += 1
        if len(counts) > MOST_KEPT:
            self._widen()

    def buckets(self) -> list[Record]:
        """All buckets from the first to the last, including empty ones; at most MOST_SHOWN.

        Each has its `start` in UTC and one count per name.
        """
        while self._span and len(self._span) > MOST_SHOWN:
            self._widen()
        return list(self._filled())

    def _filled(self) -> Iterator[Record]:
        for number in self._span:
            start = datetime.fromtimestamp(number * self.width, UTC)
            counts = {name: counts[number] for name, counts in self._counts.items()}
            yield {"start": format_timestamp(start), **counts}

    @property
    def _span(self) -> range:
        numbers = [number for counts in self._counts.values() for number in counts]
        return range(min(numbers), max(numbers) + 1) if numbers else range(0)

    def _widen(self) -> None:
        wider = next((width for width in WIDTHS if width > self.width), 2 * self.width)
        factor, self.width = wider // self.width, wider
        for name, counts in self._counts.items():
            joined: Counter[int] = Counter()
            for number, count in counts.items():
                joined[number // factor] += count
            self._counts[name] = joined
