"""Changes as data, one row per value, and as diff lines."""

import json
import re
from collections.abc import Iterator
from typing import Any

from smsgw_cli.contacts.sync.changes import Action, Change
from smsgw_cli.model import MOBILE_NUMBER, Record

VERBS = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.UNSUBSCRIBE: "unsubscribe",
    Action.DELETE: "delete",
}
SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.UNSUBSCRIBE: "-", Action.DELETE: "-"}
PLAIN = re.compile(r"[\w.+@:/-]+")


def rows(change: Change) -> Iterator[Record]:
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


def line(change: Change) -> str:
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
