"""The diff of a list and a file: counts, rows of data, lines of text."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from smsgw_cli.contacts.sync.changes import Action, Change, Changes
from smsgw_cli.model import MOBILE_NUMBER, Record

VERBS = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.UNSUBSCRIBE: "unsubscribe",
    Action.DELETE: "delete",
}
SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.UNSUBSCRIBE: "-", Action.DELETE: "-"}
PLAIN = re.compile(r"[\w.+@:/-]+")


@dataclass
class Diff:
    """The changes of a sync. The list has `contacts`, with `highest` the highest id.

    `opted_out` contacts are unsubscribed and in the file without a value for that; `duplicates`
    have the number of another contact.
    """

    changes: Changes = field(default_factory=Changes)
    contacts: int = 0
    highest: int = 0
    opted_out: int = 0
    duplicates: int = 0

    def close(self) -> None:
        self.changes.close()

    @property
    def removed(self) -> int:
        """Number of contacts to unsubscribe or delete, as they are missing from the file."""
        return self._counts[Action.UNSUBSCRIBE] + self._counts[Action.DELETE]

    @property
    def unchanged(self) -> int:
        """Number of unchanged rows."""
        return self._counts[Action.NONE]

    def counts(self) -> dict[str, int]:
        """The number of changes by verb, without zeros."""
        counts = self._counts
        return {verb: counts[action] for action, verb in VERBS.items() if counts[action]}

    @cached_property
    def _counts(self) -> Mapping[Action, int]:
        return self.changes.counts()  # scans all steps

    def rows(self) -> Iterator[Record]:
        """The changes as data, one row per value."""
        for change in self.changes.each():
            yield from rows_of(change)

    def ids(self) -> Iterator[Record]:
        """The ids of the contacts that are changed, without new ones."""
        return ({"id": each.contact} for each in self.changes.each() if each.contact)

    def lines(self, most: int) -> Iterator[str]:
        """The first `most` changes of each kind (-1 for all) as diff lines."""
        return map(line_of, self.changes.each(most))


def rows_of(change: Change) -> Iterator[Record]:
    """A row for each value that changes, or one without a field.

    The keys are those of `contacts sync`: action, id, mobile_number, field, before, after.
    """
    contact = {
        "action": VERBS[change.action],
        "id": change.contact,
        MOBILE_NUMBER: change.number,
    }
    changing = {key: value for key, value in change.after.items() if _is_shown(change, key)}
    for key, value in changing.items():
        yield {**contact, "field": key, "before": change.before.get(key), "after": value}
    if not changing:
        yield {**contact, "field": None, "before": None, "after": None}


def line_of(change: Change) -> str:
    """A change as a diff line: `~ +12025550123 city: 'Bonn' → 'Köln'`."""
    values = [
        assigned(key, value) if change.action is Action.CREATE else _changed(change, key)
        for key, value in change.after.items()
        if _is_shown(change, key)
    ]
    if change.action in (Action.UNSUBSCRIBE, Action.DELETE):
        values = [f"({VERBS[change.action]})"]
    shown = f" {', '.join(values)}" if values else ""
    return f"{SIGNS[change.action]} {change.number}{shown}"


def _is_shown(change: Change, key: str) -> bool:
    """Whether to show a value: all but the empty ones of a new contact."""
    return change.action is not Action.CREATE or change.after[key] not in (None, [])


def assigned(key: str, value: Any) -> str:
    """A value of a new contact as text: `city=Bonn`, `note='two words'`."""
    is_plain = isinstance(value, str) and PLAIN.fullmatch(value)
    return f"{key}={value if is_plain else _shown(value)}"


def _changed(change: Change, key: str) -> str:
    return f"{key}: {_shown(change.before[key])} → {_shown(change.after[key])}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
