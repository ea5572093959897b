"""Checks a send: skips excluded recipients, and asks for confirmation if there are many."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.messages import number_list
from smsgw_cli.messages.do_not_contact import RecipientCheck, SendGuard
from smsgw_cli.messages.number_list import ParsedNumbers, Reading
from smsgw_cli.messages.recipients import max_recipients
from smsgw_cli.messages.send_request import SendOptions
from smsgw_cli.messages.suppression_list import SuppressionList, path
from smsgw_cli.model import Record
from smsgw_cli.sms.lookalikes import Lookalikes

if TYPE_CHECKING:
    from smsgw_cli.messages.audience import Audience
    from smsgw_cli.messages.mailing.merge import MergedMessage
    from smsgw_cli.messages.preview import Preview
    from smsgw_cli.messages.preview_builder import PreviewBuilder


def guard_of(session: Session, options: SendOptions | None = None) -> SendGuard:
    """Install the guard of this command's sends, which checks every request of the session.

    Raises Usage with all invalid entries of the excluded numbers.
    """
    options = options or SendOptions()
    region = session.setting("region")
    excluded = number_list.excluded(options.exclude, Reading(region, options.column_map))
    guard = SendGuard(
        SuppressionList(path()), region, excluded, allows_suppressed=options.allows_suppressed
    )
    session.guard = guard
    return guard


class SendChecks:
    """The checks of one command, which may make several sends."""

    def __init__(self, session: Session, options: SendOptions) -> None:
        self._session = session
        self._options = options
        self._guard = guard_of(session, options)

    def recipients(self) -> AbstractContextManager[RecipientCheck]:
        """A check of numbers against the do-not-contact list and --exclude."""
        return self._guard.checking()

    @cached_property
    def previews(self) -> "PreviewBuilder":
        """Imported on first use, as most sends need no preview."""
        module = import_module("smsgw_cli.messages.preview_builder")
        session = self._session
        builder: PreviewBuilder = module.PreviewBuilder(
            lambda: session.api, self._guard, session.out.note
        )
        return builder

    def codes(self, body: Record) -> Record:
        """The body of a USSD send, after confirmation if it has many codes."""
        self._ask(len(body["ussd_codes"]), "codes", None)
        return body

    def body(self, body: Record, found: ParsedNumbers | None = None) -> Record:
        """The body without excluded recipients, after confirmation if there are many others.

        `found` has the parsed arguments, for the preview. Raises as `drop_excluded.from_body` does.
        """
        audience = None
        if self._guard.is_active:
            body, audience = self.previews.without_excluded(body)
        if not self._may_ask:
            return body
        at_most = (
            max_recipients(lambda: self._session.api, body) if audience is None else len(audience)
        )
        if at_most > self._limit:
            preview = self.preview(body, found, audience)
            self._ask(len(preview.audience), "recipients", preview)
        return body

    def merged(self, messages: "Sequence[MergedMessage]", common: Record) -> "list[MergedMessage]":
        """The same for one message per row."""
        kept, audience = self.previews.merged_without_excluded(messages)
        if self._may_ask and len(audience) > self._limit:
            price = self._options.price
            preview = self.previews.of_merged(common, kept, audience, price)
            self._ask(len(audience), "recipients", preview)
        return kept

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
        return self.previews.of_message(body, audience, self._options.price)

    @property
    def _may_ask(self) -> bool:
        return not (self._session.options.yes or self._session.options.dry_run)

    @property
    def _limit(self) -> int:
        return self._options.ask_above

    def _ask(self, count: int, word: str, preview: "Preview | None") -> None:
        """Show the preview and ask for confirmation above the limit."""
        if not self._may_ask or count <= self._limit:
            return
        session = self._session
        if preview is not None and session.can_ask:
            for line in self.previews.lines(preview):
                session.warn(line)
        session.confirm(f"Send it to {count:,} {word}?")


def note_lookalikes(session: Session, lookalikes: Lookalikes) -> None:
    """Print notes on what --gsm replaced and what still forces UCS-2."""
    note_all(session, lookalikes.notes())


def note_all(session: Session, texts: Iterable[str]) -> None:
    """Print each of these as a note."""
    for text in texts:
        session.out.note(f"note: {text}")
