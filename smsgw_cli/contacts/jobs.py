"""The engine jobs of an import: create or update rows, retry unknown ones, undo."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.contacts.contact_index import ContactIndex
from smsgw_cli.contacts.job_spec import SKIP, UPDATE
from smsgw_cli.contacts.journal import Created, Outcome, State
from smsgw_cli.engine.job import Task
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import (
    MOBILE_NUMBER,
    SERVER_KEYS,
    SUBSCRIBED,
    Record,
    is_subscribed,
    with_subscription,
)
from smsgw_cli.sms.number_map import LONGEST
from smsgw_cli.sms.same_phone import is_other_phone, is_same_phone

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

Next = Task | Outcome | None
"""The result of a task: another task, or the row's outcome; None leaves it unknown."""

ON_LIST = "mobile_number: is already on the list"
NOT_FOUND = 404
NOT_ON_LIST = "mobile_number: has already been taken, but is not on this list"


@dataclass
class _Creation:
    """Creates contacts. `taken` collects the rows whose number the server reports as taken: on this
    list, or on another one, which only the list can tell."""

    plan: "Plan"
    contact_list: int
    taken: set[int] = field(default_factory=set, kw_only=True)

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> Next:
        if found is Disposition.REFUSED and is_taken(attempt.error):
            self.taken.add(task.row)
            return None
        return outcome(self.plan, task, found, attempt)

    def on_not_started(self, task: Task) -> Outcome | None:
        return Outcome(task.row, State.NOT_SENT)


@dataclass
class CreateOrUpdate(_Creation):
    """Creates the rows of a plan; those already on the list are handled by `mode` (skip, update or
    fail). `done` has the state of each row, 0 for none; rows with a state are skipped."""

    existing: ContactIndex
    mode: str
    done: bytearray

    def tasks(self) -> Iterator[Task | Outcome]:
        for row, number, body in self.plan.bodies():
            if row.number < len(self.done) and self.done[row.number]:
                continue
            contact = self.existing.id_of(number)
            if contact is None:
                yield creation(self.contact_list, row.number, body)
            elif self.mode == UPDATE:
                yield Task(row.number, "GET", f"contacts/{contact}", target=contact, values=body)
            else:
                yield on_list(row.number, contact, self.mode)

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> Next:
        if task.method == "GET" and found is Disposition.DONE:
            return merge_into(task, attempt.body or {}, keeps_opt_out=self.plan.keeps_opt_outs)
        return super().on_response(task, found, attempt)


@dataclass
class RetryUnknown(_Creation):
    """Creates rows whose outcome was unknown and that are not on the list; `unknown` is row →
    `clock` of the request."""

    unknown: Mapping[int, float]

    def tasks(self) -> Iterator[Task | Outcome]:
        for row, _, body in self.plan.bodies(self.unknown):
            yield creation(self.contact_list, row.number, body)


@dataclass
class DeleteCreated:
    """Deletes the contacts that a run created, if they still have their numbers: a server that was
    restored from a backup gives their ids to others."""

    created: Sequence[Created]

    def __post_init__(self) -> None:
        self._numbers = {each.row: each.number for each in self.created}

    def tasks(self) -> Iterator[Task | Outcome]:
        for each in self.created:
            yield Task(each.row, "GET", f"contacts/{each.contact}", target=each.contact)

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> Next:
        if task.method == "GET" and found is Disposition.DONE:
            return self._if_same(task, attempt.body or {})
        is_gone = found is Disposition.REFUSED and attempt.status == NOT_FOUND
        done = found is Disposition.DONE or is_gone
        return Outcome(task.row, State.UNDONE, task.target) if done else None

    def _if_same(self, task: Task, contact: Record) -> Next:
        """Delete the contact, unless it is another one by now."""
        number = self._numbers[task.row]
        if number is not None and digits_of(contact) != number:
            return Outcome(task.row, State.SKIPPED, task.target)
        return Task(task.row, "DELETE", task.path, target=task.target)

    def on_not_started(self, task: Task) -> Outcome | None:
        del task
        return None


