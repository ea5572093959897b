"""Progress of a sync in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from smsgw_cli.contacts.journal import State
from smsgw_cli.contacts.report import NAMES, Report
from smsgw_cli.model import Record


@dataclass
class SyncReport(Report):
    """`rows` are the changes there are, `unchanged` contacts that were as they should be."""

    unit: ClassVar[str] = "changes"
    names: ClassVar[Mapping[State, str]] = {**NAMES, State.SKIPPED: "already done"}

    unchanged: int = 0

    def as_dict(self) -> Record:
        """The counts, as scripts read them; no run where there was nothing to do."""
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
