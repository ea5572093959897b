"""What commands that send, or look at what was sent, use of the session."""

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.session.core import Core
from smsgw_cli.model import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import timedelta
    from pathlib import Path

    from smsgw_cli.campaigns.cursor import Cursor
    from smsgw_cli.campaigns.statistics.tally import Tally
    from smsgw_cli.campaigns.tail import Tail
    from smsgw_cli.campaigns.watch import Watch
    from smsgw_cli.messages.compose import Drafts
    from smsgw_cli.messages.history import History
    from smsgw_cli.messages.ledger import Ledger
    from smsgw_cli.messages.mailing import Mailing
    from smsgw_cli.messages.mailing_run import Delivery
    from smsgw_cli.messages.preview_builder import Previews
    from smsgw_cli.messages.retry import RetryGroup
    from smsgw_cli.messages.sender import Sender, UnknownPolicy
    from smsgw_cli.model import Record


class Sending(Core):
    """Sends by the profile's server, with the record of them."""

    @cached_property
    def drafts(self) -> "Drafts":
        """What makes the bodies of sends, before any server is needed."""
        from smsgw_cli.messages.compose import Drafts

        return Drafts(self._of_profile("region"))

    @cached_property
    def sender(self) -> "Sender":
        """What sends, with the record of sends to the profile's server."""
        from smsgw_cli.messages.sender import Sender

        return Sender(self.api, self.ledger, note=self.out.note, warn=self.tell)

    def delivery(self, mailing: "Mailing", care: "UnknownPolicy") -> "Delivery":
        """What carries a mailing out, with a client and a ledger for each of its threads."""
        from smsgw_cli.messages.ledger import Ledger
        from smsgw_cli.messages.mailing_run import Delivery
        from smsgw_cli.messages.sender import Sender

        def another() -> Sender:
            ledger = Ledger(self.ledger.path)
            return Sender(self.one_more_client(), ledger, note=self.out.note, warn=self.tell)

        return Delivery(mailing, self.ledger, self.sender, another, care, self.out.note)

    def check_settle(self, seconds: float) -> None:
        """Raise Usage for a --settle that is no time."""
        from smsgw_cli.config import settings

        settings.settle(seconds)

    def watch(self, campaign: "Record", timeout: float | None) -> "Watch":
        """What watches a campaign, for so many seconds at most. Raises Usage if they are none."""
        from smsgw_cli.campaigns.watch import Watch
        from smsgw_cli.config import settings

        if timeout is not None:
            settings.checked("timeout", timeout)
        return Watch(self.api, campaign, timeout=timeout)

    def tally(self) -> "Tally":
        """What counts what became of a campaign's messages."""
        from smsgw_cli.campaigns.statistics.tally import Tally

        return Tally()

    def failed_again(self, campaign: "Record") -> "list[RetryGroup]":
        """What failed of a campaign, as new sends."""
        from smsgw_cli.messages.retry import again

        chosen = {"campaign": campaign["id"], "statuses": [FAILED]}
        return again(campaign, self.api.pages("messages", chosen))

    def tail(
        self, cursor: "Cursor", query: "Record", since: "datetime | None", look_back: "timedelta"
    ) -> "Tail":
        """What finds new messages; see `sending.tail.Tail`."""
        from smsgw_cli.campaigns.tail import Tail

        return Tail(self.api, cursor, query, since=since, look_back=look_back)

    def follow(self, tail: "Tail", interval: float) -> "Iterator[Record]":
        """News for ever; see `sending.following.follow`."""
        from smsgw_cli.campaigns.follow import follow

        return follow(tail, interval, self.out.note)

    def moment_past(self, text: str | None) -> "datetime | None":
        """A moment before now, None where none is said. Raises Usage if it is none."""
        from smsgw_cli.sms.times import past

        return None if text is None else past(text, datetime.now(UTC))

    def duration(self, text: str) -> "timedelta":
        """A time such as `2h`. Raises Usage if it is none."""
        from smsgw_cli.sms.durations import duration

        return duration(text)

    def care(self, settle: float | None, *, again: bool) -> "UnknownPolicy":
        """What is done about a send of which nobody knows what became. Raises Usage."""
        from smsgw_cli.config import settings
        from smsgw_cli.messages.reconcile import SETTLE
        from smsgw_cli.messages.sender import UnknownPolicy

        seconds = settings.settle(SETTLE if settle is None else settle)
        return UnknownPolicy(seconds, self.profile.retries if again else 0)

    @cached_property
    def ledger(self) -> "Ledger":
        """The record of sends to the profile's server."""
        from smsgw_cli.messages.ledger import Ledger, path_for

        ledger = Ledger(path_for(self.profile.server or self.profile.name))
        self._closing.callback(ledger.close)
        return ledger

    @cached_property
    def sends(self) -> "History":
        """The record of sends, as people look at it."""
        from smsgw_cli.messages.history import History

        return History(self.ledger)

    @cached_property
    def previews(self) -> "Previews":
        """What tells what a send will be."""
        from smsgw_cli.messages.preview_builder import Previews

        return Previews(lambda: self.api, self.gate, self.out.note)

    def numbers_in(self, name: str, column: str | None = None) -> list[str]:
        """The numbers of a file in E.164. Raises Usage, naming the lines that have none."""
        from smsgw_cli.messages import number_list

        return number_list.read(name, self._of_profile("region"), column)

    def repliers(self, keywords: list[str], query: dict[str, Any]) -> list[tuple[str, str]]:
        """Who replied with a keyword, and how: the numbers, each with a reason."""
        from smsgw_cli.messages import opt_outs

        region = self._of_profile("region")
        asking = opt_outs.asking(self.api, keywords, query)
        found = [(message, opt_outs.suppressing(message, region)) for message in asking]
        for message, who in found:
            if who is None:
                self.tell(
                    f"warning: message {message['id']} is from {message.get('from')!r}, which "
                    "cannot be read as a number; nobody is suppressed for it"
                )
        return [who for _, who in found if who is not None]

    def cursor(self, path: "Path | None", about: str) -> "AbstractContextManager[Cursor | None]":
        """Which messages were told already; see `sending.cursor.opened`."""
        from smsgw_cli.campaigns.cursor import opened

        server = self.profile.server or self.profile.name
        return opened(path, f"{about} at {server}", self._tell_busy)

    def _tell_busy(self) -> None:
        self.out.note("another run uses this cursor at this moment; nothing was done")
