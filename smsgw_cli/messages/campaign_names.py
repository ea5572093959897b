"""Names of campaigns that nobody named: a send is found by its name, so it needs one of its own."""

import hashlib
import os

from smsgw_cli.model import Record

PREFIX = "smsgw-"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none is taken for another
_LENGTH = 10  # 50 bits: of a million sends, two share a name once in two thousand times


def unique() -> str:
    """A name such as `smsgw-7f3k9q2xm4`, which no other send has."""
    return PREFIX + _token(os.urandom(_LENGTH))


def derived(given: str | None, *of: str) -> str:
    """A name for one of many: what was given, if anything, and always the same end for the same."""
    digest = hashlib.sha256("\n".join(of).encode()).digest()
    return (f"{given} " if given else PREFIX) + _token(digest[:_LENGTH])


def named(body: Record) -> Record:
    """The body, with a unique name where it has none."""
    return body if body.get("name") else {**body, "name": unique()}


def _token(noise: bytes) -> str:
    return "".join(_ALPHABET[byte % 32] for byte in noise)
