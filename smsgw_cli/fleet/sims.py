"""The SIMs of a fleet, each with its device."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smsgw_cli.fleet.devices import device_name, sim_name
from smsgw_cli.model import Record, is_off, sims_of


class FleetSim(NamedTuple):
    """A SIM and its device, as the server has them.

    `name` is never a phone number, `country` has two letters, `number` is as the phone says it.
    `problem` is why it cannot send: `is inactive`; empty if it can, as far as is known.
    """

    id: int
    name: str = ""
    device: str | None = None
    carrier: str | None = None
    country: str | None = None
    number: str | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """`SIM 5 (Front desk, T-Mobile US)`."""
        known = ", ".join(filter(None, (self.device, self.carrier)))
        return f"SIM {self.id} ({known})" if known else f"SIM {self.id}"


def fleet_sims(devices: Iterable[Record]) -> Iterator[FleetSim]:
    for device in devices:
        for sim in sims_of(device):
            yield FleetSim(
                sim["id"],
                sim_name(sim),
                device_name(device) or None,
                _text(sim.get("carrier")),
                _text(sim.get("country")),
                _text(sim.get("number")),
                _problem(device, sim),
            )


def _problem(device: Record, sim: Record) -> str:
    if is_off(device.get("enabled")):
        return f"is in a phone that is logged out: {device_name(device)}"
    return "is inactive" if is_off(sim.get("active")) else ""


def _text(value: object) -> str | None:
    return str(value) if value else None
