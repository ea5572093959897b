"""The self-tests in the history of the fleet, so that none is sent twice and results are kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from smsgw_cli.fleet.history import History
from smsgw_cli.fleet.selftest import (
    CHANGING,
    LARGEST_RUN,
    RUN_LENGTH,
    Outcome,
    Pair,
    SelfTest,
    Sim,
    nonces,
)
from smsgw_cli.sms.timestamps import read_timestamp
from smsgw_cli.storage.database import Connection, Row

PERIOD = timedelta(hours=1)
"""How long a text is waited for by later commands, and how often a SIM sends one unattended."""
SLACK = timedelta(minutes=2)
"""How much earlier an hourly job may start: a timer of systemd is up to a minute late
(AccuracySec in systemd.timer(5)), and so is the one before."""
_COLUMNS = (
    *("nonce", "sender_id", "sender_name", "sender_number"),
    *("receiver_id", "receiver_name", "receiver_number", "started_at"),
)
_INSERT = f"""
    INSERT INTO selftests ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
"""  # noqa: S608
_CHANGES = ", ".join(f"{each} = ?" for each in ("started_at", *CHANGING))
# Another process may wait for the same text, and be first to see it.
_UPDATE = f"UPDATE selftests SET {_CHANGES} WHERE nonce = ? AND outcome IS NOT 'ok'"  # noqa: S608
_RECENT = "SELECT * FROM selftests WHERE started_at > ? AND started_at < ? ORDER BY started_at"
# Of each SIM, all texts of its newest run in which one has ended.
_LAST = f"""
    SELECT selftests.* FROM selftests JOIN (
        SELECT sender_id, substr(nonce, 1, {RUN_LENGTH}) AS run, max(started_at)
        FROM selftests WHERE outcome IS NOT NULL GROUP BY sender_id
    ) AS newest USING (sender_id)
    WHERE substr(nonce, 1, {RUN_LENGTH}) = run AND outcome IS NOT NULL
    ORDER BY sender_id, receiver_id
"""  # noqa: S608


class SelfTests(NamedTuple):
    """The self-tests of one server. Every method raises SmsgwError if the file cannot be used.

    `once_an_hour` is whether a SIM sends at most one in PERIOD.
    """

    history: History
    once_an_hour: bool = False

    def new(self, pairs: Iterable[Pair], now: datetime) -> list[Pair]:
        """The pairs for which `begin` makes a new self-test."""
        recent: list[SelfTest] = []
        if self.history.exists:
            with self.history.reading() as db:
                recent = _recent(db, now)
        return [each for each in pairs if self._earlier(recent, each, now) is None]

    def begin(self, pairs: Sequence[Pair], now: datetime) -> list[SelfTest]:
        """A self-test of each pair: one that is awaited, or an earlier result, or a new one.

        All are on disk before any is sent, so that whatever ends this command, and whatever
        command runs at the same time, goes on with these.
        """
        with self.history.writing() as db:
            recent = _recent(db, now)
            found = []
            for pair, nonce in zip(pairs, nonces(min(len(pairs), LARGEST_RUN)), strict=True):
                found.append(self._earlier(recent, pair, now) or _insert(db, nonce, pair, now))
        return list({each.nonce: each for each in found}.values())

    def save(self, test: SelfTest) -> None:
        """Record what is known of a self-test by now."""
        values = [test.started_at.isoformat(), *(getattr(test, name) for name in CHANGING)]
        with self.history.writing() as db:
            db.execute(_UPDATE, [*values, test.nonce])

    def last(self) -> list[SelfTest]:
        """Of each SIM the last self-test, which is one text to each SIM that it was tested with."""
        if not self.history.exists:
            return []
        with self.history.reading() as db:
            return list(map(_of, db.execute(_LAST)))

    def _earlier(self, recent: Sequence[SelfTest], pair: Pair, now: datetime) -> SelfTest | None:
        """The one that is gone on with, or else the one that keeps the SIM from sending another."""
        own = [each for each in recent if each.sender.id == pair.sender.id]
        same = [each for each in own if each.receiver.id == pair.receiver.id]
        found = [each for each in same if each.outcome is None]
        if not found and self.once_an_hour:
            paid = [each for each in own if _has_cost(each) and _is_within_the_hour(each, now)]
            found = [each for each in paid if each in same] or paid
        return found[-1] if found else None


def _has_cost(test: SelfTest) -> bool:
    """Whether its text was or may have been sent."""
    if test.outcome is None:
        return test.campaign is not None
    return test.outcome is not Outcome.REJECTED


def _is_within_the_hour(test: SelfTest, now: datetime) -> bool:
    return abs(now - test.started_at) < PERIOD - SLACK


def _recent(db: Connection, now: datetime) -> list[SelfTest]:
    """Those within PERIOD, whichever way the clock was set since, oldest first."""
    limits = [(now - PERIOD).isoformat(), (now + PERIOD).isoformat()]
    return list(map(_of, db.execute(_RECENT, limits)))


def _insert(db: Connection, nonce: str, pair: Pair, now: datetime) -> SelfTest:
    db.execute(_INSERT, [nonce, *pair.sender, *pair.receiver, now.isoformat()])
    return SelfTest(nonce, *pair, now)


def _of(row: Row) -> SelfTest:
    known = {name: row[name] for name in CHANGING}
    known["outcome"] = known["outcome"] and Outcome(known["outcome"])
    started = read_timestamp(row["started_at"])
    return SelfTest(row["nonce"], _sim(row, "sender"), _sim(row, "receiver"), started, **known)


def _sim(row: Row, role: str) -> Sim:
    return Sim(*(row[f"{role}_{each}"] for each in Sim._fields))
