"""Takes what a part of a file has sent from the server, where it begins without a record: on a new
host, or after a lost disk."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import NamedTuple

from smsgw_cli.api.newer import uncached
from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import Incomplete
from smsgw_cli.messages import ledger_writes
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED
from smsgw_cli.messages.ledger_writes import EndedSend, NewSend
from smsgw_cli.messages.mailing import part_names, spooled_rows, spooled_sends
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.part_names import other_division
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.spooled_sends import digest_of
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.model import CANCELLING, NOT_BEGUN, PROCESSING, Record
from smsgw_cli.storage.batches import batched
from smsgw_cli.tables.shard import Shard

_MAY_GET_MESSAGES = frozenset({*NOT_BEGUN, PROCESSING, CANCELLING})  # campaigns
_AT_ONCE = 500  # campaigns of one transaction

Sent = tuple[Record, str, Record]
"""The body of a send, the digest of its content, and its campaign."""


class Doubt(NamedTuple):
    """Why rows with these texts, or if there are none all rows, may have been sent."""

    texts: list[str]
    reason: str


class Adoption(NamedTuple):
    """Takes over what a part has sent. `settle` is how many seconds its last requests are left
    alone, `sleep` waits."""

    api: ListReader
    ledger: Ledger
    mailing: Mailing
    shard: Shard
    settle: float
    sleep: Callable[[float], None]
    note: Callable[[str], None]

    def find(self) -> None:
        """Read the campaigns of the part into the spool, when its last requests had their time.

        Nobody knows when those were: the campaigns may be older. Raises Usage if the file was
        divided otherwise, else what listing raises.
        """
        self._read()
        if spooled_sends.are_missing(self.mailing.spool):
            self.note(
                f"this part has sent messages, but has no record here; waiting {self.settle:g} s"
            )
            self.sleep(self.settle)
            self._read()

    def _read(self) -> None:
        once = self.mailing.identity.once or ""
        with closing(self.api.pages("campaigns", uncached())) as campaigns:
            for campaign in campaigns:
                part = part_names.read(once, campaign.get("name"))
                if part and part.shard.count != self.shard.count:
                    raise other_division(once, f"--shard {part.shard}")
                if part and part.shard == self.shard:
                    spooled_sends.keep_campaign(self.mailing.spool, campaign, part.digest)

    def take(self, record: MailingRecord) -> list[Doubt]:
        """Record what was found as sent; returns what cannot be proven."""
        self._record(record, self._of_today())
        spooled_rows.index_phones(self.mailing.spool)
        doubts = []
        for campaign in spooled_sends.other_campaigns(self.mailing.spool):
            texts: dict[str, list[str]] = {}
            if reason := self._read_messages(campaign, texts):
                doubts.append(Doubt([*texts], f"campaign {campaign['id']} {reason}"))
            self._record(record, _sent(texts, campaign))
        return doubts

    def _of_today(self) -> Iterator[Sent]:
        """Those with the content of a send of today."""
        spool = self.mailing.spool
        for number, campaign in spooled_sends.campaigns(spool):
            for send in spooled_sends.some(spool, [number]):
                yield self.mailing.body(send), send.digest, campaign

    def _record(self, record: MailingRecord, sends: Iterable[Sent]) -> None:
        for part in batched(sends, _AT_ONCE):
            new = [
                NewSend(
                    MESSAGES,
                    {**body, "name": campaign["name"]},
                    record.prefix + digest,
                    is_unique=True,
                )
                for body, digest, campaign in part
            ]
            with self.ledger.writing() as db:
                numbers = ledger_writes.begin(db, new, lock=record.lock)
                begun = zip(numbers, part, strict=True)
                ended = ((number, sent[2]) for number, sent in begun if number is not None)
                ledger_writes.finish(db, (EndedSend(each, ACCEPTED, of) for each, of in ended))

    def _read_messages(self, campaign: Record, texts: dict[str, list[str]]) -> str:
        """Add the numbers of its messages by text; returns why they may not be all, or ""."""
        query = {"campaign": campaign["id"], **uncached()}
        spool = self.mailing.spool
        try:
            with closing(self.api.pages("messages", query)) as messages:
                for message in messages:
                    number = _e164(message.get("to"))
                    text = spooled_rows.text_like(spool, number, str(message.get("content") or ""))
                    texts.setdefault(text, []).append(number)
        except Incomplete as error:
            return f"cannot be read completely: {error.message}"
        if campaign.get("status") in _MAY_GET_MESSAGES:
            return "may not have all its messages yet"
        return "" if texts else "shows no messages"


def _sent(texts: dict[str, list[str]], campaign: Record) -> Iterator[Sent]:
    for text, numbers in texts.items():
        body = {"mobile_numbers": numbers, "message": text}
        yield body, digest_of(numbers, text), campaign


def _e164(number: object) -> str:
    """A number as the server writes it, with its +."""
    text = str(number or "")
    return f"+{text}" if text.isdecimal() and len(text) > 6 else text
