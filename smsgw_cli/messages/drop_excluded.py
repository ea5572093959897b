"""Excludes suppressed and excluded recipients from a send."""

from collections.abc import Callable

from smsgw_cli.errors import Usage
from smsgw_cli.messages.audience import Audience, ListBreakdown
from smsgw_cli.messages.do_not_contact import EXCLUDED_HINT, MOST_NAMED
from smsgw_cli.messages.recipient_check import (
    EXCLUDED,
    LANDLINE,
    SUPPRESSED,
    UNSUBSCRIBED,
)
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize

LARGE_REQUEST = 10_000  # numbers in one request; some servers reject large ones
REASONS = {
    SUPPRESSED: "on the do-not-contact list",
    EXCLUDED: "in --exclude",
    UNSUBSCRIBED: "unsubscribed on a list of respect_lists",
    LANDLINE: "landlines",
}


def from_body(body: Record, audience: Audience, note: Callable[[str], None]) -> Record:
    """The body of a send without the excluded part of its audience.

    The server expands contact lists itself, so a list with numbers that are excluded, or cannot be
    read, is replaced by its other numbers. Raises Usage if no recipient is left, or if the server
    reads a list with excluded numbers later.
    """
    affected = [each for each in audience.lists if each.kept_out or each.invalid]
    if not (audience.excluded_by or affected):
        _note_unchecked(body, note)
        return body
    require_recipients(len(audience), audience.excluded_by)
    if kept_out := [each for each in affected if each.kept_out]:
        _refuse_later(body, kept_out, audience)
    if audience.excluded_by:
        note(f"note: {skipped(audience.excluded_by)}")
    rest = {key: value for key, value in body.items() if key != "mobile_numbers"}
    if not affected:
        numbers = [each for each in body.get("mobile_numbers", ()) if each not in audience.written]
        return {**rest, "mobile_numbers": numbers} if numbers else rest
    del rest["contact_lists"]
    _note_numbers(audience, affected, note)
    return {**rest, "mobile_numbers": list(audience.e164)}


def skipped(excluded_by: dict[str, set[str]]) -> str:
    """How many recipients are skipped, and why, as text."""
    total = pluralize(sum(map(len, excluded_by.values())), "recipient")
    if len(excluded_by) == 1:
        return f"{total} skipped: {_named(excluded_by)[0]}"
    counts = (len(numbers) for numbers in excluded_by.values())
    each = (f"{n:,} {why}" for n, why in zip(counts, _named(excluded_by), strict=True))
    return f"{total} skipped: {', '.join(each)}"


def _named(excluded_by: dict[str, set[str]]) -> list[str]:
    return [REASONS[reason] for reason in excluded_by]


def require_recipients(count: int, excluded_by: dict[str, set[str]]) -> None:
    """Raise Usage if no recipient is left."""
    if not count:
        named = _named(excluded_by) or ["unsubscribed or without a valid number"]
        hints = {
            SUPPRESSED: EXCLUDED_HINT,
            UNSUBSCRIBED: "--set respect_lists= sends to them anyway",
            LANDLINE: "--allow landlines lets them through",
        }
        raise Usage(
            f"no recipients left: all are {' or '.join(named)}",
            hint=next((hint for reason, hint in hints.items() if reason in excluded_by), None),
        )


def _refuse_later(body: Record, affected: list[ListBreakdown], audience: Audience) -> None:
    """Raise Usage for a scheduled send: the server will use the list as it is then."""
    if is_later(body):
        lists = ", ".join(str(breakdown.id) for breakdown in affected)
        raise Usage(
            f"contact list {lists} contains numbers that must not be contacted, and the server "
            "reads it at the scheduled time; nothing was sent",
            hint=f"unsubscribe them with '{_unsubscribe(affected, audience)}'"
            + (", or add --allow suppressed" if SUPPRESSED in audience.excluded_by else ""),
        )


def _unsubscribe(affected: list[ListBreakdown], audience: Audience) -> str:
    """The command that unsubscribes the excluded numbers from the list that has them."""
    numbers = sorted(set().union(*audience.excluded_by.values()))
    identity = affected[0].id if len(affected) == 1 else "LIST"
    update, unsubscribed = "smsgw contacts update", f"--list {identity} --unsubscribed"
    if len(numbers) == 1:
        return f"{update} {numbers[0]} {unsubscribed}"
    echo = f"echo {' '.join(numbers)}"
    is_long = len(numbers) > MOST_NAMED and SUPPRESSED in audience.excluded_by
    return f"{'smsgw suppress list -q' if is_long else echo} | xargs -n1 {update} {unsubscribed}"


def _note_unchecked(body: Record, note: Callable[[str], None]) -> None:
    if body.get("contact_lists") and is_later(body):
        note("note: contacts added before then are not checked against the do-not-contact list")


def is_later(body: Record) -> bool:
    """Whether the server reads the lists at a later time."""
    return bool(body.get("scheduled_at") or body.get("recurring"))


def _note_numbers(
    audience: Audience, affected: list[ListBreakdown], note: Callable[[str], None]
) -> None:
    lists = ", ".join(str(breakdown.id) for breakdown in affected)
    note(
        f"note: contact list {lists} has numbers to skip, so this is sent to "
        f"{pluralize(len(audience), 'other recipient')} by number, not to the list"
    )
    invalid = sum(breakdown.invalid for breakdown in audience.lists)
    if invalid:
        note(f"note: {pluralize(invalid, 'contact')} skipped: no valid number")
    if len(audience) > LARGE_REQUEST:
        note(f"note: {len(audience):,} numbers are sent in one request, which a server may reject")
