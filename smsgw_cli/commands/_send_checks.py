"""Checks a send: skips excluded recipients, and asks for confirmation if there are many."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._respected_lists import respected_lists
from smsgw_cli.commands._send_notes import note_all
from smsgw_cli.commands._send_question import ask, is_large, parts_of, text_lines
from smsgw_cli.commands._send_warnings import (
    max_recipients,
    warn_of_lists,
    warn_of_senders,
    warn_of_sims,
)
from smsgw_cli.commands._suppression_lists import suppression_lists, usual_lists
from smsgw_cli.commands._table_check import table_check
from smsgw_cli.commands._waves import in_waves
from smsgw_cli.errors import Interrupted
from smsgw_cli.messages import number_list
from smsgw_cli.messages.do_not_contact import SendGuard
from smsgw_cli.messages.drop_excluded import from_body, require_recipients, skipped
from smsgw_cli.messages.interruption import NOTHING
from smsgw_cli.messages.number_list import STDIN, ParsedNumbers, Reading, versions
from smsgw_cli.messages.recipient_check import RecipientCheck
from smsgw_cli.messages.send_request import SendOptions
from smsgw_cli.messages.when import When
from smsgw_cli.model import Record
from smsgw_cli.sms.number_kinds import Kind, KindCounts
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.api.client import Client
    from smsgw_cli.api.request import Outgoing
    from smsgw_cli.messages.audience import Audience
    from smsgw_cli.messages.mailing.mailing import Mailing
    from smsgw_cli.messages.preview import Preview
    from smsgw_cli.messages.preview_builder import PreviewBuilder


def guard_of(session: Session, options: SendOptions | None = None) -> SendGuard:
    """Install the guard of this command's sends, which checks every request of the session.

    Raises Usage with all invalid entries of the excluded numbers.
    """
    options = options or SendOptions()
    excluded = _excluded(session, options)
    note_all(session, excluded.kinds.decimal_sentences())
    lists = suppression_lists if options.allows_suppressed else usual_lists
    guard = SendGuard(
        lists(session),
        session.setting("region"),
        excluded.numbers,
        allows_suppressed=options.allows_suppressed,
        rules=options.kind_rules,
        respected=respected_lists(session),
    )
    session.guard = guard
    return guard


def _excluded(session: Session, options: SendOptions) -> ParsedNumbers:
    """The numbers of --exclude. Raises Usage with all invalid entries."""
    check = table_check(session, asks=False)
    region, note = session.setting("region"), session.out.note
    reading = Reading(region, options.column_map, options.read_options, check, note=note)
    return number_list.excluded(options.exclude, reading)


class SendChecks:
    """The checks of one command, which may make several sends."""

    def __init__(self, session: Session, options: SendOptions) -> None:
        self._session = session
        self._options = options
        self._exclude_versions = versions(options.exclude)
        self._guard = guard_of(session, options)
        session.guard = self._check
        self._known_sims: set[int] = set()
        session.interrupted = lambda: Interrupted(NOTHING)

    def _check(self, api: "Client", request: "Outgoing") -> None:
        """The guard, with what --exclude says by now. Raises Usage, Withheld."""
        self._read_exclude_again()
        self._guard(api, request)

    def recipients(self) -> AbstractContextManager[RecipientCheck]:
        """A check of numbers against the do-not-contact list and --exclude."""
        return self._guard.checking()

    def excluded(self, numbers: Sequence[str]) -> dict[str, str]:
        """Which of these must not be contacted by now, and why."""
        self._read_exclude_again()
        return self._guard.excluded(self._session.api, numbers)

    @cached_property
    def previews(self) -> "PreviewBuilder":
        """Imported on first use, as most sends need no preview."""
        module = import_module("smsgw_cli.messages.preview_builder")
        session = self._session
        builder: PreviewBuilder = module.PreviewBuilder(
            lambda: session.api, self._guard, session.out.note, lambda: session.now
        )
        return builder

    def codes(self, body: Record) -> Record:
        """The body of a USSD send, after confirmation if it has many codes."""
        self._warn_of_sims(body)
        count = len(body["ussd_codes"])
        if self._may_ask and count > self._limit:
            when = When(body, self._session.now).phrase()
            self._session.confirm_on_server(f"Dial {pluralize(count, 'code')}{when}?")
        return body

    def body(self, body: Record, found: ParsedNumbers | None = None) -> Record:
        """The body without excluded recipients, after confirmation if there are many others.

        `found` has the parsed arguments, for the preview. Raises as `drop_excluded.from_body` does,
        and Usage for kinds of numbers that are refused.
        """
        given, audience, typed = body, None, [found.kinds] if found else []
        self._refuse_kinds(*typed)
        if self._guard.is_active:
            body, audience = self.previews.without_excluded(body)
        elif self._reads_lists(body):
            audience = self.previews.audience(body)
        self._check_kinds(*typed, *([audience.kinds] if audience else []))
        self._warn_of_sims(body)
        at_most = self._max_recipients(body, audience)
        if self._may_ask and is_large(self._limit, at_most, at_most * parts_of(body)):
            self._ask(self.preview(body, found, audience))
            body = self._checked_again(given)
        return body

    def in_waves(self, body: Record, found: ParsedNumbers) -> "Audience":
        """The recipients of one text that is sent in waves, after the same checks."""
        self._refuse_kinds(found.kinds)
        audience = self.audience(body)
        require_recipients(len(audience), audience.excluded_by)
        if audience.excluded_by:
            self._session.out.note(f"note: {skipped(audience.excluded_by)}")
        self._check_kinds(found.kinds, audience.kinds)
        self._warn_of_sims(body)
        count = self._max_recipients(body, audience)
        if self._may_ask and is_large(self._limit, count, count * parts_of(body)):
            self._ask(self.preview(body, found, audience))
        return audience

    def audience(self, body: Record) -> "Audience":
        """Whom a body may be sent to now; its lists are read."""
        self._read_exclude_again()
        return self.previews.checked_audience(body)

    def mailing(self, mailing: "Mailing", mark_sent: Callable[[], str]) -> None:
        """The same for a mailing, whose excluded recipients are left out.

        The question is about what `mark_sent` leaves pending; it returns how much that is, if it is
        not all.
        """
        self._check_kinds(mailing.kinds)
        audience = self.previews.of_mailing_without_excluded(mailing)
        warn_of_senders(self._session, mailing.common)
        if self._may_ask and len(audience):
            if left := mark_sent():
                audience = replace(audience, numbers=mailing.audience().numbers)
            preview = self.previews.of_mailing(mailing, audience, self._options.price)
            if left:
                mailing.regroup()
            else:
                preview = in_waves(self._session, preview, self._options)
            if self._ask(preview, left):
                self._read_exclude_again()
                self.previews.of_mailing_without_excluded(mailing)

    def preview(
        self,
        body: Record,
        found: ParsedNumbers | None = None,
        audience: "Audience | None" = None,
    ) -> "Preview":
        """The preview of a send of one text."""
        audience = self.previews.audience(body) if audience is None else audience
        if found is not None:
            audience.add_skipped(found)
        preview = self.previews.of_message(body, audience, self._options.price)
        return in_waves(self._session, preview, self._options)

    def refuse(self, preview: "Preview") -> None:
        """Raise Usage for what would be refused, as `body`, `in_waves` and `mailing` do."""
        audience = preview.audience
        self._refuse_kinds(audience.kinds)
        if self._options.waves or not audience.lists:  # a list with nobody is only warned of
            require_recipients(len(audience), audience.excluded_by)
        if self._guard.is_active and not self._options.waves:
            from_body(preview.body, audience, lambda note: None)

    def _reads_lists(self, body: Record) -> bool:
        """Whether there may be premium-rate numbers on lists, which are refused."""
        return bool(body.get("contact_lists")) and Kind.PREMIUM not in self._options.allowed

    def _refuse_kinds(self, *counts: KindCounts) -> KindCounts:
        """The sum of these counts. Raises Usage if there are kinds that are refused."""
        total = KindCounts()
        for each in counts:
            total.update(each)
        self._options.kind_rules.refuse(total, sends=True)
        return total

    def _check_kinds(self, *counts: KindCounts) -> None:
        """Note what kinds of numbers there are. Raises as `_refuse_kinds` does."""
        note_all(self._session, self._refuse_kinds(*counts).sentences())

    def _warn_of_sims(self, body: Record) -> None:
        """Warn of each SIM once."""
        new = [each for each in body.get("sims", ()) if each not in self._known_sims]
        self._known_sims.update(new)
        warn_of_sims(self._session, new)

    def _max_recipients(self, body: Record, audience: "Audience | None") -> int:
        if audience is None:
            return max_recipients(self._session, body, must_count=self._may_ask)
        warn_of_lists(self._session, audience)
        return len(audience) + audience.invalid_count

    @property
    def _may_ask(self) -> bool:
        return not (self._session.options.yes or self._session.options.dry_run)

    @property
    def _limit(self) -> int:
        return self._options.ask_above

    def _checked_again(self, body: Record) -> Record:
        """The body without those who have opted out while the question was asked, too."""
        self._read_exclude_again()
        return self.previews.without_excluded(body)[0] if self._guard.is_active else body

    def _read_exclude_again(self) -> None:
        """Read --exclude again if a file of it has changed."""
        current = versions(self._options.exclude)
        if current != self._exclude_versions and STDIN not in self._options.exclude:
            self._guard.exclude(_excluded(self._session, self._options).numbers)
            self._exclude_versions = current  # then only, as other threads ask meanwhile

    def _ask(self, preview: "Preview", *titles: str) -> bool:
        """Ask for confirmation if it is large; returns whether it is. `titles` come first."""
        recipients, parts = len(preview.audience), preview.total_parts
        if not is_large(self._limit, recipients, parts):
            return False
        texts = text_lines(preview.texts.first)
        lines = [*filter(None, titles), *texts, *self.previews.lines(preview)]
        ask(self._session, self._limit, recipients, parts, lines, preview.when.phrase())
        return True
