"""What a check gets: the server's lists, the local records, and what the command line selects."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from smsgw_cli.api.client import Client
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.fleet.measurement import Finding, Measurement, NothingToCheck
from smsgw_cli.model import Record, has_id
from smsgw_cli.sms.times import past

if TYPE_CHECKING:  # the list of devices needs no database
    from smsgw_cli.fleet.history import History
    from smsgw_cli.messages.ledger import Ledger

Check = Callable[["CheckContext"], Iterator[Measurement | Finding]]
"""Measures something. Raises NothingToCheck where there is nothing to judge, SmsgwError where it
cannot be judged."""


@dataclass(frozen=True)
class CheckContext:
    """One reading of a server, shared by all checks of a command line.

    `ledger` has the sends to the server, `history` what was seen of its fleet. `ids` are those on
    the command line, of what the check is about (devices, campaigns, sending servers, SIMs), empty
    for all; `skip` are ids to leave out. `since` is when the time begins that is looked at,
    as typed, empty for the default.
    """

    api: Client
    ledger: "Ledger"
    history: "History"
    ids: frozenset[int] = frozenset()
    skip: frozenset[int] = frozenset()
    since: str = ""

    @property
    def now(self) -> datetime:
        """The server's time, as far as it has answered."""
        return self.api.now

    def age(self, moment: datetime) -> float:
        """The seconds since then; 0 if it is in the future."""
        return max(0.0, (self.now - moment).total_seconds())

    def start(self, default: timedelta) -> datetime:
        """When the time begins that is looked at: `default` ago, unless the command line says.

        By the server's clock, as far as it has answered. Raises Usage.
        """
        start = past(self.since, self.now) if self.since else self.now - default
        if start > self.now:
            raise Usage(f"--since {self.since} is in the future")
        return start

    @cached_property
    def devices(self) -> list[Record]:
        """All devices with their SIMs, read once."""
        return list(self.api.pages("devices"))

    def selects(self, identity: int) -> bool:
        """Whether the command line asks for the record of this id."""
        return identity not in self.skip and (not self.ids or identity in self.ids)


def selected(context: CheckContext, records: Iterable[Record], noun: str) -> list[Record]:
    """The records that the command line selects.

    Raises NotFound for an id that none of them has, NothingToCheck if none is left.
    """
    every = [each for each in records if has_id(each)]
    missing = context.ids - {each["id"] for each in every}
    if missing:
        raise NotFound(f"{noun} {min(missing)} not found")
    found = [each for each in every if context.selects(each["id"])]
    if not found:
        raise NothingToCheck(f"every {noun} is skipped" if every else f"no {noun}")
    return found
