"""Devices and their SIMs as checks and lists name them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from smsgw_cli.fleet.measurement import Subject
from smsgw_cli.model import Record, is_off, sims_of

FULL = 100  # percent
STRONGEST = 31  # of the scales in use: Android's levels go to 4, GSM's own values to 31
PHONE = re.compile(r"\d(?:\D{0,2}\d){5,}")  # monitoring keeps and shows names: no phone numbers


def device_name(device: Mapping[str, Any]) -> str:
    """What its user calls it, or its model."""
    return str(device.get("name") or device.get("model") or "")


def sim_name(sim: Mapping[str, Any]) -> str:
    """Its label, or what the phone or the operator calls it; never a phone number."""
    names = (str(sim.get(key) or "") for key in ("label", "name", "carrier"))
    return next((name for name in names if name and not PHONE.search(name)), "")


def device_subject(device: Record) -> Subject:
    return Subject("device", device["id"], device_name(device))


def sim_subject(sim: Record) -> Subject:
    return Subject("SIM", sim["id"], sim_name(sim))


def labelled(subject: Subject) -> str:
    """How it is called in a sentence: `device 1 (Front desk)`."""
    return f"{subject.kind} {subject.id}" + (f" ({subject.name})" if subject.name else "")


def inactive_sims(device: Mapping[str, Any]) -> Iterator[Record]:
    """The SIMs that cannot send. One whose slot has an active SIM as well was only replaced."""
    sims = sims_of(device)
    used = [sim.get("slot") for sim in sims if not is_off(sim.get("active"))]
    return (
        sim
        for sim in sims
        if is_off(sim.get("active")) and (sim.get("slot") is None or sim["slot"] not in used)
    )


def is_charging(device: Mapping[str, Any]) -> bool:
    """Whether its battery is charging, as far as is known."""
    return bool(device.get("is_charging")) and not is_off(device["is_charging"])


def number(value: object, most: int) -> int | None:
    """A number from 0 to `most`; None if it is unknown, as Android says -1."""
    text = str(value).strip()
    found = int(text) if text.isascii() and text.isdecimal() else -1
    return found if 0 <= found <= most else None
