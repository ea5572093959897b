"""The sends in the ledger, as they are read."""

import json
from typing import NamedTuple, Self

from smsgw_cli.model import Record
from smsgw_cli.storage.database import Row

SENDING, ACCEPTED, REFUSED, UNKNOWN = "sending", "accepted", "refused", "unknown"
STATES = (SENDING, ACCEPTED, REFUSED, UNKNOWN)
_COLUMNS = {
    "lock": "claim",
    "watermark": "newest",
    "server_message": "said",
    "is_contradictory": "contradictory",
}
"""Fields of an entry whose columns have other names."""


class Entry(NamedTuple):
    """A send. `lock` is the name of the lock held by the sending process.

    `is_unique`: no other campaign can have its name. `watermark` is the highest campaign id before
    it was sent, None if unknown. `campaign` and `server_message` are from the server's response,
    `is_contradictory`: that reported both success and an error. `allowed` has the words of
    --allow, `run` is the same for all sends of one command, but for a mailing, which may be
    resumed. `wave` is the number of its wave.
    `touched_at` is when it was last sent, and `clock` the same for `settle_time`. Times are
    ISO 8601, in UTC.
    """

    id: int
    key: str | None
    lock: str
    path: str
    is_unique: bool
    watermark: int | None
    body: Record
    state: str
    campaign: Record | None
    server_message: str | None
    is_contradictory: bool
    allowed: str | None
    run: str | None
    wave: int | None
    started_at: str
    touched_at: str
    clock: str | None
    ended_at: str | None

    @classmethod
    def of(cls, row: Row) -> Self:
        """The entry in a row of the table `sends`."""
        values = {name: row[_COLUMNS.get(name, name)] for name in cls._fields}
        for name in ("body", "campaign"):
            values[name] = json.loads(values[name]) if values[name] else None
        for name in ("is_unique", "is_contradictory"):
            values[name] = bool(values[name])
        return cls(**values)

    @property
    def name(self) -> str | None:
        """The name of its campaign."""
        return self.body.get("name")

    @property
    def is_open(self) -> bool:
        """Whether its outcome or its campaign can still be determined from the server."""
        return self.state != REFUSED and not self.campaign
