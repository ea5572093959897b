"""--map: what the columns of a file are, COLUMN=TARGET[:TYPE]."""

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.model import DATE_ORDERS, FIELD_TYPES, MOBILE_NUMBER, SERVER_KEYS, SUBSCRIBED
from smsgw_cli.tables.names import normalized
from smsgw_cli.wording import suggestion

UNSUBSCRIBED = "unsubscribed"  # `subscribed` with yes and no turned round
REGION = "region"  # the country of the row's number, if that has no +
OWN = (MOBILE_NUMBER, SUBSCRIBED, UNSUBSCRIBED, REGION)  # targets that are no fields


class Target(NamedTuple):
    """What a column is: the tag of a field, a name in a text, or one of OWN; empty to ignore it.

    `kind` is the type of the field, `dates` one of DATE_ORDERS.
    """

    key: str
    kind: str = ""
    dates: str = ""


def target(text: str) -> Target:
    """`TARGET[:TYPE]`. Raises Usage for an unknown type, or a target that cannot have one."""
    key, colon, kind = (each.strip() for each in text.partition(":"))
    if colon and kind not in (*FIELD_TYPES, *DATE_ORDERS):
        known = (*FIELD_TYPES, *DATE_ORDERS)
        raise Usage(
            f"unknown type {kind!r} in --map",
            hint=suggestion(kind, known, f"one of {', '.join(known)}"),
        )
    if colon and key in ("", MOBILE_NUMBER, SUBSCRIBED):
        raise Usage(f"--map: only a field has a type, not {key!r}")
    return Target(key, "", kind) if kind in DATE_ORDERS else Target(key, kind)


def map_option(column: str, key: str) -> str:
    """The option that maps a column, quoted for a shell."""
    return f"--map {shlex.quote(f'{column}={key}')}"


def resolved(column_map: Mapping[str, str], columns: Sequence[str]) -> dict[str, Target]:
    """The targets of a file's columns. Raises Usage for an unknown column, or two for one target.

    `column_map` has the texts of --map by column, whose case and punctuation are ignored.
    """
    found = {column_named(name, columns): target(text) for name, text in column_map.items()}
    refuse_duplicates({column: each.key for column, each in found.items() if each.key})
    return found


def refuse_server_keys(targets: Mapping[str, Target]) -> None:
    """Raise Usage for a target that only the server sets."""
    for column, each in targets.items():
        if each.key in SERVER_KEYS:
            raise Usage(
                f"--map {column}={each.key}: {each.key} is set by the server",
                hint="choose another tag",
            )


def column_named(name: str, columns: Sequence[str]) -> str:
    """The column of this name. Raises Usage if there is none, or more than one."""
    exact = [column for column in columns if column == name]
    alike = exact or [column for column in columns if normalized(column) == normalized(name)]
    if len(alike) != 1:
        raise Usage(f"the file has no column {name!r}", hint=f"columns: {', '.join(columns)}")
    return alike[0]


def column_of(key: str, targets: Mapping[str, Target]) -> str | None:
    return next((column for column, each in targets.items() if each.key == key), None)


def refuse_duplicates(keys: Mapping[str, str]) -> None:
    """Raise Usage if two columns have the same key; `keys` has that of each column."""
    for key, count in Counter(keys.values()).items():
        if count > 1:
            both = ", ".join(column for column, each in keys.items() if each == key)
            raise Usage(f"more than one column is mapped to {key}: {both}")


def refuse_types(targets: Iterable[Target]) -> None:
    """Raise Usage for a type where no field is filled."""
    for each in targets:
        if kind := each.kind or each.dates:
            raise Usage(
                f"--map: {each.key}:{kind} has a type, which is for contacts import and sync"
            )


def region_in(cells: Mapping[str, str], column: str | None) -> str:
    """The country that a row's column for it names; empty if there is none."""
    return cells[column] if column is not None else ""
