"""Whether a mailing is sent, continued or refused, given its earlier run; the clock is the wall's,
as people's is."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from smsgw_cli.errors import Partial, SmsgwError, Usage
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import earlier_sends, records
from smsgw_cli.messages.mailing.identity import Identity
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.send_request import REPEAT, UNFINISHED
from smsgw_cli.model import Record
from smsgw_cli.sms import local_time
from smsgw_cli.sms.timestamps import read_timestamp
from smsgw_cli.wording import pluralize

OLDEST = timedelta(hours=20)  # of an unfinished mailing that is continued without being asked


@dataclass(frozen=True)
class Plan:
    """What to do with a mailing: continue `earlier`, or begin a new one.

    A new one leaves out what an earlier run had accepted since `since`, if it is set: `skipped`
    rows. `note` is for the user.
    """

    continues: bool
    since: str | None = None
    note: str = ""
    skipped: int = 0


class RepeatRule(NamedTuple):
    """The rule for a mailing that was sent before.

    `repeat_after` is the setting, `allowed` has the words of --allow, `agree` asks the user a
    question: it returns False if nobody can be asked, and raises SmsgwError if the answer is no.
    """

    repeat_after: timedelta
    allowed: Sequence[str]
    agree: Callable[[str], bool]

    def plan(self, ledger: Ledger, earlier: MailingRecord | None, mailing: Mailing) -> Plan:
        """What to do; marks what a new one leaves out. Raises Usage if everything was sent, or if
        the user must decide first."""
        if earlier is None:
            return Plan(continues=False)
        has_its_key = earlier.key == mailing.identity.key
        if not records.is_finished(ledger, earlier):
            return self._of_unfinished(earlier, may_repeat=not has_its_key)
        if has_its_key or REPEAT in self.allowed:
            return Plan(continues=False)
        return self._of_finished(ledger, earlier, mailing)

    def _of_unfinished(self, earlier: MailingRecord, *, may_repeat: bool) -> Plan:
        if UNFINISHED not in self.allowed:
            if may_repeat and REPEAT in self.allowed:
                return Plan(
                    continues=False, note=f"note: closing {_named(earlier)}, which is unfinished"
                )
            self._refuse_old(earlier, may_repeat=may_repeat)
        return Plan(continues=True, note=f"resuming {_named(earlier)}")

    def _refuse_old(self, earlier: MailingRecord, *, may_repeat: bool) -> None:
        """Raise Usage for a mailing of another day, unless the user wants to finish it."""
        if _age(earlier.started_at) <= OLDEST or self.agree(f"Finish {_named(earlier)}?"):
            return
        raise Usage(
            f"{_named(earlier)} is unfinished, and began more than 20 hours ago; nothing was sent",
            hint="--allow unfinished finishes it"
            + (", --allow repeat sends to everybody instead" if may_repeat else ""),
        )

    def _of_finished(self, ledger: Ledger, earlier: MailingRecord, mailing: Mailing) -> Plan:
        since = (datetime.now(UTC) - self.repeat_after).isoformat()
        recent = records.accepted_since(ledger, earlier, since)
        if skipped := earlier_sends.mark_sent(mailing, ledger, recent):
            if not mailing.has_pending:
                mailing.regroup()  # nothing of it was sent by this command
                raise _nothing_left(earlier, skipped)
            return Plan(continues=False, since=since, skipped=skipped)
        return Plan(continues=False, note=f"note: {_named(earlier)} was the same; this one is new")


def kept_moments(ledger: Ledger, identity: Identity, allowed: Collection[str]) -> Record | None:
    """The moments of an earlier run, if `plan` continues it; else None."""
    if not ledger.path.exists():
        return None
    with ledger.writing() as db:
        earlier = records.newest(db, identity)
    if earlier is None or records.is_finished(ledger, earlier):
        return None
    may_repeat = earlier.key != identity.key
    is_closed = may_repeat and REPEAT in allowed and UNFINISHED not in allowed
    return None if is_closed else earlier.moments


def skipped_note(count: int) -> str:
    """The note on rows that are skipped, as an earlier run had them accepted."""
    return f"note: {pluralize(count, 'row')} skipped: already accepted, less than repeat_after ago"


def partial_repeat(ledger: Ledger, record: MailingRecord, skipped: int) -> SmsgwError | None:
    """The error after a mailing of which rows were skipped, if its earlier run was accepted whole:
    it may have been meant for everybody, as a reminder is."""
    earlier = records.before(ledger, record)
    if not (skipped and earlier and earlier.is_whole):
        return None
    return Partial(
        f"only new rows were sent: {pluralize(skipped, 'row')} had been accepted "
        f"since {_shown(record.since)} (last by {_named(earlier)})",
        hint="to send to them again: --allow repeat, or a shorter --set repeat_after=1h",
    )


def _nothing_left(earlier: MailingRecord, count: int) -> Usage:
    return Usage(
        f"nothing to send: {_named(earlier)} was the same, and its "
        f"{pluralize(count, 'row')} were accepted",
        hint="to send again: --allow repeat, or wait longer than the setting repeat_after",
    )


def _named(record: MailingRecord) -> str:
    return f"mailing {record.id} of {_shown(record.started_at)}"


def _shown(timestamp: str) -> str:
    """A time as people read it, in local time."""
    return f"{local_time.of(read_timestamp(timestamp)):%Y-%m-%d %H:%M}"


def _age(timestamp: str) -> timedelta:
    return datetime.now(UTC) - read_timestamp(timestamp)
