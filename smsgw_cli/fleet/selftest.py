"""A self-test: one SIM texts another a nonce, by which the text is recognized when it arrives."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from smsgw_cli.messages.ledger_runs import SELFTEST
from smsgw_cli.model import Record
from smsgw_cli.sms.timestamps import format_timestamp

# Without vowels, so that no nonce has a word that opts out or that an autoresponder knows.
_ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"
RUN_LENGTH, PAIR_LENGTH = 8, 3
LARGEST_RUN = len(_ALPHABET) ** PAIR_LENGTH


class Outcome(StrEnum):
    """How a self-test ended: the text arrived, the server says that it failed, the server refused
    it, it is not known whether it was sent, or it did not arrive in time."""

    OK = "ok"
    FAILED = "failed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    MISSING = "not received"


class Sim(NamedTuple):
    """A SIM that takes part. `name` as people call it, `number` in E.164, None if unknown."""

    id: int
    name: str
    number: str | None


class Pair(NamedTuple):
    """A SIM that texts another."""

    sender: Sim
    receiver: Sim

    def __str__(self) -> str:
        return f"SIM {self.sender.id} to SIM {self.receiver.id}"


class SelfTest(NamedTuple):
    """One text of a self-test. `outcome` is None until it has ended.

    `campaign` and `message` are the ids of what was sent, `status` is its last known one. Times are
    in seconds since `started_at` (the server's time); None if unknown. `looked` is when it was last
    looked for. `reason` is why it failed, or what is odd about the text that arrived.
    """

    nonce: str
    sender: Sim
    receiver: Sim
    started_at: datetime
    outcome: Outcome | None = None
    campaign: int | None = None
    message: int | None = None
    status: str | None = None
    queued: float | None = None
    sent: float | None = None
    delivered: float | None = None
    received: float | None = None
    looked: float | None = None
    reason: str | None = None

    @property
    def run(self) -> str:
        """What the nonces of one command begin with."""
        return self.nonce[:RUN_LENGTH]

    @property
    def key(self) -> str:
        """Its key in the ledger."""
        return SELFTEST + self.nonce

    @property
    def pair(self) -> Pair:
        return Pair(self.sender, self.receiver)

    @property
    def text(self) -> str:
        """What is sent: one part, of characters that every operator passes on."""
        return f"smsgw selftest {self.nonce}"

    def is_in(self, message: Record) -> bool:
        """Whether a message has the nonce: in any case, amid whatever an operator adds."""
        return self.nonce.casefold() in str(message.get("content")).casefold()

    def as_record(self) -> Record:
        """The row for output: SIMs by id and name, seconds, ids."""
        return {
            "campaign": self.campaign,
            "from": self.sender.id,
            "from_name": self.sender.name,
            "to": self.receiver.id,
            "to_name": self.receiver.name,
            "result": self.outcome and str(self.outcome),
            **{name: at and round(at, 1) for name in TIMES for at in [getattr(self, name)]},
            "status": self.status,
            "reason": self.reason,
            "started_at": format_timestamp(self.started_at),
            "message": self.message,
        }


TIMES = ("queued", "sent", "delivered", "received")
CHANGING = tuple(key for key, value in SelfTest._field_defaults.items() if value is None)
"""The fields that change until it has ended."""


def nonces(count: int) -> Iterator[str]:
    """New nonces for the texts of one command, which begin alike; `count` is below LARGEST_RUN."""
    run = _letters(secrets.randbelow(len(_ALPHABET) ** RUN_LENGTH), RUN_LENGTH)
    return (run + _letters(number, PAIR_LENGTH) for number in range(count))


def _letters(number: int, length: int) -> str:
    found = ""
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        found = _ALPHABET[digit] + found
    return found


def worst(tests: Sequence[SelfTest]) -> SelfTest | None:
    """The one whose outcome decides on the exit code; None if none has ended badly."""
    order = [Outcome.FAILED, Outcome.REJECTED, Outcome.UNKNOWN, Outcome.MISSING]
    bad = [each for each in tests if each.outcome in order]
    return min(bad, key=lambda each: order.index(each.outcome or order[0]), default=None)
