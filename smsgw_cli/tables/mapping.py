"""Maps the columns of a file to the fields of a contact list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField
from smsgw_cli.tables.column_map import (
    UNSUBSCRIBED,
    Target,
    column_of,
    normalized,
    refuse_duplicates,
    resolved,
)

USUAL_NUMBER_COLUMNS = (
    "mobilenumber",
    "mobile",
    "mobilephone",
    "phone",
    "phonenumber",
    "cell",
    "cellphone",
    "number",
    "msisdn",
    "tel",
    "telephone",
)
REASON = "smsgw_reason"  # added by our files of rejected rows
# Columns of exports and rejects that are not field values.
IGNORED = frozenset({"id", "createdat", "updatedat", "smsgwreason"})


@dataclass(frozen=True)
class MappedColumns:
    """What the columns of a file are: `keys` of a contact, the declared types of `kinds`, and the
    columns that match no field."""

    keys: dict[str, str]
    kinds: dict[str, str]
    rest: list[str]


def map_columns(
    columns: Sequence[str],
    fields: Sequence[ContactField],
    column_map: Mapping[str, str],
    *,
    ignore_extra: bool = False,
) -> MappedColumns:
    """The columns of a file as keys of a contact; `fields` are the list's custom fields.

    `column_map` has the texts of --map by column. Raises Usage for an unknown column, two columns
    for one key, or no column for the mobile number.
    """
    known, given = _known(fields), resolved(column_map, columns)
    keys = {column: each.key for column, each in given.items() if each.key}
    taken = _taken(given, {str(field["tag"]) for field in fields})
    rest: list[str] = []
    for column in columns:
        if column in given:
            continue
        key = _key(column, known, taken)
        if key:
            keys[column] = key
            taken.add(key)
        elif normalized(column) not in IGNORED and not ignore_extra:
            rest.append(column)
    refuse_duplicates(keys)
    if MOBILE_NUMBER not in keys.values():
        raise _no_number_column(columns)
    return MappedColumns(keys, {c: each.kind for c, each in given.items() if each.kind}, rest)


def _taken(given: Mapping[str, Target], tags: set[str]) -> set[str]:
    """The keys that are mapped. Raises Usage for both `subscribed` and `unsubscribed`."""
    keys = {column: each.key for column, each in given.items() if each.key}
    for column, each in given.items():
        if each == Target(UNSUBSCRIBED) and UNSUBSCRIBED not in tags:
            keys[column] = SUBSCRIBED
    refuse_duplicates(keys)
    return set(keys.values())


def _known(fields: Sequence[ContactField]) -> dict[str, str]:
    """Normalized name → key; tags take precedence over labels."""
    labels = {normalized(str(field.get("label") or "")): str(field["tag"]) for field in fields}
    tags = {normalized(str(field["tag"])): str(field["tag"]) for field in fields}
    return {
        **labels,
        **tags,
        normalized(MOBILE_NUMBER): MOBILE_NUMBER,
        normalized(SUBSCRIBED): SUBSCRIBED,
    }


def _key(column: str, known: Mapping[str, str], taken: set[str]) -> str | None:
    name = normalized(column)
    key = known.get(name)
    if key is None and name in USUAL_NUMBER_COLUMNS:
        key = MOBILE_NUMBER
    return None if key in taken else key


def number_column(columns: Sequence[str], targets: Mapping[str, Target]) -> str:
    """The column with the mobile numbers: the mapped one, or the first with a usual name.

    Raises Usage if there is none.
    """
    mapped = column_of(MOBILE_NUMBER, targets)
    if mapped is not None:
        return mapped
    names = (normalized(MOBILE_NUMBER), *USUAL_NUMBER_COLUMNS)
    for column in columns:
        if column not in targets and normalized(column) in names:
            return column
    raise _no_number_column(columns)


def _no_number_column(columns: Sequence[str]) -> Usage:
    return Usage(
        "no column for the mobile number",
        hint=f"choose one with '--map COLUMN={MOBILE_NUMBER}'; columns: {', '.join(columns)}",
    )


def field_for(column: str, tag: str | None, kind: str) -> ContactField:
    """The field to create for a column, in the API's form; `tag` overrides the derived one."""
    derived = re.sub(r"\W+", "_", column.strip()).strip("_").lower() or "field"
    label = re.sub(r"[\W_]+", " ", column).strip().title() or column
    return {"label": label, "tag": tag or derived, "type": kind, "required": False}


def tag_for(column: str) -> str:
    """The tag of the field to create for a column."""
    return str(field_for(column, None, "text")["tag"])
