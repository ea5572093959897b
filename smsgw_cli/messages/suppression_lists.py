"""The do-not-contact lists of a command: this user's, and one that several users share."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from smsgw_cli.errors import Unavailable, Usage
from smsgw_cli.messages.opt_out_records import Applied
from smsgw_cli.messages.opt_outs import Replies
from smsgw_cli.messages.suppression_list import LAYOUT, Lookup, SuppressionList
from smsgw_cli.model import Record
from smsgw_cli.storage.database import DURABLE, ROLLBACK, Database
from smsgw_cli.storage.failures import Cause

if TYPE_CHECKING:
    from smsgw_cli.messages.opt_out_merge import Merge

OWN, SHARED = "own", "shared"
KIND = LAYOUT.kind._replace(
    name="the shared do-not-contact list",
    remedies={
        **LAYOUT.kind.remedies,
        Cause.DENIED: "check the permissions of the file and of its folder",
        Cause.MISSING: "mount its disk, correct the setting suppression_list, or create it with "
        "'smsgw suppress add NUMBER'",
    },
    errors={Cause.LOCKED: Unavailable, Cause.MISSING: Usage},
)
# Other users of the file may not be able to use a write-ahead log.
SHARED_LAYOUT = LAYOUT._replace(kind=KIND, pragmas=(ROLLBACK, DURABLE), is_shared=True)


class SharedList(SuppressionList):
    """The list of the setting suppression_list. A missing file is an error, not an empty list."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SHARED_LAYOUT)

    @property
    def exists(self) -> bool:
        return Database(self.path, SHARED_LAYOUT).exists

    def create(self) -> None:
        """Create the file, in a folder that exists. Raises SmsgwError."""
        Database(self.path, SHARED_LAYOUT).create()


@dataclass(frozen=True)
class SuppressionLists:
    """Both lists: a number on either is kept out. Every method raises as those of the lists do."""

    own: SuppressionList
    shared: SharedList | None = None

    def __bool__(self) -> bool:
        """Whether either has any number; the shared one is opened in any case."""
        return any(map(bool, self._all))

    @property
    def are_there(self) -> bool:
        """Whether either has a file, as the shared one must."""
        return any(each.is_there for each in self._all)

    def __iter__(self) -> Iterator[Record]:
        """All numbers with reason and date, sorted, and which list has it."""
        rows = [_named(each, name) for name, each in self._named]
        return heapq.merge(*rows, key=lambda row: row["number"])

    def add(self, numbers: Iterable[tuple[str, str | None]]) -> list[str]:
        """Add numbers to the shared list, else to this user's; returns those that are new there."""
        return self.target.add(numbers)

    def remove(self, numbers: Sequence[str]) -> None:
        """Remove numbers from both."""
        for each in self._all:
            each.remove(numbers)

    def apply(self, replies: Replies, *, dry_run: bool = False) -> Applied:
        """Apply replies: numbers are added as by `add`, and removed from both."""
        target, *others = self._all
        with Lookups.opened(others) as elsewhere:
            applied = target.apply(replies, elsewhere.has, dry_run=dry_run)
        for each in others:
            found = each.apply(replies.opting_in(), dry_run=dry_run)
            applied.removed += found.removed
            applied.kept += found.kept
        return applied

    def records(self) -> Iterator[Record]:
        """Everything in both, for a backup."""
        return chain.from_iterable(each.records() for each in self._all)

    def merge(self, records: Iterable[Record], *, dry_run: bool = False) -> "Merge":
        """Add what a backup has to the list that numbers are added to, unless the other has it."""
        target, *others = self._all
        with Lookups.opened(others) as elsewhere:
            return target.merge(records, elsewhere.has, dry_run=dry_run)

    @property
    def upgraded_at(self) -> str | None:
        """When this version first used either, if 0.1.0 made it."""
        return max(filter(None, (each.upgraded_at for each in self._all)), default=None)

    def unreadable(self) -> list[Record]:
        """The senders of opt-outs that are no number, with reason and date, and which list."""
        return [row for name, each in self._named for row in _named(each.unreadable(), name)]

    @property
    def target(self) -> SuppressionList:
        """The list that numbers are added to."""
        return self._all[0]

    @contextmanager
    def open(self) -> Iterator["Lookups"]:
        """A lookup of many numbers in both."""
        with Lookups.opened(self._all) as lookups:
            yield lookups

    @property
    def _named(self) -> Sequence[tuple[str, SuppressionList]]:
        own = (OWN, self.own)
        return (own,) if self.shared is None else (own, (SHARED, self.shared))

    @property
    def _all(self) -> Sequence[SuppressionList]:
        """The shared one first, which is more likely to fail."""
        return (self.own,) if self.shared is None else (self.shared, self.own)


def _named(found: Iterable[Record], name: str) -> Iterator[Record]:
    return ({**row, "list": name} for row in found)


class Lookups:
    """The open lists, for lookups as in one."""

    def __init__(self, lookups: Sequence[Lookup]) -> None:
        self._lookups = lookups

    @classmethod
    @contextmanager
    def opened(cls, lists: Iterable[SuppressionList]) -> Iterator["Lookups"]:
        with ExitStack() as stack:
            yield cls([stack.enter_context(each.open()) for each in lists])

    def has(self, number: str) -> bool:
        return any(each.has(number) for each in self._lookups)

    @cached_property
    def regions(self) -> frozenset[str]:
        return frozenset().union(*(each.regions for each in self._lookups))

    def has_suffix_match(self, digits: str) -> bool:
        return any(each.has_suffix_match(digits) for each in self._lookups)
