"""The rows of `devices list`: what people need to know of a device, in words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from smsgw_cli.cli.session import Session
from smsgw_cli.errors import SmsgwError
from smsgw_cli.fleet.check_devices import measured, silence
from smsgw_cli.fleet.devices import (
    FULL,
    STRONGEST,
    device_name,
    inactive_sims,
    is_charging,
    number,
)
from smsgw_cli.fleet.last_seen import heard_of, last_seen
from smsgw_cli.fleet.measurement import Finding, Measurement
from smsgw_cli.fleet.thresholds import usual
from smsgw_cli.fleet.verdict import RangesOf, by_severity, judged
from smsgw_cli.model import Record, can_send, is_off, sims_of
from smsgw_cli.sms.durations import in_words

PROBLEMS = {"battery": "low battery", "age": "silent", "signal": "weak signal"}


def device_rows(session: Session, devices: Sequence[Record]) -> Iterator[Record]:
    """A row of each device; what shows that silent ones are alive is left out if it cannot be
    read. Raises Usage for an invalid range in a setting of `check`."""
    now = session.now
    try:
        seen, is_known = last_seen(session.api, devices, now), True
    except SmsgwError:
        seen, is_known = heard_of(devices, now), False
    for device in devices:
        found = list(measured(device))
        if is_known:
            found.append(silence(device, seen[device["id"]], now))
        state = _state(device, found, partial(usual, session.values))
        yield _row(device, seen[device["id"]].at, now, state)


def _row(device: Record, seen_at: datetime | None, now: datetime, state: str) -> Record:
    sims, battery = sims_of(device), number(device.get("battery"), FULL)
    return {
        "name": device_name(device),
        "sims": list(map(_label, sims)),
        "last_seen": f"{in_words((now - seen_at).total_seconds())} ago" if seen_at else None,
        "battery": None if battery is None else f"{battery} %" + " charging" * is_charging(device),
        "signal": ", ".join(map(_signal, sims)) or None,
        "state": state,
    }


def _label(sim: Record) -> str:
    names = (sim.get("label"), sim.get("name"), sim.get("number"))
    return next((str(name) for name in names if name), f"SIM {sim.get('id')}")


def _signal(sim: Record) -> str:
    level = number(sim.get("signal_strength"), STRONGEST)
    return "–" if level is None else str(level)


def _state(device: Record, found: Iterable[Measurement | Finding], ranges_of: RangesOf) -> str:
    """Why it cannot send, or else the worst that `check devices` finds."""
    if is_off(device.get("enabled")):
        return "logged out"
    if not can_send(device):
        return "no SIM"
    if any(inactive_sims(device)):
        return "SIM off"
    worst = by_severity(judged("devices", each, ranges_of) for each in found)[0]
    return PROBLEMS[worst.metric.name] if worst.status and worst.metric else "ok"
