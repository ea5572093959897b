"""Progress of a sync in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from smsgw_cli.contacts.journal import State
from smsgw_cli.contacts.report import NAMES, Report
from smsgw_cli.model import Record


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
