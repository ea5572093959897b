"""Whether phones are charged, alive and logged in, and their SIMs active and in a network."""

from collections.abc import Iterator
from datetime import datetime

from smsgw_cli.fleet.context import CheckContext, selected
from smsgw_cli.fleet.devices import (
    FULL,
    STRONGEST,
    device_subject,
    inactive_sims,
    is_charging,
    labelled,
    number,
    sim_subject,
)
from smsgw_cli.fleet.last_seen import Seen, last_seen
from smsgw_cli.fleet.measurement import Finding, Measurement, Status
from smsgw_cli.model import Record, is_off, sims_of
from smsgw_cli.sms.durations import in_words
from smsgw_cli.sms.timestamps import parse_timestamp

# Source: the vendor's "Why my messages are stuck in Pending status?" (support.rbsoft.org), and
# Android's "Optimize for Doze and App Standby" (developer.android.com).
SILENT_MEANS = "it may be off or without internet, or its battery saver has stopped the app"


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """Battery, silence, signal and logins of the devices in `GET /devices`.

    Raises NotFound, NothingToCheck, and what reading raises.
    """
    devices = selected(context, context.devices, "device")
    for device in devices:
        yield from measured(device)
    # Last, as it may fail: signs of life are in other lists.
    seen = last_seen(context.api, devices, context.now)
    for device in devices:
        yield silence(device, seen[device["id"]], context.now)


def measured(device: Record) -> Iterator[Measurement | Finding]:
    """What the list of devices says of one."""
    subject = device_subject(device)
    if is_off(device.get("enabled")):
        yield Finding(Status.CRITICAL, "nobody is logged in to its app", subject)
    yield _battery(device)
    if device.get("sims") == []:
        yield Finding(Status.CRITICAL, "no SIM", subject)
    for sim in inactive_sims(device):
        text = f"inactive, in {labelled(subject)}"
        yield Finding(Status.CRITICAL, text, sim_subject(sim))
    for sim in sims_of(device):
        if not is_off(sim.get("active")):
            yield _signal(sim, labelled(subject))


def _battery(device: Record) -> Measurement:
    """The battery is judged only while nothing charges it."""
    level = number(device.get("battery"), FULL)
    charging = is_charging(device)
    shown = "unknown" if level is None else f"{level} %"
    text = f"battery {shown}" + ", charging" * charging
    return Measurement("battery", level, device_subject(device), text, is_judged=not charging)


def silence(device: Record, seen: Seen, now: datetime) -> Measurement:
    """How long nothing has shown that it is alive."""
    if seen.at is None:
        return Measurement("age", None, device_subject(device), "last seen at an unknown time")
    age = _age(seen.at, now)
    text = f"last seen {in_words(age)} ago"
    if seen.by:
        text += f", by {seen.by}{_updated(device, now)}"
    return Measurement("age", age, device_subject(device), text, why=SILENT_MEANS)


def _updated(device: Record, now: datetime) -> str:
    updated = parse_timestamp(device.get("updated_at"))
    return f" (updated {in_words(_age(updated, now))} ago)" if updated else ""


def _age(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())


def _signal(sim: Record, device: str) -> Measurement:
    """A signal that the server does not know is not 0."""
    level = number(sim.get("signal_strength"), STRONGEST)
    shown = "unknown" if level is None else level
    return Measurement("signal", level, sim_subject(sim), f"signal {shown}, in {device}")
