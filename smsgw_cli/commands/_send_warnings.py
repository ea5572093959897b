"""Warnings of a send that reaches nobody, or goes through SIMs that do not send."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.sender_warnings import has_sender, list_reaches, sim_warnings
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.messages.audience import Audience


def warn_of_senders(session: Session, body: Record) -> None:
    """Warn of SIMs that do not send, and where there is none."""
    warn_of_sims(session, body.get("sims", ()))
    warn_without_sender(session, body)


def warn_of_sims(session: Session, sims: Sequence[int]) -> None:
    """Warn of those of these SIMs that do not send."""
    for text in sim_warnings(lambda: session.api, sims) if sims else ():
        session.warn(f"warning: {text}")


def warn_without_sender(session: Session, body: Record) -> None:
    """Warn where the server has nothing to choose from: no active SIM, and no sending server."""
    is_named = body.get("sims") or body.get("sender_ids")
    if not (session.options.dry_run or is_named or has_sender(lambda: session.api)):
        session.warn("warning: no device has an active SIM, so nothing goes out until one has")


def warn_after_send(session: Session, body: Record) -> None:
    """The same after a single send, which is not delayed for it: it is refused, or waits for a
    SIM. Nor does it wait for a rate limit."""
    if session.api.pacer.wait() <= 0:
        warn_without_sender(session, body)


def warn_of_lists(session: Session, audience: "Audience") -> None:
    """Warn of lists that were read, and have nobody subscribed."""
    _warn_of_lists(session, [each.id for each in audience.lists if not each.subscribed])


def max_recipients(session: Session, body: Record, *, must_count: bool) -> int:
    """The maximum number of recipients of a body; warns of lists with nobody subscribed.

    Raises what listing contacts raises; without `must_count` it is 0 then.
    """
    try:
        lists = list_reaches(lambda: session.api, body)
    except SmsgwError:
        if must_count:
            raise
        return 0
    _warn_of_lists(session, [each.id for each in lists if not each.is_reached])
    return len(body.get("mobile_numbers", ())) + sum(each.contacts for each in lists)


def _warn_of_lists(session: Session, lists: list[int]) -> None:
    for identity in lists:
        session.warn(f"warning: list {identity} has no subscribed contact, so it reaches nobody")
