"""Excludes suppressed and excluded recipients from a send."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smsgw_cli.errors import Usage
from smsgw_cli.messages.audience import Audience, ListBreakdown
from smsgw_cli.messages.guard import EXCLUDED, SUPPRESSED, WAYS_OUT, RecipientCheck
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.messages.merge import MergedMessage

MANY = 10_000  # numbers in one request; some servers reject large ones
REASONS = {SUPPRESSED: "on the do-not-contact list", EXCLUDED: "in the --exclude file"}


def from_body(body: Record, audience: Audience, tell: Callable[[str], None]) -> Record:
    """The body of a send to the non-excluded part of its audience.

    The server expands contact lists itself, so a list with excluded numbers is replaced by its
    other numbers. Raises Usage if none is left, or if the server reads the list later.
    """
    if not audience.excluded_by:
        _warn_of_later(body, tell)
        return body
    _refuse_nobody(len(audience), audience.excluded_by)
    holding = [share for share in audience.lists if share.kept_out]
    if holding:
        _refuse_later(body, holding)
    tell(f"note: {_skipped(audience.excluded_by)}")
    rest = {key: value for key, value in body.items() if key != "mobile_numbers"}
    if not holding:
        named = [each for each in body.get("mobile_numbers", ()) if each not in audience.written]
        return {**rest, "mobile_numbers": named} if named else rest
    del rest["contact_lists"]
    _tell_of_numbers(audience, holding, tell)
    return {**rest, "mobile_numbers": audience.e164}


def from_merged(
    messages: Sequence["MergedMessage"], judge: RecipientCheck, tell: Callable[[str], None]
) -> tuple[list["MergedMessage"], Audience]:
    """The messages to the others, and their audience. Raises Usage if nobody is left."""
    audience = Audience()
    kept = [each.without(lambda number: audience.take(number, judge)) for each in messages]
    if audience.excluded_by:
        _refuse_nobody(len(audience), audience.excluded_by)
        tell(f"note: {_skipped(audience.excluded_by)}")
    return [each for each in kept if each.numbers], audience


def _skipped(excluded_by: dict[str, set[str]]) -> str:
    """How many recipients are skipped, and why, as text."""
    total = pluralize(sum(map(len, excluded_by.values())), "recipient")
    if len(excluded_by) == 1:
        return f"{total} skipped: {_named(excluded_by)[0]}"
    counts = (len(numbers) for numbers in excluded_by.values())
    each = (f"{n:,} {why}" for n, why in zip(counts, _named(excluded_by), strict=True))
    return f"{total} skipped: {', '.join(each)}"


def _named(excluded_by: dict[str, set[str]]) -> list[str]:
    return [REASONS[reason] for reason in excluded_by]


def _refuse_nobody(left: int, excluded_by: dict[str, set[str]]) -> None:
    if not left:
        raise Usage(
            f"no recipients left: all are {' or '.join(_named(excluded_by))}",
            hint=WAYS_OUT,
        )


def _refuse_later(body: Record, holding: list[ListBreakdown]) -> None:
    """Raise Usage: a scheduled send uses the list as it is then, so its numbers are unknown now."""
    if is_later(body):
        lists = ", ".join(str(share.id) for share in holding)
        raise Usage(
            f"contact list {lists} contains numbers that must not be contacted, and the server "
            "reads it at the scheduled time; nothing was sent",
            hint="unsubscribe them with 'smsgw contacts update ID --unsubscribed', or use "
            "--allow-suppressed to send to suppressed ones",
        )


def _warn_of_later(body: Record, tell: Callable[[str], None]) -> None:
    if body.get("contact_lists") and is_later(body):
        tell("note: contacts added before then are not checked against the do-not-contact list")


def is_later(body: Record) -> bool:
    """Whether the server reads the lists at a later time."""
    return bool(body.get("scheduled_at") or body.get("recurring"))


def _tell_of_numbers(
    audience: Audience, holding: list[ListBreakdown], tell: Callable[[str], None]
) -> None:
    lists = ", ".join(str(share.id) for share in holding)
    tell(
        f"note: contact list {lists} has such numbers, so this is sent to "
        f"{pluralize(len(audience), 'other recipient')} by number, not to the list"
    )
    invalid = sum(share.invalid for share in audience.lists)
    if invalid:
        tell(f"note: {pluralize(invalid, 'contact')} skipped: no valid number")
    if len(audience) > MANY:
        tell(f"note: {len(audience):,} numbers are sent in one request, which a server may reject")
