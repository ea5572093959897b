"""Maps the columns of a file to the fields of a contact list."""

import re
from collections.abc import Mapping, Sequence

from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField

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


def normalized(name: str) -> str:
    """A name normalized for comparison: without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", name).casefold()


def map_columns(
    columns: Sequence[str],
    fields: Sequence[ContactField],
    column_map: Mapping[str, str],
    *,
    ignore_extra: bool = False,
) -> tuple[dict[str, str], list[str]]:
    """Column → contact key, and the columns that match no field.

    `column_map` maps columns to tags explicitly; `fields` are the list's custom fields. Raises
    Usage for an unknown column, two columns for one key, or no column for the mobile number.
    """
    known = _known(fields)
    targets = {_column(name, columns): tag for name, tag in column_map.items()}
    taken = set(targets.values())
    rest: list[str] = []
    for column in columns:
        if column in targets:
            continue
        key = _key(column, known, taken)
        if key:
            targets[column] = key
            taken.add(key)
        elif normalized(column) not in IGNORED and not ignore_extra:
            rest.append(column)
    _refuse_duplicates(targets)
    if MOBILE_NUMBER not in targets.values():
        raise Usage(
            "no column for the mobile number",
            hint=f"choose one with '--map COLUMN={MOBILE_NUMBER}'; columns: {', '.join(columns)}",
        )
    return targets, rest


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


def _column(name: str, columns: Sequence[str]) -> str:
    exact = [column for column in columns if column == name]
    alike = exact or [column for column in columns if normalized(column) == normalized(name)]
    if len(alike) != 1:
        raise Usage(f"the file has no column {name!r}", hint=f"columns: {', '.join(columns)}")
    return alike[0]


def _refuse_duplicates(targets: Mapping[str, str]) -> None:
    keys = list(targets.values())
    for key in keys:
        if keys.count(key) > 1:
            both = ", ".join(column for column, target in targets.items() if target == key)
            raise Usage(f"more than one column is mapped to {key}: {both}")


def number_column(columns: Sequence[str], column_map: Mapping[str, str]) -> str:
    """The column with the mobile numbers: the mapped one, or the first with a usual name.

    Raises Usage if there is none.
    """
    for name, target in column_map.items():
        if target == MOBILE_NUMBER:
            return _column(name, columns)
    names = (normalized(MOBILE_NUMBER), *USUAL_NUMBER_COLUMNS)
    for column in columns:
        if normalized(column) in names:
            return column
    raise Usage(
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
