"""Changes what a gateway does through its file, while it runs or before."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from smsgw_cli.sandbox import fleet, instants
from smsgw_cli.sandbox.keys import CLOCK, PARTS, Change
from smsgw_cli.sandbox.store import Entry, Store, now_in, system_clock, the_device, the_sim

Now = Callable[[Store], int]

FIND = {"device": the_device, "sim": the_sim}
CHANGE = {"device": fleet.change_device, "sim": fleet.change_sim}


def change(db: Path, wanted: Change, clock: Callable[[], datetime] = system_clock) -> None:
    """Make a change, completely or not at all. Raises Unmatched for an unknown device or SIM."""
    with closing(Store(db)) as store:
        apply(store, wanted, lambda opened: now_in(opened, clock))


def apply(store: Store, wanted: Change, now: Now = now_in) -> None:
    """The same in a store that is open. `now` tells the time on its clock."""
    with store.writing():
        for name, value in wanted.keys.items():
            _set(store, name, value)
        for kind, (reference, values) in wanted.parts.items():
            columns = {PARTS[kind][name].column: value for name, value in values.items()}
            CHANGE[kind](store, now(store), FIND[kind](store, reference), columns)


def clock(db: Path) -> datetime:
    """The time on the gateway's clock, in UTC."""
    with closing(Store(db)) as store:
        return instants.to_datetime(now_in(store))


def _set(store: Store, name: str, value: Any) -> None:
    if name == CLOCK.name and value is not None:
        value += store.shift()
    # The time makes each entry differ from the one before, as it is what running gateways compare.
    store.put_entry(name, Entry(value, time.time_ns()))
