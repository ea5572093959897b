"""The engine job of a sync: creates, updates, unsubscribes and deletes contacts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.contacts.jobs import NOT_FOUND, Next, creation, merge_into, outcome
from smsgw_cli.contacts.journal import Outcome, State
from smsgw_cli.contacts.sync.changes import Action, Change, Changes
from smsgw_cli.engine.job import Task
from smsgw_cli.model import MOBILE_NUMBER, Record
from smsgw_cli.sms.same_phone import is_other_phone, is_same_phone

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

DONE = {
    Action.UPDATE: State.UPDATED,
    Action.UNSUBSCRIBE: State.UNSUBSCRIBED,
    Action.DELETE: State.DELETED,
}
RENUMBERED = f"{MOBILE_NUMBER}: was changed by someone else"


@dataclass
class SyncJob:
    """The changes of a sync, in this order: creations, updates, removals."""

    plan: "Plan"
    contact_list: int
    changes: Changes

    def tasks(self) -> Iterator[Task | Outcome]:
        return map(self._task, self.changes.each())

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> Next:
        if task.method == "POST":
            return outcome(self.plan, task, found, attempt)
        action = self.changes.get(task.row).action
        if found is Disposition.DONE and task.method == "GET":
            return self._read(task, attempt.body or {})
        if found is Disposition.DONE:
            return Outcome(task.row, DONE[action], task.target)
        if action is Action.UNSUBSCRIBE and attempt.status == NOT_FOUND:
            return Outcome(task.row, State.SKIPPED, task.target)  # deleted by someone else
        return outcome(self.plan, task, found, attempt)

    def on_not_started(self, task: Task) -> Outcome | None:
        return Outcome(task.row, State.NOT_SENT)

    def _task(self, change: Change) -> Task:
        path = f"contacts/{change.contact}"
        body = {MOBILE_NUMBER: change.number, **change.after}
        if change.action is Action.CREATE:
            return creation(self.contact_list, change.step, body)
        if change.action is Action.DELETE:
            return Task(change.step, "DELETE", path, target=change.contact)
        return Task(change.step, "GET", path, target=change.contact, values=body)

    def _read(self, task: Task, contact: Record) -> Task | Outcome:
        """Merge the changes into the current contact; its other values are kept."""
        if _is_renumbered(contact, (task.values or {})[MOBILE_NUMBER]):
            return Outcome(task.row, State.FAILED, task.target, RENUMBERED)
        return merge_into(task, contact)


def _is_renumbered(contact: Record, number: str) -> bool:
    """Whether a contact has another number by now than when it was compared."""
    theirs = str(contact.get(MOBILE_NUMBER) or "")
    if theirs.startswith("+") or not number.startswith("+"):
        return theirs != number and not is_same_phone(theirs, number)
    return not theirs or is_other_phone(contact, number)  # matched without its country
