"""Masks secrets in output: in data by key, in texts by value."""

import json
import re
from typing import Any

MASK = "********"
_SECRET_KEYS = re.compile(
    r"(token|secret|password|passwd|(api|auth|private)[_-]?key|credentials?)$", re.IGNORECASE
)


def data(value: Any, *, secret: bool = False) -> Any:
    """A copy of JSON data with tokens and the `config` of sending servers masked.

    Null, empty, true and false are shown: they are helpful and reveal nothing.
    """
    if isinstance(value, dict):
        return {key: data(entry, secret=secret or _is_secret(key)) for key, entry in value.items()}
    if isinstance(value, list):
        return [data(entry, secret=secret) for entry in value]
    reveals = not (value is None or value == "" or isinstance(value, bool))
    return MASK if secret and reveals else value


def _is_secret(key: str) -> bool:
    return key == "config" or bool(_SECRET_KEYS.search(key))


def text(shown: str, secret: str | None) -> str:
    """The text with the secret masked, as servers and libraries may repeat it."""
    if not secret:
        return shown
    escaped = json.dumps(secret)[1:-1]  # as escaped in JSON
    return shown.replace(secret, MASK).replace(escaped, MASK)


def json_text(content: bytes, longest: int = 2_000) -> str:
    """A body for debugging: secrets masked, on one line, truncated."""
    try:
        shown = json.dumps(data(json.loads(content)), ensure_ascii=True)
    except (ValueError, RecursionError):
        shown = ascii(content[:longest].decode("utf-8", "replace"))
    return shown if len(shown) <= longest else shown[:longest] + "…"
