"""A send without those who must not get it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smsgw_cli.errors import Usage
from smsgw_cli.messages.audience import Audience, ListBreakdown
from smsgw_cli.messages.guard import WAYS_OUT, RecipientCheck
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.messages.merge import MergedMessage

MANY = 10_000  # numbers in one body: some servers refuse a large one


def from_body(body: Record, audience: Audience, tell: Callable[[str], None]) -> Record:
    """The body of a send to the others of its audience.

    The server expands contact lists by itself, so one that holds somebody to be left out gives
    way to the numbers on it. Raises Usage if nobody is left, or if that would happen later.
    """
    if not audience.excluded_by:
        _warn_of_later(body, tell)
        return body
    _refuse_nobody(len(audience), audience.excluded_by)
    holding = [share for share in audience.lists if share.kept_out]
    if holding:
        _refuse_later(body, holding)
    tell(f"note: left out: {counted(audience)}")
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
        tell(f"note: left out: {counted(audience)}")
    return [each for each in kept if each.numbers], audience


def counted(audience: Audience) -> str:
    """How many are kept out, for what reason."""
    return ", ".join(f"{len(out):,} {reason}" for reason, out in audience.excluded_by.items())


def _refuse_nobody(left: int, excluded_by: dict[str, set[str]]) -> None:
    if not left:
        raise Usage(
            f"nobody is left to send to: every recipient is {' or '.join(excluded_by)}",
            hint=WAYS_OUT,
        )


def _refuse_later(body: Record, holding: list[ListBreakdown]) -> None:
    """A list sent to later is sent to as it is then: its numbers now would not do."""
    if is_later(body):
        lists = ", ".join(str(share.id) for share in holding)
        raise Usage(
            f"numbers that must not be contacted are on contact list {lists}, and the server "
            "reads it when the time comes; nothing was sent",
            hint="'smsgw contacts update ID --unsubscribed' keeps them out there; "
            "--allow-suppressed sends to suppressed ones all the same",
        )


def _warn_of_later(body: Record, tell: Callable[[str], None]) -> None:
    if body.get("contact_lists") and is_later(body):
        tell("note: who comes to the list until then is not checked")


def is_later(body: Record) -> bool:
    """Whether a send reads its lists when it goes out, and not now."""
    return bool(body.get("scheduled_at") or body.get("recurring"))


def _tell_of_numbers(
    audience: Audience, holding: list[ListBreakdown], tell: Callable[[str], None]
) -> None:
    lists = ", ".join(str(share.id) for share in holding)
    tell(
        f"note: as contact list {lists} holds such numbers, this goes to the {len(audience):,} "
        "others by number, not to the list"
    )
    invalid = sum(share.invalid for share in audience.lists)
    if invalid:
        tell(f"note: {invalid:,} contacts without a valid number are left out")
    if len(audience) > MANY:
        tell(f"note: {len(audience):,} numbers go out in one request, which a server may refuse")
