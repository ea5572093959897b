"""SQL conditions for the sends of a mailing or another command; each with its parameters."""

import re
from typing import Any

from smsgw_cli.messages.campaign_names import SUFFIX_LENGTH

DIGEST_LENGTH = 16  # of the digest that ends the key of a send of a mailing or a retry
_RETRY = "retry of campaign "
SELFTEST = "selftest/"
BALANCE = "balance/"
_NONCE_LENGTH = 11  # of a self-test
_KEY_OF_RETRY = re.compile(rf"(?:(.*): )?{_RETRY}([0-9]+): [0-9a-f]{{{DIGEST_LENGTH}}}", re.DOTALL)
_KEY_OF_FLEET = re.compile(
    rf"({SELFTEST})[2-9A-Z]{{{_NONCE_LENGTH}}}|({BALANCE})[0-9].*/[*#].*#/[0-9T]{{{DIGEST_LENGTH}}}"
)
_KEY_OF_MAILING = re.compile(rf"(.*/)[0-9a-f]{{{DIGEST_LENGTH}}}", re.DOTALL)

Condition = tuple[str, list[Any]]


def having_prefix(prefix: str) -> Condition:
    """Sends with keys of this prefix, which ends with a slash.

    A digest follows the prefix, which distinguishes `a/` from `a/b/`.
    """
    # A range, so that the index of keys is used; "0" follows the slash.
    values = [prefix, f"{prefix[:-1]}0", len(prefix) + DIGEST_LENGTH]
    return "key > ? AND key < ? AND length(key) = ?", values


def having_name(name: str | None) -> Condition:
    """Sends of this name, and those of mailings of this name; for None all but self-tests and
    codes dialled for balances, which nobody means by the newest send.

    The names of a mailing's sends are its name, a space and a suffix.
    """
    if name is None:
        is_selftest = SELFTEST + "[2-9A-Z]" * _NONCE_LENGTH
        is_balance = f"{BALANCE}[0-9]*/[*#]*#/" + "[0-9T]" * DIGEST_LENGTH
        return "(key IS NULL OR key NOT GLOB ? AND key NOT GLOB ?)", [is_selftest, is_balance]
    # "!" follows the space, so that the index of names is used.
    of_mailing = "name > ? AND name < ? AND length(name) IN (?, ?) AND key GLOB ? AND run IS NULL"
    is_key = "*/" + "[0-9a-f]" * DIGEST_LENGTH
    lengths = [len(name) + 1 + each for each in (SUFFIX_LENGTH, DIGEST_LENGTH)]
    values = [name, f"{name} ", f"{name}!", *lengths, is_key]
    return f"(name = ? OR ({of_mailing}))", values


def not_retried() -> Condition:
    """Sends that do not send failed messages again, as their keys tell; see `retry_key`."""
    return "(key IS NULL OR key NOT GLOB ?)", [_is_retry()]


def retried() -> Condition:
    """Sends of failed messages that were not refused; see `retry_key`."""
    return "key GLOB ? AND state != 'refused'", [_is_retry()]


def _is_retry() -> str:
    return f"*{_RETRY}[0-9]*: " + "[0-9a-f]" * DIGEST_LENGTH


def retry_key(campaign: int, digest: str, once: str | None = None) -> str:
    """The key of a send of failed messages of a campaign; `once` is the key of the command."""
    prefix = "" if once is None else f"{once}: "
    return f"{prefix}{_RETRY}{campaign}: {digest[:DIGEST_LENGTH]}"


def parse_retry_key(key: str | None) -> tuple[int, str | None] | None:
    """The campaign and `once` of such a key; None for any other key."""
    found = _KEY_OF_RETRY.fullmatch(key or "")
    return (int(found[2]), found[1]) if found else None


def fleet_prefix(key: str | None) -> str | None:
    """SELFTEST or BALANCE for the key of a self-test or of a code dialled for a balance."""
    found = _KEY_OF_FLEET.fullmatch(key or "")
    return (found[1] or found[2]) if found else None


def run_of(key: str | None, run: str | None) -> str | None:
    """What identifies the mailing or command of a send; None for one alone, as of 0.1.0."""
    found = _KEY_OF_MAILING.fullmatch(key or "")
    return run or (found[1] if found else None)


def of_run(number: int, key: str | None, run: str | None) -> Condition:
    """Sends of the same mailing or command as this one.

    A mailing is known by its keys, as it may be resumed; so it has no `run`, and neither have
    sends of 0.1.0.
    """
    if run:
        return "run = ?", [run]
    found = _KEY_OF_MAILING.fullmatch(key or "")
    return having_prefix(found[1]) if found else ("id = ?", [number])
