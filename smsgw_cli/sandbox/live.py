"""The values of the keys that a running gateway uses: its own ones, and what is set in its file."""

import logging
import sqlite3
from collections.abc import Mapping
from typing import Any

from smsgw_cli.sandbox.faults import Faults
from smsgw_cli.sandbox.keys import STEERED
from smsgw_cli.sandbox.limits import RateLimit
from smsgw_cli.sandbox.store import Store

log = logging.getLogger(__name__)


class Live:
    """Speed, latency (seconds), rate limit, faults, the rules of Laravel that are relaxed
    (`lenient`), and how far the clock is ahead (`clock`, ms).

    It starts with the values in `given`, then those in the file, then `defaults`. A change in the
    file, by any process, takes effect at the next `refresh`, also over a value in `given`.
    """

    speed: float
    latency: float
    clock: int
    lenient: frozenset[str]

    def __init__(self, store: Store, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self.faults = Faults()
        self.limit: RateLimit | None = None
        self._store = store
        self._defaults = {name: key.default for name, key in STEERED.items()} | dict(defaults)
        self._version = store.data_version()
        self._entries = store.entries()
        for name in STEERED:
            self._use(name, given[name] if name in given else self._stored(name))

    def refresh(self) -> None:
        """Take over what has changed in the file."""
        try:
            version = self._store.data_version()  # 3 µs, so that it can be asked every time
            if version != self._version:
                self._take_over()
                self._version = version
        except sqlite3.Error:
            log.exception("cannot read what is set in %s", self._store.path)

    def _take_over(self) -> None:
        before, self._entries = self._entries, self._store.entries()
        for name in STEERED:
            if self._entries.get(name) != before.get(name):
                self._use(name, self._stored(name))

    def _stored(self, name: str) -> Any:
        entry = self._entries.get(name)
        return self._defaults[name] if entry is None or entry.value is None else entry.value

    def _use(self, name: str, value: Any) -> None:
        match name:
            case "rate":
                self.limit = RateLimit(value) if value else None
            case "fault":
                self.faults.replace(*value)
            case "lenient":
                self.lenient = frozenset(value)
            case "fault_seed":
                self.faults.reseed(value)
            case _:
                setattr(self, name, value)
