"""SVG charts: a stacked bar, horizontal bars, columns over time.

Each has a title and a description for screen readers; the page's style sheet colours them by
class. They are as wide as the page lets them be, from a phone's to a desktop's: lengths across
are percentages, and texts keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, log10
from typing import NamedTuple
from xml.etree.ElementTree import Element

from smsgw_cli.model import ARRIVED, FAILED, SENT
from smsgw_cli.output.report.markup import element

CHARACTERS = 36  # longest label of a bar that fits on a phone, beside its value
LABEL, BAR, STEP = 18, 14, 44  # pixels: of a label, the bar below it, and both with a gap
PLOT_TOP, PLOT_HEIGHT, AXIS = 8, 170, 32  # pixels
WIDE, NARROW = 660, 240  # pixels that columns have on a desktop and at least on a phone
WIDEST_COLUMNS = 6.0  # percent
MARGINS = (3, 7, 20)  # characters of the numbers beside columns; each is a CSS class


@dataclass(frozen=True)
class Part:
    """One segment of a bar: a name and a count."""

    name: str
    count: int

    def __str__(self) -> str:
        return f"{self.name}: {self.count:,}"


class Bar(NamedTuple):
    """A bar with its label and value above it."""

    label: str
    parts: tuple[Part, ...]
    value: str

    @property
    def length(self) -> int:
        return sum(part.count for part in self.parts)


def shares(title: str, description: str, parts: Sequence[Part]) -> Element:
    """One stacked bar of full width."""
    total = sum(part.count for part in parts) or 1
    ends = list(accumulate(part.count for part in parts))
    segments = [
        _segment(part, 100 * (end - part.count) / total, 0, 100 * part.count / total, 34)
        for part, end in zip(parts, ends, strict=True)
    ]
    return _chart(title, description, 34, *segments, class_="shares")


def bars(title: str, description: str, rows: Sequence[Bar]) -> Element:
    """Horizontal bars, scaled so that the longest takes the full width."""
    longest = max((row.length for row in rows), default=0) or 1
    drawn = [
        each for number, row in enumerate(rows) for each in _row(row, number * STEP, 100 / longest)
    ]
    return _chart(title, description, max(1, len(rows)) * STEP, *drawn)


def _row(row: Bar, top: float, scale: float) -> list[Element]:
    middle, left = top + LABEL / 2, 0.0
    drawn = [
        _text(_short(row.label), "0", middle, "start"),
        _text(row.value, "100%", middle, "end", "strong"),
    ]
    for part in row.parts:
        value = row.value if len(row.parts) == 1 else str(part)
        tip = f"{row.label}: {value}"
        drawn.append(_segment(part, left, top + LABEL, part.count * scale, BAR, tip=tip))
        left += part.count * scale
    return drawn


def columns(
    title: str, description: str, labels: Sequence[str], groups: Sequence[Sequence[Part]]
) -> Element:
    """Grouped columns for each label, over a scale of round numbers."""
    highest = max((part.count for group in groups for part in group), default=0)
    marks = ticks(highest)
    scale = PLOT_HEIGHT / marks[-1]
    room = 100 / max(1, len(groups))
    drawn = [each for mark in marks for each in _grid_line(mark, scale)]
    for number, group in enumerate(groups):
        drawn += _column(group, number * room, room, scale)
    drawn += _axis(labels)
    margin = next(each for each in MARGINS if len(f"{marks[-1]:,}") <= each)
    height = PLOT_TOP + PLOT_HEIGHT + AXIS
    return _chart(title, description, height, *drawn, class_=f"columns margin-{margin}")


def ticks(highest: int) -> list[int]:
    """Round numbers from 0 to at least `highest`, in steps of 1, 2 or 5 times a power of 10."""
    rough = max(1.0, highest / 4)
    magnitude = 10 ** int(log10(rough))
    step = next(magnitude * times for times in (1, 2, 5, 10) if magnitude * times >= rough)
    return [step * number for number in range(max(1, ceil(highest / step)) + 1)]


def _grid_line(mark: int, scale: float) -> list[Element]:
    y = PLOT_TOP + PLOT_HEIGHT - mark * scale
    line = element("line", x1="0", x2="100%", y1=_n(y), y2=_n(y), class_="grid")
    return [line, _text(f"{mark:,}", "-8", y, "end")]


def _column(group: Sequence[Part], left: float, room: float, scale: float) -> list[Element]:
    width = min(room * 0.8, WIDEST_COLUMNS) / len(group)
    left += (room - width * len(group)) / 2
    return [
        _segment(
            part,
            left + number * width,
            PLOT_TOP + PLOT_HEIGHT - part.count * scale,
            width,
            part.count * scale,
        )
        for number, part in enumerate(group)
        if part.count
    ]


def _axis(labels: Sequence[str]) -> list[Element]:
    """The labels of the columns; some are skipped if there is not enough room, most on a phone."""
    narrow, y = _with_room(labels, NARROW), PLOT_TOP + PLOT_HEIGHT + 20
    shown = sorted(narrow | _with_room(labels, WIDE))
    return [
        _text(
            labels[each],
            _percent(100 * (each + 0.5) / len(labels)),
            y,
            "middle",
            _where(each in narrow, each in _with_room(labels, WIDE)),
        )
        for each in shown
    ]


def _where(is_on_phones: bool, is_on_desktops: bool) -> str | None:
    """The CSS class of what is only in one of them."""
    return None if is_on_phones and is_on_desktops else "narrow" if is_on_phones else "wide"


def _with_room(labels: Sequence[str], width: int) -> set[int]:
    """The labels that do not overlap in a chart of this width (pixels)."""
    needed = 12 + 6.6 * max(map(len, labels), default=0)
    room = width / max(1, len(labels))
    every = max(1, ceil(needed / room))
    return {
        number
        for number in range(0, len(labels), every)
        if needed / 2 - 12 < (number + 0.5) * room < width + 12 - needed / 2
    }


def _segment(
    part: Part, x: float, y: float, width: float, height: float, *, tip: str | None = None
) -> Element:
    """A rectangle with a tooltip; `x` and `width` are percentages."""
    return element(
        "rect",
        element("title", tip or str(part)),
        x=_percent(x),
        y=_n(y),
        width=_percent(width),
        height=_n(height),
        class_=f"fill {kind(part.name)}",
    )


def kind(name: str) -> str:
    """The CSS class for a status, or for the first of two, as in `Delivered or completed`; those
    without a colour of their own share one."""
    known, first = {*ARRIVED, SENT, FAILED}, name.partition(" ")[0]
    return f"is-{first.lower()}" if first in known else "is-other"


def _text(text: str, x: str, y: float, anchor: str, class_: str | None = None) -> Element:
    return element("text", text, x=x, y=_n(y), dy="0.35em", text_anchor=anchor, class_=class_)


def _chart(
    title: str, description: str, height: float, *drawn: Element, **attributes: str
) -> Element:
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *drawn,
        height=_n(height),
        role="img",
        **attributes,
    )


def _short(label: str) -> str:
    return label if len(label) <= CHARACTERS else label[: CHARACTERS - 1] + "…"


def _percent(number: float) -> str:
    return f"{_n(number)}%"


def _n(number: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
