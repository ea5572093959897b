"""Masks secrets in output: in data by key, in texts by value."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

MASK = "********"
MIN_LENGTH = 8  # characters; a shorter secret could be part of an ordinary word
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
    for form in forms(secret) if secret else ():
        shown = shown.replace(form, MASK)
    return shown


@lru_cache(maxsize=64)
def forms(secret: str) -> tuple[str, ...]:
    """How a secret may be written in a text: as it is, in JSON as Python and PHP escape it, in an
    address; and the second half of one like `12|abc…`, which Laravel Sanctum looks up by it.

    A short one could be part of any word, so it is masked in its header only.
    """
    found = []
    for each in (secret, secret.partition("|")[2]):
        if len(each) >= MIN_LENGTH:
            escaped = json.dumps(each)[1:-1]
            found += [each, escaped, escaped.replace("/", "\\/"), quote(each, safe="")]
    return tuple(dict.fromkeys(found)) or (f"Bearer {secret}",)


def secrets_in(value: Any, *, secret: bool = False) -> Iterator[str]:
    """The texts that `data` would mask."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from secrets_in(entry, secret=secret or _is_secret(key))
    elif isinstance(value, list):
        for entry in value:
            yield from secrets_in(entry, secret=secret)
    elif secret and isinstance(value, str) and len(value) >= MIN_LENGTH:
        yield value


def json_text(content: bytes, longest: int = 2_000) -> str:
    """A body for debugging: secrets masked, on one line, truncated."""
    try:
        shown = json.dumps(data(json.loads(content)), ensure_ascii=True)
    except (ValueError, RecursionError):
        shown = ascii(content[:longest].decode("utf-8", "replace"))
    return shown if len(shown) <= longest else shown[:longest] + "…"
