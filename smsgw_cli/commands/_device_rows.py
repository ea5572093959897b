"""The rows of `devices list`: what people need to know of a device, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from smsgw_cli.api.reader import PageReader
from smsgw_cli.errors import SmsgwError
from smsgw_cli.fleet.devices import (
    FULL,
    STRONGEST,
    device_name,
    inactive_sims,
    is_charging,
    number,
)
from smsgw_cli.fleet.last_seen import heard_of, last_seen
from smsgw_cli.model import Record, can_send, is_off, sims_of
from smsgw_cli.sms.durations import in_words


def device_rows(api: PageReader, devices: Sequence[Record], now: datetime) -> Iterator[Record]:
    """A row of each device; what shows that silent ones are alive is left out if it cannot be
    read."""
    try:
        seen = last_seen(api, devices, now)
    except SmsgwError:
        seen = heard_of(devices, now)
    for device in devices:
        yield _row(device, seen[device["id"]].at, now)


def _row(device: Record, seen_at: datetime | None, now: datetime) -> Record:
    sims, battery = sims_of(device), number(device.get("battery"), FULL)
    return {
        "name": device_name(device),
        "sims": list(map(_label, sims)),
        "last_seen": f"{in_words((now - seen_at).total_seconds())} ago" if seen_at else None,
        "battery": None if battery is None else f"{battery} %" + " charging" * is_charging(device),
        "signal": ", ".join(map(_signal, sims)) or None,
        "state": _state(device),
    }


def _label(sim: Record) -> str:
    names = (sim.get("label"), sim.get("name"), sim.get("number"))
    return next((str(name) for name in names if name), f"SIM {sim.get('id')}")


def _signal(sim: Record) -> str:
    level = number(sim.get("signal_strength"), STRONGEST)
    return "–" if level is None else str(level)


def _state(device: Record) -> str:
    if is_off(device.get("enabled")):
        return "logged out"
    if not can_send(device):
        return "no SIM"
    return "SIM off" if any(inactive_sims(device)) else "ok"
