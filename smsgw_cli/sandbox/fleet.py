"""Changes phones and SIMs while messages wait for them: `sandbox set device=…`, `set sim=…`.

Both functions must be called inside a transaction; `values` are columns of keys.py, `now` is in
milliseconds since 1970.
"""

from collections.abc import Mapping
from typing import Any

from smsgw_cli.sandbox import replanning
from smsgw_cli.sandbox.instants import MINUTE, SECOND
from smsgw_cli.sandbox.store import Row, Store

HEARTBEAT = 15 * MINUTE
"""How often a phone is heard of: the shortest period of Android's WorkManager
(developer.android.com/reference/androidx/work/PeriodicWorkRequest); the manual gives none."""
MOVES_MESSAGES = frozenset(
    {"enabled", "silent_since", "active", "signal_strength", "quota", "balance"}
)
"""The columns on which it depends when and how messages and codes end."""


def change_device(store: Store, now: int, device: Row, values: Mapping[str, Any]) -> None:
    """Change a device; `silent_since` is a number of seconds, None ends the silence."""
    changes = dict(values)
    sims = [row["id"] for row in store.all("SELECT id FROM sims WHERE device_id = ?",
                                           (device["id"],))]  # fmt: skip
    if "quota" in changes:
        quota = changes.pop("quota")
        for sim in sims:
            store.update("sims", sim, {"quota": quota})
    changes["updated_at"] = now
    if changes.get("silent_since") is not None:
        changes["silent_since"] = now - round(changes["silent_since"] * SECOND)
    store.update("devices", device["id"], changes)
    if MOVES_MESSAGES & values.keys():
        replanning.replan(store, now, sims)


def change_sim(store: Store, now: int, sim: Row, values: Mapping[str, Any]) -> None:
    """Change a SIM. Without a `number` the phone does not know it, but the network does."""
    changes = dict(values)
    if "number" in changes:
        line = sim["line"] or sim["number"]
        changes["line"] = line if changes["number"] is None else None
    store.update("sims", sim["id"], changes)
    store.update("devices", sim["device_id"], {"updated_at": now})
    if MOVES_MESSAGES & values.keys():
        replanning.replan(store, now, [sim["id"]])


def last_heard(device: Row, now: int) -> int:
    """When a device was last heard of, which is its `updated_at`."""
    if device["silent_since"] is not None:
        return int(device["silent_since"])
    if not device["enabled"]:
        return int(device["updated_at"])
    return max(int(device["updated_at"]), now - now % HEARTBEAT)
