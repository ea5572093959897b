"""Builds previews of sends, reading their contact lists."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.api.reader import Reader
from smsgw_cli.config.setting_checks import Price
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages import audience, drop_excluded, preview, preview_text
from smsgw_cli.messages.audience import Audience
from smsgw_cli.messages.do_not_contact import SendGuard
from smsgw_cli.messages.preview import Preview
from smsgw_cli.model import Record, sims_of

if TYPE_CHECKING:
    from smsgw_cli.messages.mailing.mailing import Mailing


class PreviewBuilder(NamedTuple):
    """Builds previews with one API client; `note` prints who is skipped, and why, `clock` has the
    time."""

    api: Callable[[], Reader]
    guard: SendGuard
    note: Callable[[str], None]
    clock: Callable[[], datetime]

    def audience(self, body: Record) -> Audience:
        """The audience of a body, whose lists are read. Raises what listing raises."""
        with self.guard.checking() as check:
            return audience.read(self.api, body, check)

    def checked_audience(self, body: Record) -> Audience:
        """The same, of a body that is sent as numbers."""
        found = self.audience(body)
        self.guard.mark_checked((), found.numbers)
        return found

    def without_excluded(self, body: Record) -> tuple[Record, Audience]:
        """The body without excluded recipients, and its audience. Raises Usage."""
        found = self.audience(body)
        kept = drop_excluded.from_body(body, found, self.note)
        self.guard.mark_checked(kept.get("contact_lists", ()), found.numbers)
        return kept, found

    def of_mailing_without_excluded(self, mailing: "Mailing") -> Audience:
        """Leave out the excluded recipients of a mailing; returns its audience. Raises Usage."""
        if not self.guard.is_active:
            return mailing.audience()
        with self.guard.checking() as check:
            found = mailing.leave_out(check, self.note)
        self.guard.mark_checked((), found.numbers)
        return found

    def lines(self, preview: Preview) -> Iterator[str]:
        """The lines of a preview, for the confirmation."""
        yield from (f"{name}: {text}" for name, text in preview_text.titled_lines(preview).items())
        yield from (f"note: {note}" for note in preview_text.notes(preview))

    def of_message(self, body: Record, found: Audience, price: Price | None) -> Preview:
        """The preview of one text to an audience."""
        text = body.get("message")
        texts = [] if text is None else [(text, len(found), "")]
        return preview.build(body, found, texts, price, self.clock(), self._phones(body))

    def of_mailing(self, mailing: "Mailing", found: Audience, price: Price | None) -> Preview:
        """The preview of one message per row."""
        common, texts = mailing.common, mailing.texts
        return preview.build(common, found, texts, price, self.clock(), self._phones(common))

    def _phones(self, body: Record) -> dict[int, int]:
        """The device of each SIM, if there are several; none if devices cannot be read."""
        if len(body.get("sims", ())) < 2:
            return {}
        try:
            devices = list(self.api().pages("devices"))
        except SmsgwError:
            return {}
        return {sim["id"]: each["id"] for each in devices for sim in sims_of(each)}
