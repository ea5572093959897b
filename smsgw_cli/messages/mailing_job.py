"""What a mailing asks of the engine: a send a message, each with a key of its own in the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.outcome import Disposition
from smsgw_cli.engine.job import Task
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.mailing import ACCEPTED, NOT_SENT, PATH, REFUSED, UNKNOWN
from smsgw_cli.messages.merge import MergedMessage
from smsgw_cli.model import Record


@dataclass(frozen=True)
class PlannedSend:
    """A message as it goes out: under this key, with this body of `/messages/send`."""

    message: MergedMessage
    key: str
    body: Record


class SendOutcome(NamedTuple):
    """What became of a send: a status of results files, the campaign, what was said against it."""

    row: int
    send: PlannedSend
    status: str
    campaign: Record | None = None
    error: SmsgwError | None = None


@dataclass(frozen=True)
class MailingJob:
    """These sends, a row each."""

    sends: Sequence[PlannedSend]

    def tasks(self) -> Iterator[Task]:
        for row, send in enumerate(self.sends, start=1):
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