def match_existing(
    unknown: Set[int], plan: "Plan", id_of: Callable[[int], int | None], watermark: int
) -> Iterator[Outcome]:
    """Outcomes of unknown rows whose number is on the list: created if the id is above `watermark`.

    `id_of` returns the contact id of a number (E.164 without its +), or None.
    """
    for row in sorted(unknown):
        contact = id_of(plan.numbers[row])
        if contact is not None:
            state = State.CREATED if contact > watermark else State.SKIPPED
            number = plan.numbers[row] if state is State.CREATED else None
            yield Outcome(row, state, contact, number=number)


def creation(contact_list: int, row: int, body: Record) -> Task:
    """The request that creates a contact; empty values are omitted."""
    values = {key: value for key, value in body.items() if value is not None}
    return Task(row, "POST", f"contact-lists/{contact_list}/contacts", values)


def merge_into(task: Task, contact: Record, *, keeps_opt_out: bool = False) -> Task | Outcome:
    """The request that updates a contact with the row's values; the row is skipped if it has them.

    `PUT /contacts/{id}` replaces the whole contact. With `keeps_opt_out` it is not subscribed
    again.
    """
    known = with_subscription(contact)
    before = {key: value for key, value in known.items() if key not in SERVER_KEYS}
    after = {**before, **(task.values or {})}
    if is_same_phone(str(before.get(MOBILE_NUMBER)), str(after.get(MOBILE_NUMBER))):
        after[MOBILE_NUMBER] = before[MOBILE_NUMBER]
    if keeps_opt_out and not is_subscribed(before):
        after[SUBSCRIBED] = False
    if after == before:
        return Outcome(task.row, State.SKIPPED, task.target)
    return Task(task.row, "PUT", task.path, after, task.target)


def outcome(plan: "Plan", task: Task, found: Disposition, attempt: Attempt) -> Outcome | None:
    """The outcome of a request that writes a contact; None if unknown."""
    if found is Disposition.UNKNOWN:
        return None
    if found is Disposition.DONE and task.method == "PUT":
        return Outcome(task.row, State.UPDATED, task.target)
    if found is Disposition.DONE:
        contact = attempt.body or {}
        if is_other_phone(contact, (task.body or {}).get(MOBILE_NUMBER)):
            return None  # the response to another request
        number = digits_of(contact) or plan.numbers[task.row]
        return Outcome(task.row, State.CREATED, contact["id"], number=number)
    return Outcome(task.row, State.FAILED, task.target, _refusal(plan, attempt))


def digits_of(contact: Record) -> int:
    """The digits of a contact's number, in the server's own spelling; 0 if there are none."""
    digits = re.sub("[^0-9]", "", str(contact.get(MOBILE_NUMBER) or ""))
    return int(digits[:LONGEST] or 0)


def is_taken(error: SmsgwError | None) -> bool:
    """Whether the number is on some list already (Laravel's message of its `unique` rule)."""
    errors = (error.errors if error else None) or {}
    return any("taken" in message for message in errors.get(MOBILE_NUMBER, ()))


def on_list(row: int, contact: int | None, mode: str) -> Outcome:
    """The outcome of a row whose number was on the list before."""
    if mode == SKIP:
        return Outcome(row, State.SKIPPED, contact)
    return Outcome(row, State.FAILED, contact, ON_LIST)


def _refusal(plan: "Plan", attempt: Attempt) -> str:
    """The server's messages about a row, by column."""
    error = attempt.error
    for key, messages in ((error.errors if error else None) or {}).items():
        columns = (column for column, target in plan.mapping.targets.items() if target == key)
        return f"{next(columns, key)}: {' '.join(messages)}"
    return f"the row: {error.message if error else 'rejected'}"
