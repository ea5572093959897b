"""The diff of a list and a file: counts, rows of data, lines of text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from smsgw_cli.contacts.sync import diff_output
from smsgw_cli.contacts.sync.changes import Action, Changes
from smsgw_cli.contacts.sync.diff_output import VERBS
from smsgw_cli.model import Record


@dataclass
class Diff:
    """The changes of a sync. The list has `contacts`, with `highest` the highest id.

    `opted_out` contacts are unsubscribed and in the file without a value for that; `duplicates`
    have the number of another contact.
    """

    changes: Changes = field(default_factory=Changes)
    contacts: int = 0
    highest: int = 0
    opted_out: int = 0
    duplicates: int = 0

    def close(self) -> None:
        self.changes.close()

    @property
    def removed(self) -> int:
        """Number of contacts to unsubscribe or delete, as they are missing from the file."""
        return self._counts[Action.UNSUBSCRIBE] + self._counts[Action.DELETE]

    @property
    def unchanged(self) -> int:
        """Number of unchanged rows."""
        return self._counts[Action.NONE]

    def counts(self) -> dict[str, int]:
        """The number of changes by verb, without zeros."""
        counts = self._counts
        return {verb: counts[action] for action, verb in VERBS.items() if counts[action]}

    @cached_property
    def _counts(self) -> Mapping[Action, int]:
        return self.changes.counts()  # scans all steps

    def rows(self) -> Iterator[Record]:
        """The changes as data, one row per value."""
        for change in self.changes.each():
            yield from diff_output.rows(change)

    def ids(self) -> Iterator[Record]:
        """The ids of the contacts that are changed, without new ones."""
        return ({"id": each.contact} for each in self.changes.each() if each.contact)

    def lines(self, most: int) -> Iterator[str]:
        """The first `most` changes of each kind (-1 for all) as diff lines."""
        return map(diff_output.line, self.changes.each(most))
