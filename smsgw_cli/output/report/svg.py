"""SVG charts: a stacked bar, horizontal bars, columns over time.

Each has a title and a description for screen readers; the page's style sheet colours them by
class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, log10
from xml.etree.ElementTree import Element

from smsgw_cli.model import ARRIVED, FAILED, SENT
from smsgw_cli.output.report.markup import element

WIDTH = 720
GAP = 2
LABELS = 216  # width reserved for the labels of bars
NUMBERS = 96  # and for the values after them
CHARACTERS = 26  # longest label that fits into LABELS
BAR, STEP = 18, 30
PLOT_TOP, PLOT_HEIGHT, AXIS = 8, 170, 32


@dataclass(frozen=True)
class Part:
    """One segment of a bar: a name and a count."""

    name: str
    count: int

    def __str__(self) -> str:
        return f"{self.name}: {self.count:,}"


@dataclass(frozen=True)
class Bar:
    """A bar with its label before it and its value after it."""

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
        _segment(part, WIDTH * (end - part.count) / total, 0, WIDTH * part.count / total, 34)
        for part, end in zip(parts, ends, strict=True)
    ]
    return _chart(title, description, 34, *segments, stretches=True)


def bars(title: str, description: str, rows: Sequence[Bar]) -> Element:
    """Horizontal bars, scaled so that the longest takes the full width."""
    longest = max((row.length for row in rows), default=0) or 1
    scale = (WIDTH - LABELS - NUMBERS) / longest
    drawn = [
        each
        for number, row in enumerate(rows)
        for each in _row(row, number * STEP + (STEP - BAR) / 2, scale)
    ]
    return _chart(title, description, max(1, len(rows)) * STEP, *drawn)


def _row(row: Bar, top: float, scale: float) -> list[Element]:
    middle = top + BAR / 2
    drawn, left = [_text(_short(row.label), LABELS - 12, middle, "end")], float(LABELS)
    for part in row.parts:
        value = row.value if len(row.parts) == 1 else str(part)
        tip = f"{row.label}: {value}"
        drawn.append(_segment(part, left, top, part.count * scale, BAR, tip=tip))
        left += part.count * scale
    drawn.append(_text(row.value, left + 8, middle, "start", "strong"))
    return drawn


def columns(
    title: str, description: str, labels: Sequence[str], groups: Sequence[Sequence[Part]]
) -> Element:
    """Grouped columns for each label, over a scale of round numbers."""
    highest = max((part.count for group in groups for part in group), default=0)
    marks = ticks(highest)
    left = 12 + 7.5 * len(f"{marks[-1]:,}")
    scale = PLOT_HEIGHT / marks[-1]
    room = (WIDTH - left) / max(1, len(groups))
    drawn = [each for mark in marks for each in _grid_line(mark, left, scale)]
    for number, group in enumerate(groups):
        drawn += _column(group, left + number * room, room, scale)
    drawn += _axis(labels, left, room)
    return _chart(title, description, PLOT_TOP + PLOT_HEIGHT + AXIS, *drawn)


def ticks(highest: int) -> list[int]:
    """Round numbers from 0 to at least `highest`, in steps of 1, 2 or 5 times a power of 10."""
    rough = max(1.0, highest / 4)
    magnitude = 10 ** int(log10(rough))
    step = next(magnitude * times for times in (1, 2, 5, 10) if magnitude * times >= rough)
    return [step * number for number in range(max(1, ceil(highest / step)) + 1)]


def _grid_line(mark: int, left: float, scale: float) -> list[Element]:
    y = PLOT_TOP + PLOT_HEIGHT - mark * scale
    line = element("line", x1=_n(left), x2=WIDTH, y1=_n(y), y2=_n(y), class_="grid")
    return [line, _text(f"{mark:,}", left - 8, y, "end")]


def _column(group: Sequence[Part], left: float, room: float, scale: float) -> list[Element]:
    width = min(room * 0.8, 44.0) / len(group)
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


def _axis(labels: Sequence[str], left: float, room: float) -> list[Element]:
    """The labels of the columns; some are skipped if there is not enough room."""
    needed = 12 + 6.6 * max(map(len, labels), default=0)
    every = max(1, ceil(needed / room))
    y = PLOT_TOP + PLOT_HEIGHT + 20
    middles = [left + (number + 0.5) * room for number in range(len(labels))]
    return [
        _text(label, middle, y, "middle")
        for number, (label, middle) in enumerate(zip(labels, middles, strict=True))
        if number % every == 0 and needed / 2 - 12 < middle < WIDTH + 12 - needed / 2
    ]


def _segment(
    part: Part, x: float, y: float, width: float, height: float, *, tip: str | None = None
) -> Element:
    """A rectangle with a tooltip."""
    return element(
        "rect",
        element("title", tip or str(part)),
        x=_n(x),
        y=_n(y),
        width=_n(width),
        height=_n(height),
        class_=f"fill {kind(part.name)}",
    )


def kind(name: str) -> str:
    """The CSS class for a status; those without a colour of their own share one."""
    known = {*ARRIVED, SENT, FAILED}
    return f"is-{name.lower()}" if name in known else "is-other"


def _text(text: str, x: float, y: float, anchor: str, class_: str | None = None) -> Element:
    return element("text", text, x=_n(x), y=_n(y), dy="0.35em", text_anchor=anchor, class_=class_)


def _chart(
    title: str, description: str, height: float, *drawn: Element, stretches: bool = False
) -> Element:
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *drawn,
        viewBox=f"0 0 {WIDTH} {_n(height)}",
        preserveAspectRatio="none" if stretches else None,
        class_="stretches" if stretches else None,
        role="img",
    )


def _short(label: str) -> str:
    return label if len(label) <= CHARACTERS else label[: CHARACTERS - 1] + "…"


def _n(number: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
