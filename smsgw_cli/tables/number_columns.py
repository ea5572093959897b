"""Which column of a file has the mobile numbers, if --map does not say so."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.tables.column_map import Target, column_of, map_option
from smsgw_cli.tables.names import usual_words, without_accents

PHONE = re.compile(r"\+?[\d\s().\-/]{6,30}")
LEAST_DIGITS = 6
DATE = re.compile(r"\d{4}[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./](\d\d){1,2}")
# As in `Phone 2`, and in `Phone 1 - Value` of Google Contacts.
_AT_THE_END = re.compile(r"\d{1,2}(value)?$")


class NumberColumn(NamedTuple):
    """The column with the mobile numbers, and others with a usual name that were passed over."""

    name: str
    others: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What to tell the user about the choice."""
        if not self.others:
            return []
        return [f"numbers from {self.name!r}, not {', '.join(map(repr, self.others))}"]


def number_column(
    columns: Sequence[str],
    targets: Mapping[str, Target],
    fields: Collection[str] = (),
    unusable: Collection[str] = (),
) -> NumberColumn:
    """The column mapped to mobile_number, else the one with the best usual name.

    `fields` are columns of custom fields, which are only numbers if they are mapped, `unusable`
    those that cannot be mapped. Raises Usage if there is none, or no single best one.
    """
    mapped = column_of(MOBILE_NUMBER, targets)
    if mapped is not None:
        _refuse_value(mapped)
        return NumberColumn(mapped)
    ranked = {c: rank for c in columns if c not in targets and (rank := rank_of(c)) is not None}
    free = ranked.keys() - set(fields)
    if not free:
        raise _none(columns, list(ranked))
    rank = min(ranked[column] for column in free)
    best = [c for c in ranked if ranked[c] < rank or (ranked[c] == rank and c in free)]
    if len(best) > 1:
        raise _several(best, unusable)
    return NumberColumn(best[0], tuple(c for c in ranked if c in free and c != best[0]))


def rank_of(column: str) -> int | None:
    """How well a name says that a column has mobile numbers (0 is best); None if it does not."""
    name = without_accents(column)
    known = ranks()
    return known.get(name, known.get(_AT_THE_END.sub("", name)))


@cache
def ranks() -> dict[str, int]:
    """The rank of each usual name, by its name without accents; 0 is the best."""
    names = ({without_accents(MOBILE_NUMBER)}, *map(usual_words, ("mobile", "phone", "number")))
    return {name: rank for rank in reversed(range(len(names))) for name in names[rank]}


def _refuse_value(column: str) -> None:
    """Raise Usage if the name of a column seems to be a value of the first row."""
    if looks_like_phone(column):
        raise Usage(
            f"the first row must have the column names, but has {column!r}",
            hint="add a row of names above it, such as phone,name",
        )


def _none(columns: Sequence[str], of_fields: Sequence[str]) -> Usage:
    for column in columns if not of_fields else ():
        _refuse_value(column)
    option = _options(of_fields) if of_fields else f"'--map COLUMN={MOBILE_NUMBER}'"
    other = "" if len(columns) > 1 else ", or set the delimiter with --set delimiter=…"
    return Usage(
        "no column for the mobile number",
        hint=f"choose one with {option}{other}; columns: {', '.join(columns)}",
    )


def _several(columns: Sequence[str], unusable: Collection[str]) -> Usage:
    mapped = [column for column in columns if column not in unusable]
    rename = "give every column a unique name in the first row"
    return Usage(
        f"more than one column may have the mobile numbers: {', '.join(columns)}",
        hint=f"choose one with {_options(mapped)}" if mapped else rename,
    )


def _options(columns: Iterable[str]) -> str:
    return " or ".join(map_option(column, MOBILE_NUMBER) for column in columns)


def looks_like_phone(text: str) -> bool:
    """Whether a cell could hold a phone number."""
    text = text.strip().strip('"')
    if not PHONE.fullmatch(text) or DATE.fullmatch(text):
        return False
    return sum(map(str.isdigit, text)) >= LEAST_DIGITS
