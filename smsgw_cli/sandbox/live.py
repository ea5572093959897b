"""The values of the keys that a running gateway uses: its own ones, and what is set in its file."""

import logging
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from smsgw_cli.sandbox.behaviour import Behaviour
from smsgw_cli.sandbox.faults import Faults
from smsgw_cli.sandbox.keys import EARLY, STEERED
from smsgw_cli.sandbox.limits import RateLimit
from smsgw_cli.sandbox.store import Entry, Store

log = logging.getLogger(__name__)


class Live:
    """Speed, latency (seconds), rate limit, faults, how phones behave, the rules of Laravel that
    are relaxed (`lenient`), and how far the clock is ahead (`clock`, ms).

    It starts with the values in `given`, then those in the file, then `defaults`. A change in the
    file, by any process, takes effect at the next `refresh`, also over a value in `given`. `values`
    has them all by key; the faults in use are those of `faults`.
    """

    speed: float
    latency: float
    clock: int
    fail_rate: float
    auto_retry: int
    sent_at: str | None
    fault_seed: int
    lenient: frozenset[str]

    def __init__(self, store: Store, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self.values: dict[str, Any] = {}
        self.faults = Faults()
        self.limit: RateLimit | None = None
        self._store = store
        self._defaults = {name: key.default for name, key in STEERED.items()} | dict(defaults)
        self._version = store.data_version()
        self._entries = store.entries()
        for name in STEERED:
            self._use(name, given[name] if name in given else self._stored(name))

    @property
    def behaviour(self) -> Behaviour:
        """How phones behave with what is sent from now on."""
        return Behaviour(
            self.speed, self.fail_rate, self.auto_retry, self.sent_at == EARLY, self.fault_seed
        )

    def refresh(self) -> None:
        """Take over what has changed in the file."""
        try:
            version = self._store.data_version()  # 3 µs, so that it can be asked every time
            if version != self._version:
                self.reload()
                self._version = version
        except sqlite3.Error:
            log.exception("cannot read what is set in %s", self._store.path)

    def reload(self) -> None:
        """Take over what this connection itself has changed, which `refresh` does not see."""
        before, self._entries = self._entries, self._store.entries()
        for name in STEERED:
            if self._entries.get(name) != before.get(name):
                self._use(name, self._stored(name))

    def add_fault(self, text: str) -> None:
        """Add a fault for good; those that are active go on counting. Raises ValueError."""
        self.faults.add(text)
        self._keep_faults()

    def remove_fault(self, text: str) -> bool:
        """Remove the faults with this text; returns whether there were any."""
        found = self.faults.remove(text)
        self._keep_faults()
        return found

    def clear_faults(self) -> None:
        self.faults.clear()
        self._keep_faults()

    def _keep_faults(self) -> None:
        entry = Entry([each.text for each in self.faults.active], time.time_ns())
        self._store.put_entry("fault", entry)
        self._entries["fault"] = entry

    def _stored(self, name: str) -> Any:
        entry = self._entries.get(name)
        return self._defaults[name] if entry is None or entry.value is None else entry.value

    def _use(self, name: str, value: Any) -> None:
        self.values[name] = value
        match name:
            case "rate":
                self.limit = RateLimit(value) if value else None
            case "fault":
                self.faults.replace(*value)
            case "lenient":
                self.lenient = frozenset(value)
            case "fault_seed":
                self.fault_seed = value
                self.faults.reseed(value)
            case _:
                setattr(self, name, value)
