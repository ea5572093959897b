"""The columns of a table: their cells, and how wide they are on a terminal."""

import re
from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from rich.text import Text

from smsgw_cli.output.cells import Record, lookup, visible
from smsgw_cli.output.values import brief, is_number, is_time

MAX_CELL = 2_000  # characters, more than any terminal shows; rich would measure all of them
OPTIONAL = ("reason",)  # columns that are shown only if there is something in them
WHOLE = ("last_seen", "battery", "signal", "state")  # columns of short texts, as 3 min ago
WRAPPED = ("detail",)  # columns of sentences
MIN_TEXT = 16  # characters of a text that are still useful, and of the longest phone number (E.164)
LEAST_TEXT = 12  # the same beside an optional column, or if all columns fit then
GAP = 2  # characters between columns
_NUMBER = re.compile(r"\+?\d+")


class Column:
    """A column with its cells; numbers, times and short texts are never truncated."""

    def __init__(
        self, name: str, records: Sequence[Record], show: Callable[[str, Any], Text] = brief
    ) -> None:
        self.name = name
        values = [lookup(each, name) for each in records]
        self.is_number = all(map(is_number, values)) and any(each is not None for each in values)
        self.is_wrapped = name in WRAPPED
        self.head = _single_line(Text(visible(name.upper().replace("_", " "))))
        cells = (show(name, value) for value in values)
        self.cells = list(cells if self.is_wrapped else map(_single_line, cells))
        self.width = max(each.cell_len for each in [self.head, *self.cells])
        self._head_width = min(self.head.cell_len, MIN_TEXT)
        self.no_truncate = self.is_number or is_time(name) or name in WHOLE or self._has_number()

    def _has_number(self) -> bool:
        """Whether it has phone numbers, and texts that are no longer."""
        return self.width <= MIN_TEXT and any(_NUMBER.fullmatch(each.plain) for each in self.cells)

    def min_width(self, least: int) -> int:
        """The minimum useful width, with this many characters of a text."""
        return self.width if self.no_truncate else min(self.width, max(least, self._head_width))


def how_many_fit(columns: Sequence[Column], room: int) -> int:
    has_optional = any(each.name in OPTIONAL for each in columns)
    needed = _ends(columns, LEAST_TEXT)
    if not needed or needed[-1] - GAP <= room:
        return len(columns)
    if not has_optional:
        needed = _ends(columns, MIN_TEXT)
    return max(1, bisect(needed, room - len("…")))


def _ends(columns: Sequence[Column], least: int) -> list[int]:
    """The widths of the first column, the first two and so on, given the length of a text."""
    return list(accumulate(column.min_width(least) + GAP for column in columns))


def widths_in(columns: Sequence[Column], room: int) -> list[int]:
    """The width of each column. The longest texts are shortened first, but not below LEAST_TEXT."""
    widest = min(room, max((each.width for each in columns), default=0))
    for least in range(widest, LEAST_TEXT, -1):
        if _ends(columns, least)[-1] - GAP <= room:
            return [each.min_width(least) for each in columns]
    return [each.min_width(LEAST_TEXT) for each in columns]


def _single_line(shown: Text) -> Text:
    """The text on one line, truncated with an ellipsis."""
    line = shown.copy()
    line.truncate(MAX_CELL, overflow="ellipsis")
    line.no_wrap, line.overflow = True, "ellipsis"
    return line
