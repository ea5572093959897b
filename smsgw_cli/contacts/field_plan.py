"""The fields that an import will create, and their types by the values of the columns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from smsgw_cli.contacts.field_values import is_email
from smsgw_cli.contacts.number_values import is_exact, is_exact_integer
from smsgw_cli.errors import Usage
from smsgw_cli.model import BUILT_IN_KEYS, WITH_OPTIONS, ContactField
from smsgw_cli.sms.notation import PLAIN, Notation
from smsgw_cli.tables.column_map import OWN
from smsgw_cli.tables.mapping import MappedColumns
from smsgw_cli.tables.names import TAG, tag_of, unique_tag

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LONGEST_LABEL = 255
WITH_ORDER = ("date", "datetime-local")


class TypeInference:
    """The type that fits all values of a column, and changes the spelling of none.

    Where a point may be none of a fraction, only whole numbers are numbers.
    """

    def __init__(self, notation: Notation = PLAIN) -> None:
        is_number = is_exact if notation.is_decimal_point else is_exact_integer
        self._possible = {"number": is_number, "email": is_email, "date": is_date}
        self._filled = False

    def observe(self, text: str) -> None:
        """Take a value into account; empty ones are ignored."""
        if self._filled and not self._possible:
            return  # a text, as most are soon
        text = text.strip()
        if not text:
            return
        self._filled = True
        self._possible = {kind: check for kind, check in self._possible.items() if check(text)}

    @property
    def kind(self) -> str:
        """The type; text by default."""
        return next(iter(self._possible), "text") if self._filled else "text"


class NewField(NamedTuple):
    """A field to create for a column; `kind` is None if it is to be inferred."""

    column: str
    tag: str
    kind: str | None

    def of_kind(self, kind: str) -> ContactField:
        """The field in the API's form; its label is the heading of the column."""
        label = " ".join(self.column.split())[:LONGEST_LABEL]
        return {"label": label, "tag": self.tag, "type": kind, "required": False}


def new_fields(
    columns: MappedColumns, fields: Mapping[str, ContactField], *, may_create: bool
) -> list[NewField]:
    """A field for each column that has none: those of --map first, then the others.

    `fields` are those of the list, by tag. Raises Usage if there are any and `may_create` is not
    set, for an invalid tag or type, and a column whose tag another column is mapped to.
    """
    _refuse_other_types(columns, fields)
    found = [
        NewField(column, _checked_tag(column, key), _declared(column, columns))
        for column, key in columns.keys.items()
        if key not in fields and (key not in OWN or column in {**columns.kinds, **columns.dates})
    ]
    taken = {*BUILT_IN_KEYS, *fields, *columns.keys.values()}
    for column in columns.rest:
        _refuse_taken(column, columns.keys)
        found.append(NewField(column, unique_tag(column, taken), None))
        taken.add(found[-1].tag)
    if found and not may_create:
        raise _no_fields([each.column for each in found])
    return found


def refuse_missing(fields: Iterable[ContactField], keys: Mapping[str, str]) -> None:
    """Raise Usage for a required field without a column: every row would be rejected."""
    missing = [
        str(each["tag"])
        for each in fields
        if each.get("required")
        and each.get("default_value") is None
        and each["tag"] not in keys.values()
    ]
    if missing:
        raise Usage(
            f"no column for required fields: {', '.join(missing)}",
            hint="map a column with --map COLUMN=TARGET",
        )


def _no_fields(columns: Sequence[str]) -> Usage:
    return Usage(
        f"no field for the columns: {', '.join(columns)}",
        hint="use --create-fields to create fields, --ignore-extra to ignore them, or "
        "--map COLUMN=TARGET to map one",
    )


def _refuse_other_types(columns: MappedColumns, fields: Mapping[str, ContactField]) -> None:
    """Raise Usage for a field whose type is not the declared one."""
    for column, kinds in _expected(columns).items():
        field = fields.get(columns.keys[column])
        if field is not None and field.get("type") not in kinds:
            raise Usage(
                f"--map {column}: the type of the field {field['tag']} is {field.get('type')}, "
                f"not {' or '.join(kinds)}"
            )


def _expected(columns: MappedColumns) -> dict[str, Sequence[str]]:
    kinds: dict[str, Sequence[str]] = {column: (kind,) for column, kind in columns.kinds.items()}
    return {**kinds, **dict.fromkeys(columns.dates, WITH_ORDER)}


def _declared(column: str, columns: MappedColumns) -> str | None:
    kind = columns.kinds.get(column) or ("date" if column in columns.dates else None)
    if kind in WITH_OPTIONS:
        raise Usage(
            f"--map {column}: a field of type {kind} needs its options",
            hint="create it with 'smsgw fields create' and --option",
        )
    return kind


def _checked_tag(column: str, tag: str) -> str:
    if not TAG.fullmatch(tag):
        raise Usage(
            f"--map {column}={tag}: a tag has only the letters a to z, digits, - and _",
            hint=f"such as {tag_of(tag)}",
        )
    return tag


def _refuse_taken(column: str, keys: Mapping[str, str]) -> None:
    for other, key in keys.items():
        if key == tag_of(column):
            raise Usage(f"more than one column is mapped to {key}: {other}, {column}")


def is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
