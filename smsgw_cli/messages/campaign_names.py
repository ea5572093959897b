"""Unique campaign names, by which a send can be found."""

import hashlib
import os
import re
from typing import Any

from smsgw_cli.model import Record

PREFIX = "smsgw-"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's alphabet, without ambiguous characters
_CHARACTERS = _ALPHABET.encode() * 8  # of each byte
SUFFIX_LENGTH = 10  # 50 bits: the chance of a collision in a million sends is 1 in 2,000


# The latter is the digest that ends the names of a part of a file; see `part_names`.
_SUFFIX = rf"[{_ALPHABET}]{{{SUFFIX_LENGTH}}}|[0-9a-f]{{16}}"


def unique() -> str:
    """A unique name such as `smsgw-7f3k9q2xm4`."""
    return PREFIX + _token(os.urandom(SUFFIX_LENGTH))


def derived(given: str | None, *parts: str) -> str:
    """A name for one campaign of many: the given one, if any, and a suffix derived from `parts`."""
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return (f"{given} " if given else PREFIX) + _token(digest[:SUFFIX_LENGTH])


def without_suffix(name: Any) -> str | None:
    """The given part of a name of `derived`, or None, or it is no text."""
    if not isinstance(name, str):
        return None
    found = re.fullmatch(rf"(?:{PREFIX}|(.*) )(?:{_SUFFIX})", name, re.DOTALL)
    return found[1] if found else name


def named(body: Record) -> Record:
    """The body, with a unique name if it has none."""
    return body if body.get("name") else {**body, "name": unique()}


def _token(noise: bytes) -> str:
    return noise.translate(_CHARACTERS).decode()
