"""The engine job of a mailing: one send per message, each with its own key in the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.retry_rules import TOO_LARGE as TOO_LARGE_STATUSES
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.engine.job import Task
from smsgw_cli.errors import SmsgwError, Withheld
from smsgw_cli.messages.mailing.pending_sends import PendingSends, PlannedSend
from smsgw_cli.messages.mailing.statuses import (
    ACCEPTED,
    NOT_SENT,
    PUT_OFF,
    REFUSED,
    TOO_LARGE,
    UNKNOWN,
)
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.model import Record

EXCLUDED = SmsgwError("not sent: it has a number that must no longer be contacted")


class SendOutcome(NamedTuple):
    """The outcome of a send: a status of `statuses`, the campaign if accepted, else the error.

    `row` is the number of the send in the spool.
    """

    row: int
    send: PlannedSend
    status: str
    campaign: Record | None = None
    error: SmsgwError | None = None


@dataclass(frozen=True)
class MailingJob:
    """The sends of one pass; their numbers are the engine's rows.

    One that the guard does not let out is put off, as some of its numbers are excluded by now.
    """

    sends: PendingSends
    _begun: dict[int, PlannedSend] = field(default_factory=dict, init=False)

    def tasks(self) -> Iterator[Task]:
        """A `POST /messages/send` per send."""
        while (send := self.sends.next()) is not None:
            self._begun[send.id] = send
            yield Task(send.id, "POST", MESSAGES, send.body)

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> SendOutcome:
        send = self._begun.pop(task.row)
        if isinstance(attempt.error, Withheld):
            return SendOutcome(send.id, send, PUT_OFF, error=EXCLUDED)
        if found is Disposition.DONE:
            campaign = attempt.body or {}
            is_shown = isinstance(campaign.get("id"), int)
            return SendOutcome(send.id, send, ACCEPTED, campaign if is_shown else None)
        status = UNKNOWN if found is Disposition.UNKNOWN else REFUSED
        if status == REFUSED and attempt.status in TOO_LARGE_STATUSES and len(send.numbers) > 1:
            status = TOO_LARGE
        return SendOutcome(send.id, send, status, error=attempt.error)

    def on_not_started(self, task: Task) -> SendOutcome:
        return SendOutcome(task.row, self._begun.pop(task.row), NOT_SENT)
