"""The engine job of a mailing: one send per message, each with its own key in the ledger."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.engine.job import Task
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.mailing.mailing import ACCEPTED, NOT_SENT, PATH, REFUSED, UNKNOWN
from smsgw_cli.messages.mailing.merge import MergedMessage
from smsgw_cli.model import Record

PUT_OFF = SmsgwError("not sent, as it has a number that must not be contacted any more")


@dataclass(frozen=True)
class PlannedSend:
    """A message with its key in the ledger, its body of `/messages/send`, and its wave."""

    message: MergedMessage
    key: str
    body: Record
    wave: int | None = None


class SendOutcome(NamedTuple):
    """The outcome of a send: a status of `mailing`, the campaign if accepted, else the error.

    `row` is the position of the send in its job, from 1.
    """

    row: int
    send: PlannedSend
    status: str
    campaign: Record | None = None
    error: SmsgwError | None = None


@dataclass(frozen=True)
class MailingJob:
    """The sends of one pass; their positions are the engine's rows.

    `has_excluded` is asked before each; those with numbers that are excluded by then are `put_off`.
    """

    sends: Sequence[PlannedSend]
    has_excluded: Callable[[MergedMessage], bool] = lambda _: False
    put_off: list[PlannedSend] = field(default_factory=list)

    def tasks(self) -> Iterator[Task | SendOutcome]:
        """A `POST /messages/send` per send. Raises as `has_excluded` does."""
        for row, send in enumerate(self.sends, start=1):
            if self.has_excluded(send.message):
                self.put_off.append(send)
                yield SendOutcome(row, send, NOT_SENT, error=PUT_OFF)
            else:
                yield Task(row, "POST", PATH, send.body)

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> SendOutcome:
        if found is Disposition.DONE:
            campaign = attempt.body or {}
            is_shown = isinstance(campaign.get("id"), int)
            return self._outcome(task, ACCEPTED, campaign if is_shown else None)
        status = UNKNOWN if found is Disposition.UNKNOWN else REFUSED
        return self._outcome(task, status, error=attempt.error)

    def on_not_started(self, task: Task) -> SendOutcome:
        return self._outcome(task, NOT_SENT)

    def _outcome(
        self,
        task: Task,
        status: str,
        campaign: Record | None = None,
        error: SmsgwError | None = None,
    ) -> SendOutcome:
        return SendOutcome(task.row, self.sends[task.row - 1], status, campaign, error)
