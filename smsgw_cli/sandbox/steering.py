"""Changes what a gateway does through its file, while it runs or before."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from smsgw_cli.sandbox import instants
from smsgw_cli.sandbox.keys import CLOCK, PARTS, Change
from smsgw_cli.sandbox.store import Entry, Row, Store, now_in, the_device, the_sim

Now = Callable[[Store], int]

FIND = {"device": the_device, "sim": the_sim}
TABLES = {"device": "devices", "sim": "sims"}


def change(db: Path, wanted: Change) -> None:
    """Make a change, completely or not at all. Raises Unmatched for an unknown device or SIM."""
    with closing(Store(db)) as store:
        apply(store, wanted)


def apply(store: Store, wanted: Change, now: Now = now_in) -> None:
    """The same in a store that is open. `now` tells the time on its clock."""
    with store.writing():
        for name, value in wanted.keys.items():
            _set(store, name, value)
        for kind, (reference, values) in wanted.parts.items():
            _set_part(store, kind, reference, values, now)


def clock(db: Path) -> datetime:
    """The time on the gateway's clock, in UTC."""
    with closing(Store(db)) as store:
        return instants.to_datetime(now_in(store))


def _set(store: Store, name: str, value: Any) -> None:
    if name == CLOCK.name and value is not None:
        value += store.shift()
    # The time makes each entry differ from the one before, as it is what running gateways compare.
    store.put_entry(name, Entry(value, time.time_ns()))


def _set_part(
    store: Store, kind: str, reference: int | str, values: Mapping[str, Any], now: Now
) -> None:
    row = FIND[kind](store, reference)
    columns = {PARTS[kind][name].column: value for name, value in values.items()}
    store.update(TABLES[kind], row["id"], columns)
    store.update("devices", _device_of(kind, row), {"updated_at": now(store)})


def _device_of(kind: str, row: Row) -> int:
    return int(row["id"] if kind == "device" else row["device_id"])
