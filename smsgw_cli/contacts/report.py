"""Progress of an import, an undo or a sync in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from smsgw_cli.contacts.journal import Outcome, State
from smsgw_cli.model import Record

NAMES = {
    State.CREATED: "created",
    State.UPDATED: "updated",
    State.UNSUBSCRIBED: "unsubscribed",
    State.DELETED: "deleted",
    State.SKIPPED: "already on the list",
    State.FAILED: "failed",
    State.UNDONE: "undone",
}
NAMES_OF_UNDO = {State.UNDONE: "deleted", State.SKIPPED: "left: other contacts by now"}


@dataclass
class Report:
    """Counts by state. `rows` is the total, `invalid` those that were not sent, `waiting` why the
    run waits."""

    unit: ClassVar[str] = "rows"
    names: ClassVar[Mapping[State, str]] = NAMES

    rows: int
    run: int = 0
    invalid: int = 0
    fields_created: int = 0
    waiting: str = ""
    states: Counter[State] = field(default_factory=Counter)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count these outcomes."""
        self.states.update(each.state for each in outcomes)

    @property
    def done(self) -> int:
        return sum(self.states.values()) - self.states[State.NOT_SENT] + self.invalid

    @property
    def how_to_resume(self) -> str:
        return (
            f"run the same command again, or 'smsgw imports resume {self.run}': "
            "nothing is done twice"
        )

    @property
    def failed(self) -> int:
        return self.states[State.FAILED] + self.invalid

    def as_dict(self) -> Record:
        """The counts as a JSON object."""
        return {
            "run": self.run,
            "rows": self.rows,
            "fields_created": self.fields_created,
            "created": self.states[State.CREATED],
            "updated": self.states[State.UPDATED],
            "skipped": self.states[State.SKIPPED],
            "failed": self.failed,
        }

    def __str__(self) -> str:
        parts = [f"{self.states[state]} {name}" for state, name in self.names.items()]
        present = [part for part in parts if not part.startswith("0 ")]
        return ", ".join([*present, *filter(None, [self.waiting])])


@dataclass
class UndoReport(Report):
    """Counts of an undo, with the tags of the created fields that it deleted, and of the others."""

    names: ClassVar[Mapping[State, str]] = NAMES_OF_UNDO

    fields_deleted: list[str] = field(default_factory=list)
    fields_kept: list[str] = field(default_factory=list)

    @property
    def how_to_resume(self) -> str:
        return "run the same command again: nothing is done twice"


@dataclass
class SyncReport(Report):
    """Counts by state; `rows` is the number of changes, `unchanged` that of other rows."""

    unit: ClassVar[str] = "changes"
    names: ClassVar[Mapping[State, str]] = {**NAMES, State.SKIPPED: "already done"}

    unchanged: int = 0

    def as_dict(self) -> Record:
        """The counts as a JSON object; `run` is None if there was nothing to do."""
        return {
            "run": self.run or None,
            "fields_created": self.fields_created,
            "created": self.states[State.CREATED],
            "updated": self.states[State.UPDATED],
            "unsubscribed": self.states[State.UNSUBSCRIBED],
            "deleted": self.states[State.DELETED],
            "unchanged": self.unchanged + self.states[State.SKIPPED],
            "failed": self.failed,
        }
