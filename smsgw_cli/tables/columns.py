"""The columns of a table by its header, in which names may be missing or duplicate."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from smsgw_cli.tables.names import REASON


class Columns(NamedTuple):
    """`names` of the columns, all different, from their names in the `header`.

    `unusable` are those that have the same name in the header, or none. `places` are theirs in a
    record (counted from 0), of `width` cells.
    """

    names: tuple[str, ...]
    header: tuple[str, ...]
    places: tuple[int, ...]
    width: int
    unusable: frozenset[str] = frozenset()

    @property
    def has_reason(self) -> bool:
        """Whether the file is one of our rejects: its last column has the reasons."""
        return bool(self.names) and self.names[-1] == REASON

    @property
    def is_complete(self) -> bool:
        """Whether every cell of a record is in a column."""
        return len(self.places) == self.width

    def chosen(self, cells: Sequence[str]) -> Sequence[str]:
        return cells if self.is_complete else [cells[place] for place in self.places]


def columns_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Columns:
    """The columns of a header; those without a name are there only if a row has a value."""
    titles = [re.sub(r"\s*[\r\n]+\s*", " ", cell.strip().strip("\ufeff")) for cell in header]
    filled = _filled(rows, {place for place, title in enumerate(titles) if not title})
    places = tuple(each for each, title in enumerate(titles) if title or each in filled)
    names = _different([titles[each] or f"column {each + 1}" for each in places])
    shared = {title for title, count in Counter(titles).items() if count > 1 or not title}
    unusable = (name for name, each in zip(names, places, strict=True) if titles[each] in shared)
    kept = tuple(titles[each] for each in places)
    return Columns(names, kept, places, len(header), frozenset(unusable))


def _filled(rows: Iterable[Sequence[str]], places: set[int]) -> set[int]:
    """Which of these places have a value in some row."""
    filled: set[int] = set()
    for cells in rows if places else ():
        found = {each for each in places if each < len(cells) and cells[each].strip()}
        filled |= found
        places = places - found
        if not places:
            break
    return filled


def _different(names: Iterable[str]) -> tuple[str, ...]:
    """The names, a later one of several as `name (2)`."""
    names = tuple(names)
    taken: dict[str, None] = {}
    for name in names:
        unique, count = name, 1
        while unique in taken or (count > 1 and unique in names):
            count += 1
            unique = f"{name} ({count})"
        taken[unique] = None
    return tuple(taken)
