"""Builds previews of sends, reading their contact lists."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from smsgw_cli.api.reader import Reader
from smsgw_cli.messages import audience, exclusion, preview, preview_text
from smsgw_cli.messages.audience import Audience
from smsgw_cli.messages.guard import SendGuard
from smsgw_cli.messages.preview import Preview
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.messages.merge import MergedMessage


class PreviewBuilder:
    """Builds previews with one API client; `tell` prints who is skipped, and why."""

    def __init__(
        self, api: Callable[[], Reader], gate: SendGuard, tell: Callable[[str], None]
    ) -> None:
        self._api = api
        self._gate = gate
        self._tell = tell

    def audience(self, body: Record) -> Audience:
        """The audience, after reading the lists."""
        with self._gate.judging() as judge:
            return audience.read(self._api, body, judge)

    def without_excluded(self, body: Record) -> tuple[Record, Audience]:
        """The body without those kept out, and its audience."""
        found = self.audience(body)
        kept = exclusion.from_body(body, found, self._tell)
        self._gate.mark_checked(kept.get("contact_lists", ()), found.numbers)
        return kept, found

    def merged_without_excluded(
        self, messages: Sequence["MergedMessage"]
    ) -> tuple[list["MergedMessage"], Audience]:
        """The same for one message per row."""
        with self._gate.judging() as judge:
            kept, found = exclusion.from_merged(messages, judge, self._tell)
        self._gate.mark_checked((), found.numbers)
        return kept, found

    def lines(self, preview: Preview) -> Iterator[str]:
        """A preview as a person reads it before saying yes."""
        yield from (f"{name}: {text}" for name, text in preview_text.in_words(preview).items())
        yield from (f"note: {note}" for note in preview_text.notes(preview))

    def of_message(self, body: Record, found: Audience, price: float | None) -> Preview:
        """The preview of one text to an audience."""
        text = body.get("message")
        texts = [] if text is None else [(text, len(found))]
        return preview.of(body, found, texts, price)

    def of_merged(
        self,
        common: Record,
        messages: Sequence["MergedMessage"],
        found: Audience,
        price: float | None,
    ) -> Preview:
        """The preview of one message per row."""
        texts = [(each.text, len(each.numbers)) for each in messages]
        return preview.of(common, found, texts, price)
