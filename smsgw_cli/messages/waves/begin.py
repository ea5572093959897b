"""Begins a text that is sent in waves, or goes on with it, in one process at a time."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from smsgw_cli.errors import Usage
from smsgw_cli.messages import ledger_mailings, used_keys
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import records as mailings
from smsgw_cli.messages.mailing.identity import Identity
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.send_locks import SendLocks, mailing_is_running
from smsgw_cli.messages.waves import records
from smsgw_cli.model import Record


def earlier(ledger: Ledger, once: str) -> MailingRecord | None:
    """The mailing with this key of which anything was sent, or may have been."""
    if not ledger.path.exists():
        return None
    with ledger.writing() as db:
        found = mailings.with_key(db, once)
    return found if found and _was_sent(ledger, found) else None


def _was_sent(ledger: Ledger, record: MailingRecord) -> bool:
    """Whether anything of it was sent, or may have been; its sends may be removed by now."""
    is_removed = used_keys.is_used(ledger, records.key_of(record, 1, 0))
    return is_removed or ledger_mailings.is_there(ledger, record.prefix)


def refuse_other(record: MailingRecord, identity: Identity) -> None:
    """Raise Usage if the key is that of another text, which has not ended."""
    if record.text != identity.text and record.ended_at is None:
        raise Usage(
            f"{record.name} had another text, and is unfinished; nothing was sent",
            hint="use the same text to resume it, or another key",
        )


def refuse_single(ledger: Ledger, once: str) -> None:
    """Raise Usage if the key is that of a send alone: it is neither a mailing nor in waves."""
    if ledger.path.exists() and (entry := ledger.find(once)):
        raise Usage(
            f"the key {once!r} was used by send {entry.id}, not by a mailing; nothing was sent",
            hint=f"see 'smsgw sends get {entry.id}', and use another key",
        )


def plan(
    ledger: Ledger,
    identity: Identity,
    moments: Record,
    waves: list[tuple[int, float]],
    phones: Iterable[int],
) -> MailingRecord:
    """Record a new text with its waves and recipients, all or nothing.

    Raises Usage if another process has begun it by now.
    """
    with ledger.writing() as db:
        before = mailings.with_key(db, identity.once or "")
        is_held = before and SendLocks(ledger.path).is_held(before.lock)
        if before and (is_held or _was_sent(ledger, before)):
            raise mailing_is_running()
        if before:  # of which nothing was sent
            records.forget_recipients(db, before.id)
        record = mailings.begin(db, identity, "", before, None, moments)
        records.plan(db, record, waves)
        records.keep_recipients(db, record.id, phones)
    return record


@contextmanager
def locked(ledger: Ledger, record: MailingRecord) -> Iterator[None]:
    """Hold the lock of a mailing. Raises Usage if another process does, or has planned it anew."""
    with ExitStack() as lock:
        SendLocks(ledger.path).hold_mailing(lock, record.lock)
        with ledger.writing() as db:
            newest = mailings.with_key(db, record.key)
        if newest is None or newest.id != record.id:
            raise mailing_is_running()
        yield
