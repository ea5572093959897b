"""The recipients of a retry: those of failed messages, without the excluded ones."""

import re
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple, cast

from smsgw_cli.campaigns.senders import campaign_senders, processed_by_servers
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.errors import Pending, Usage
from smsgw_cli.messages.do_not_contact import EXCLUDED_HINT
from smsgw_cli.messages.drop_excluded import REASONS
from smsgw_cli.messages.earlier_retries import EarlierRetries
from smsgw_cli.messages.failed_messages import FailedMessages
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.reached_since import is_reached_since
from smsgw_cli.messages.recipient_check import EXCLUDED, SUPPRESSED, RecipientCheck
from smsgw_cli.messages.recipient_check import UNSUBSCRIBED as ON_RESPECTED_LIST
from smsgw_cli.messages.retry_failed import Recipient, recipient_of
from smsgw_cli.messages.unsubscribed_since import Unsubscribed
from smsgw_cli.model import FAILED, PROCESSED, UNSENT, Campaign, Record
from smsgw_cli.sms import durations, local_time
from smsgw_cli.sms.numbers import as_written
from smsgw_cli.sms.times import past
from smsgw_cli.wording import pluralize

SENT_AGAIN, REACHED = "retried before", "reached since"
UNSUBSCRIBED, TOO_YOUNG = "unsubscribed since", "sent too recently"


def failed_messages(session: Session, campaign: Record) -> FailedMessages:
    """What failed. Raises Pending for an unfinished campaign, as more may fail."""
    identity = campaign["id"]
    left = _on_their_way(session, campaign)
    if left:
        raise Pending(
            f"campaign {identity} is not finished: {left} of its messages are not sent yet",
            hint=f"wait for them with 'smsgw campaigns watch {identity}'",
        )
    messages = session.api.pages("messages", {"campaign": identity, "statuses": [FAILED]})
    return FailedMessages.of(campaign, messages)


def _on_their_way(session: Session, campaign: Record) -> int:
    """How many messages are not sent yet. A sending server may say no more than Processed."""
    query = {"campaign": campaign["id"], "statuses": list(UNSENT)}
    left = session.api.count("messages", query)
    processed = session.api.count("messages", {**query, "statuses": [PROCESSED]}) if left else 0
    if not 0 < processed == left:
        return left
    about = cast(Campaign, campaign)
    senders = campaign_senders(session.api, about)
    return left - processed_by_servers(session.api, about, senders, processed)


class AgeLimit(NamedTuple):
    """The option --before: what was sent later than `moment` is left alone."""

    text: str
    moment: datetime
    now: datetime

    @classmethod
    def read(cls, text: str, now: datetime | None) -> "AgeLimit":
        """From `15m` (ago) or a time; `now` is the server's time. Raises Usage."""
        now = now or datetime.now(UTC)
        return cls(text, past(text, now), now)

    def leave_out(self, failed: Iterable[FailedMessages]) -> None:
        """Leave out what was sent later, in all."""
        for each in failed:
            each.leave_out(TOO_YOUNG, partial(self._is_young, each))

    def _is_young(self, failed: FailedMessages, message: Record) -> bool:
        sent = failed.sent_at(message)
        return sent is not None and sent > self.moment

    def refuse_if_all_are_young(self, failed: Sequence[FailedMessages]) -> None:
        """Leave out what is too young. Raises Pending, with when, if nothing else is left."""
        first = min(
            (
                sent
                for each in failed
                for message in each.messages
                if (sent := each.sent_at(message))
            ),
            default=None,
        )
        self.leave_out(failed)
        count = sum(each.left_out[TOO_YOUNG] for each in failed)
        if count and first and not any(each.messages for each in failed):
            raise Pending(
                f"nothing to retry yet: {pluralize(count, 'failed message')} sent later than "
                f"--before {self.text}",
                hint=self._when(first),
            )

    def _when(self, first: datetime) -> str:
        """From when on the message that was sent first is old enough."""
        otherwise = "use a later time with --before"
        if not durations.is_duration(self.text):
            return otherwise
        try:
            moment = first + (self.now - self.moment) + timedelta(seconds=1)
            return f"run it again after {local_time.of(moment):%Y-%m-%d %H:%M:%S}"
        except OverflowError:  # the server's time is the last of the calendar
            return otherwise


def leave_out_sent_again(failed: Iterable[FailedMessages], earlier: EarlierRetries) -> None:
    """Leave out who was sent these messages again before."""
    for each in failed:
        each.leave_out(SENT_AGAIN, partial(_is_among, earlier.recipients_of(each.id)))


def _is_among(recipients: Container[Recipient], message: Record) -> bool:
    return recipient_of(message) in recipients


def leave_out_reached(
    session: Session,
    failed: Sequence[FailedMessages],
    ledger: Ledger,
    *,
    allows_suppressed: bool,
) -> None:
    """Leave out who got the same since, or unsubscribed."""
    left = [each for each in failed if each.messages]
    for each in left:
        each.leave_out(REACHED, is_reached_since(session.api, each))
    left = [each for each in left if each.messages]
    if not left or allows_suppressed:
        return
    numbers = partial(_number, session.setting("region"))
    sends = ledger.of_campaigns(each.id for each in left)
    unsubscribed = Unsubscribed(session.api, left, sends, numbers)
    for each in left:
        each.leave_out(UNSUBSCRIBED, partial(unsubscribed.is_left_out, each.campaign))


def _number(region: str | None, text: str) -> str:
    """A number in E.164 or, where its country is not known, its digits without leading zeros."""
    return as_written(text, region) or re.sub(r"\D", "", text).lstrip("0")


def leave_out_excluded(failed: Iterable[FailedMessages], checks: SendChecks) -> None:
    """Leave out numbers on the do-not-contact list, in --exclude and of respect_lists."""
    with checks.recipients() as check:
        for each in failed:
            for reason in (SUPPRESSED, EXCLUDED, ON_RESPECTED_LIST):
                each.leave_out(REASONS[reason], partial(_is_excluded, check, reason))


def _is_excluded(check: RecipientCheck, reason: str, message: Record) -> bool:
    return check(message["to"]).excluded_by == reason


def refuse_if_all_are_excluded(failed: Iterable[FailedMessages]) -> None:
    """Raise Usage if everybody who is left out is excluded, as `messages send` does."""
    reasons = [name for each in failed for name, count in each.left_out.items() if count]
    if reasons and set(reasons) <= set(REASONS.values()):
        raise Usage(
            f"no recipients left: all were skipped ({', '.join(dict.fromkeys(reasons))})",
            hint=EXCLUDED_HINT if REASONS[SUPPRESSED] in reasons else None,
        )
