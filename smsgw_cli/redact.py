"""Secrets taken out of what is shown: of data by their keys, of any text by their value."""

import json
import re
from typing import Any

MASK = "********"
_SECRET_KEYS = re.compile(
    r"(^|_)(token|secret|password|passwd|api_?key|auth_?key|credentials?)$", re.IGNORECASE
)


def data(value: Any, *, inside_config: bool = False) -> Any:
    """A copy of JSON data with the text in a sending server's `config`, and any token, masked."""
    if isinstance(value, dict):
        return {
            key: _entry(key, entry, inside_config=inside_config) for key, entry in value.items()
        }
    if isinstance(value, list):
        return [data(entry, inside_config=inside_config) for entry in value]
    return MASK if inside_config and isinstance(value, str) else value


def _entry(key: str, entry: Any, *, inside_config: bool) -> Any:
    if _SECRET_KEYS.search(key) and isinstance(entry, str) and entry:
        return MASK
    return data(entry, inside_config=inside_config or key == "config")


def text(shown: str, secret: str | None) -> str:
    """The text without the secret, wherever a server or a library may have repeated it."""
    return shown.replace(secret, MASK) if secret else shown


def json_text(content: bytes, longest: int = 2_000) -> str:
    """A body for the eyes of whoever debugs: secrets masked, one line, cut where it gets long."""
    try:
        shown = json.dumps(data(json.loads(content)), ensure_ascii=True)
    except (ValueError, RecursionError):
        shown = ascii(content[:longest].decode("utf-8", "replace"))
    return shown if len(shown) <= longest else shown[:longest] + "…"
