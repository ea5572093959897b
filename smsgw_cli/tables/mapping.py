"""Maps the columns of a file to the fields of a contact list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, SERVER_KEYS, SUBSCRIBED, ContactField
from smsgw_cli.tables.cells import is_export
from smsgw_cli.tables.column_map import (
    UNSUBSCRIBED,
    Target,
    map_option,
    refuse_duplicates,
    refuse_server_keys,
    resolved,
)
from smsgw_cli.tables.names import REASON, normalized
from smsgw_cli.tables.number_columns import number_column

_SUBSCRIBED = normalized(SUBSCRIBED)
_OF_SERVER = frozenset(map(normalized, SERVER_KEYS))


@dataclass(frozen=True)
class MappedColumns:
    """What the columns of a file are.

    `keys` of a contact, the declared types of `kinds`, the order of the `dates`, and the columns
    that match no field. `notes` are for the user.
    """

    keys: dict[str, str]
    kinds: dict[str, str]
    dates: dict[str, str]
    rest: list[str]
    notes: list[str] = field(default_factory=list)


def map_columns(
    columns: Sequence[str],
    fields: Sequence[ContactField],
    column_map: Mapping[str, str],
    *,
    ignore_extra: bool = False,
    unusable: Collection[str] = (),
) -> MappedColumns:
    """The columns of a file as keys of a contact; `fields` are the list's custom fields.

    `column_map` has the texts of --map by column, which the `unusable` cannot have. Raises Usage
    for an unknown column, two columns for one key, or no column for the mobile number.
    """
    given = resolved(column_map, columns)
    refuse_server_keys(given)
    keys = {column: each.key for column, each in given.items() if each.key}
    taken = _taken(given, {str(field["tag"]) for field in fields})
    matches = _Matches(columns, fields, taken)
    found = {c: key for c in columns if c not in given and (key := matches.key(c))}
    number = number_column(columns, given, found, unusable)
    keys |= {number.name: MOBILE_NUMBER} | {c: k for c, k in found.items() if c != number.name}
    refuse_duplicates(keys)
    rest = [column for column in columns if column not in given and column not in keys]
    left_out = [column for column in rest if normalized(column) in _OF_SERVER]
    rest = [c for c in rest if c not in left_out and c != REASON and not ignore_extra]
    return MappedColumns(
        keys,
        {column: each.kind for column, each in given.items() if each.kind},
        {column: each.dates for column, each in given.items() if each.dates},
        rest,
        [*number.notes, *_left_out(left_out)],
    )


def _taken(given: Mapping[str, Target], tags: set[str]) -> set[str]:
    """The keys that are mapped. Raises Usage for both `subscribed` and `unsubscribed`."""
    keys = {column: each.key for column, each in given.items() if each.key}
    for column, each in given.items():
        if each == Target(UNSUBSCRIBED) and UNSUBSCRIBED not in tags:
            keys[column] = SUBSCRIBED
    refuse_duplicates(keys)
    return set(keys.values())


class _Matches:
    """Finds the key of a column by its name."""

    def __init__(
        self, columns: Collection[str], fields: Sequence[ContactField], taken: Collection[str]
    ) -> None:
        self._taken = taken
        tags = [(str(each["tag"]), str(each["tag"])) for each in fields]
        labels = [(str(each.get("label") or "").strip(), str(each["tag"])) for each in fields]
        alike = [[(normalized(name), tag) for name, tag in names] for names in (tags, labels)]
        # The columns of an export are tags.
        exact = [tags, labels] if is_export(columns) else [labels, tags]
        self._exact, self._alike = list(map(_grouped, exact)), list(map(_grouped, alike))

    def key(self, column: str) -> str | None:
        """The key: `subscribed`, else that of the field with this label or tag.

        An exact name comes before one that differs in case and punctuation. Raises Usage if
        several fields match alike.
        """
        name = normalized(column)
        if name == _SUBSCRIBED:
            return self._free([SUBSCRIBED], column)
        for known in self._exact:
            if column in known:
                return self._free(known[column], column)
        for known in self._alike:
            if name in known:
                return self._free(known[name], column)
        return None

    def _free(self, keys: Sequence[str], column: str) -> str | None:
        free = [key for key in keys if key not in self._taken]
        if len(free) > 1:
            maps = " or ".join(map_option(column, key) for key in sorted(free))
            raise Usage(f"the column {column!r} fits {len(free)} fields", hint=f"use {maps}")
        return free[0] if free else None


def _grouped(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, tag in names:
        if name:
            found.setdefault(name, []).append(tag)
    return found


def _left_out(columns: Sequence[str]) -> list[str]:
    if not columns:
        return []
    note = f"columns skipped, as the server sets its own: {', '.join(columns)}"
    if len(columns) < len(SERVER_KEYS):  # no export of ours, whose values are worth nothing here
        note += f" (to keep it: {map_option(columns[0], f'{columns[0].lower()}_2:text')})"
    return [note]
