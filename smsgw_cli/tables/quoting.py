"""Quoting not in RFC 4180: spaces around quotes, or a backslash before quotes in a cell."""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

LINE_BREAK = re.compile(r"\r\n|\r|\n")
# A quote in a cell is doubled, or has a backslash before it.
_BODIES = {
    r'(?:[^"]|"")*+': re.compile(r'"(")'),
    r'(?:[^"\\]|""|\\["\\]|\\(?!["\\]))*+': re.compile(r'["\\](["\\])'),
}


class Bad(NamedTuple):
    """Why text is no record; `is_open` if the lines that follow may complete it."""

    reason: str
    is_open: bool = False


class Quoting:
    """Splits records with this delimiter into cells."""

    def __init__(self, delimiter: str) -> None:
        of, blank = re.escape(delimiter), " " if delimiter == "\t" else "[ \t]"
        self._spaced = re.compile(rf'(?:^|{of}) +"')
        self._bare = re.compile(rf"[^{of}\r\n]*+")
        self._opening = re.compile(rf'{blank}*"')
        self._end = re.compile(rf"{of}|{LINE_BREAK.pattern}|\Z")
        self._quoted = [
            (re.compile(rf'{blank}*"({body})("{blank}*(?={of}|[\r\n]|\Z)|\Z)'), escaped)
            for body, escaped in _BODIES.items()
        ]
        self.delimiter = delimiter

    def is_spaced(self, line: str) -> bool:
        """Whether blanks seem to precede a quote."""
        return self._spaced.search(line) is not None

    def cells(self, lines: Sequence[str]) -> tuple[list[str], int] | Bad:
        """The cells of the record at the start of these lines, and its number of lines."""
        text = "".join(lines)
        bad: list[Bad] = []
        for quoted, escaped in self._quoted[: 1 + ('\\"' in text)]:
            found = self._split(text, quoted, escaped)
            if not isinstance(found, Bad):
                cells, end = found
                ends = enumerate(accumulate(map(len, lines)), start=1)
                return cells, next(count for count, size in ends if size >= end)
            bad.append(found)
        return next((each for each in bad if each.is_open), bad[0])

    def _split(
        self, text: str, quoted: re.Pattern[str], escaped: re.Pattern[str]
    ) -> tuple[list[str], int] | Bad:
        """The cells of the record at the start of a text, and where that ends."""
        cells: list[str] = []
        place, ending = 0, self.delimiter
        while ending == self.delimiter:
            is_quoted = self._opening.match(text, place)
            found = (quoted if is_quoted else self._bare).match(text, place)
            if not found:
                return Bad("text follows a closing quote: quotes in a cell must be doubled")
            if is_quoted and not found[2]:
                return Bad("a quote is opened but not closed", is_open=True)
            cells.append(escaped.sub(r"\1", found[1]) if is_quoted else found[0])
            end = self._end.match(text, found.end())
            place, ending = (end.end(), end[0]) if end else (found.end(), "")
        return cells, place
