"""The options of dropdowns, multiselects and radios, as the server and people write them."""

import json
import re
import unicodedata
from typing import Any

from smsgw_cli.model import ContactField, Option

_SEPARATORS = re.compile(r"[;|\r\n]")


def options_of(field: ContactField) -> list[Option]:
    """The options of a field; servers return a list, an object, or text (JSON or `a,b`)."""
    found: Any = field.get("options")
    if isinstance(found, str):
        found = _choices(found)
    if isinstance(found, dict):
        return [{"label": str(label), "value": str(value)} for value, label in found.items()]
    return [_choice(each) for each in found] if isinstance(found, list) else []


def option(field: ContactField, text: str) -> str:
    """The value of an option, given by value or label.

    Blanks and case do not matter where only one option fits. Raises ValueError.
    """
    choices = options_of(field)
    for key in ("value", "label"):
        for choice in choices:
            if text == choice[key]:
                return choice["value"]
    name = _folded(text)
    alike = {c["value"] for c in choices if name in (_folded(c["value"]), _folded(c["label"]))}
    if len(alike) == 1:
        return alike.pop()
    allowed = ", ".join(choice["value"] for choice in choices)
    fits = f"fits {len(alike)} of its options" if alike else "is not one of its options"
    raise ValueError(f"{fits}: {allowed or 'it has none'}")


def options(field: ContactField, text: str) -> list[str]:
    """Several options as a JSON array, or separated by `;`, `|`, line breaks or commas.

    A single one may contain such a separator. Raises ValueError.
    """
    try:
        return [option(field, text)]
    except ValueError:
        return list(dict.fromkeys(_part(field, part) for part in _parts(text)))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _part(field: ContactField, part: str) -> str:
    try:
        return option(field, part)
    except ValueError as error:
        raise ValueError(f"has {part!r}, which {error}") from error


def _parts(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        return [str(part) for part in json.loads(text)]
    if _SEPARATORS.search(text):
        return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    return _split_list(text)


def _split_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _choices(text: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, list | dict) else _split_list(text)


def _choice(option: Any) -> Option:
    """One option; a missing label is the value, a missing value the label."""
    if not isinstance(option, dict):
        return {"label": str(option), "value": str(option)}
    value, label = option.get("value"), option.get("label")
    return {
        "label": str(value if label is None else label),
        "value": str(label if value is None else value),
    }
