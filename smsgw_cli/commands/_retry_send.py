"""Carries out a retry: asks, sends, and prints the campaigns, or those of an earlier retry."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from textwrap import shorten
from typing import cast

from smsgw_cli.campaigns.status_counts import count
from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._retry_plan import (
    AgeLimit,
    leave_out_excluded,
    leave_out_reached,
    leave_out_sent_again,
    refuse_if_all_are_excluded,
)
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_times import without_quiet_hours
from smsgw_cli.commands._sending import ledger_of, print_sent, sent, watch_sent
from smsgw_cli.errors import NotFound
from smsgw_cli.messages.campaign_names import named
from smsgw_cli.messages.earlier_retries import EarlierRetries, earlier_retries, one_at_a_time
from smsgw_cli.messages.failed_messages import FailedMessages, summary
from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.messages.send_request import SendOptions
from smsgw_cli.messages.sender import Sender
from smsgw_cli.messages.when import When
from smsgw_cli.model import Campaign, Record
from smsgw_cli.wording import pluralize

AUTO_RETRY = (
    "note: a server that itself retries failed messages may send them, too; "
    "--before 15m skips later ones"
)
LONGEST_TEXT = 60  # characters of a text in a prompt
MOST_COUNTED = 10  # campaigns whose messages are counted, with a few requests each


class Retry:
    """The retry of the failed messages of campaigns."""

    def __init__(
        self,
        session: Session,
        options: SendOptions,
        checks: SendChecks,
        failed: Sequence[FailedMessages],
    ) -> None:
        self._session = session
        self._options = options
        self._checks = checks
        self._failed = failed
        self._ledger = ledger_of(session, options)
        self._sender = Sender(session.api, self._ledger, note=session.out.note, warn=session.warn)
        self._earlier = EarlierRetries({})

    def leave_out(self, before: str | None) -> None:
        """Leave out who needs no retry, or must not get one, and say how many.

        Raises Unknown if an earlier retry may have been accepted, Pending if all is too young.
        """
        session, failed = self._session, self._failed
        settle = partial(self._sender.settle, seconds=self._options.settle)
        self._read_earlier(None if session.options.dry_run else settle)
        if before is not None:
            AgeLimit.read(before, session.api.clock).refuse_if_all_are_young(failed)
        allows = self._options.allows_suppressed
        leave_out_reached(session, failed, self._ledger, allows_suppressed=allows)
        leave_out_excluded(failed, self._checks)
        if text := summary(failed):
            session.out.note(f"note: {text}")

    def carry_out(self, overrides: Record, *, warns: bool) -> None:
        """Ask, send, print, and watch if asked for."""
        session = self._session
        if session.options.dry_run:
            return self._show(overrides)
        if any(each.messages for each in self._failed):
            self._ask(overrides, warns=warns)
        elif not any(self._earlier.campaigns_of(each.id) for each in self._failed):
            return refuse_if_all_are_excluded(self._failed)
        with one_at_a_time(self._ledger, session.out.note):
            self._read_earlier(None)
            new = self._send(overrides)
        if self._options.watch and new:
            watch_sent(session, new, self._options)
        return None

    def _read_earlier(self, settle: Callable[[Entry], Entry] | None) -> None:
        ids = {each.id for each in self._failed}
        self._earlier = earlier_retries(self._ledger, ids, self._options.once, settle)
        leave_out_sent_again(self._failed, self._earlier)

    def _ask(self, overrides: Record, *, warns: bool) -> None:
        session = self._session
        if warns and session.can_ask and not session.options.yes:
            session.warn(AUTO_RETRY)
        when = When(overrides, session.now).phrase()
        session.confirm_on_server(_question([each for each in self._failed if each.messages], when))

    def _show(self, overrides: Record) -> None:
        """Print the requests, as --dry-run does: one as such, any other number as a list."""
        bodies = [named(body) for each in self._failed for body, _ in self._sends(each, overrides)]
        requests = [request_of("POST", MESSAGES, body) for body in bodies]
        is_one = len(requests) == len(self._failed) == 1
        self._session.out.json(requests[0] if is_one else requests)

    def _sends(
        self, failed: FailedMessages, overrides: Record
    ) -> Iterator[tuple[Record, SendOptions]]:
        """The bodies of the sends of a campaign, each with its key."""
        for group in failed.groups:
            keyed = replace(self._options, once=group.key_for(self._options.once))
            body = without_quiet_hours(self._session, group.body(overrides), self._options)
            yield self._checks.body(body), keyed

    def _send(self, overrides: Record) -> list[Record]:
        """Send, and print the campaigns: for those with nobody left, the earlier retries.

        The first error ends it; the same command sends the rest.
        """
        sends = [list(self._sends(each, overrides)) for each in self._failed]
        shown: list[Record] = []
        new: list[Record] = []
        try:
            for failed, bodies in zip(self._failed, sends, strict=True):
                if not bodies:
                    shown += self._sent_before(failed)
                for body, keyed in bodies:
                    new.append(sent(self._session, MESSAGES, body, keyed, self._sender))
                    shown.append(new[-1])
        finally:
            if shown or len(self._failed) > 1:
                is_one = len(self._failed) == len(shown) == 1
                print_sent(self._session, shown, alone=is_one)
        return new

    def _sent_before(self, failed: FailedMessages) -> list[Record]:
        """The campaigns of earlier retries of a campaign, as they are now."""
        ids = self._earlier.campaigns_of(failed.id)
        found = [self._campaign(each) for each in ids]
        if found:
            named = ", ".join(map(self._state, found[-MOST_COUNTED:]))
            self._session.out.note(
                f"note: the failed messages of campaign {failed.id} were sent again as {named}; "
                "not sent again"
            )
        return found

    def _campaign(self, identity: int) -> Record:
        try:
            return self._session.api.get(f"campaigns/{identity}")
        except NotFound:
            (entry,) = self._ledger.of_campaigns([identity])
            return entry.campaign or {}

    def _state(self, campaign: Record) -> str:
        """`campaign 3 (1 delivered, 1 failed)`."""
        counts = str(count(self._session.api, cast(Campaign, campaign)))
        return f"campaign {campaign['id']} ({counts or campaign.get('status')})"


def _question(failed: Sequence[FailedMessages], when: str) -> str:
    groups = [group for each in failed for group in each.groups]
    total = sum(len(each.numbers) for each in groups)
    parts = f" as {len(groups)} campaigns" if len(groups) > 1 else ""
    messages = pluralize(total, "failed message")
    return f"Send {messages} of {_title(failed)} again{parts}{when}{_texts(failed)}?"


def _texts(failed: Sequence[FailedMessages]) -> str:
    """`: 'Hello'`, the text if it is the same in all messages."""
    texts = {each["content"] for one in failed for each in one.messages}
    text = texts.pop() if len(texts) == 1 else None
    return f": {shorten(text, LONGEST_TEXT, placeholder=' …')!r}" if text else ""


def _title(failed: Sequence[FailedMessages]) -> str:
    if len(failed) == 1:
        name = failed[0].campaign.get("name")
        return f"campaign {failed[0].id}" + (f" ({name})" if name else "")
    return f"{len(failed):,} campaigns"
