"""Devices: the Android phones that send, and their SIMs."""

from collections.abc import Iterator

from smsgw_cli.api.reader import ListReader
from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Field, Resource, by_keys
from smsgw_cli.cli.session import Session
from smsgw_cli.model import Record, sims_of

SIM_COLUMNS = (
    "id",
    "device_id",
    "device",
    "slot",
    "number",
    "label",
    "name",
    "carrier",
    "country",
    "signal_strength",
    "active",
)


def sims(api: ListReader) -> Iterator[Record]:
    """All SIMs of all devices, with their device."""
    for device in api.pages("devices"):
        for sim in sims_of(device):
            label = device.get("name") or device.get("model")
            yield {**sim, "device_id": device["id"], "device": label}


def _device_names(device: Record) -> list[str]:
    numbers = [sim.get("number") for sim in sims_of(device)]
    return [str(name) for name in (device.get("name"), device.get("model"), *numbers) if name]


SIM = Resource(
    noun="SIM",
    path="devices",
    columns=SIM_COLUMNS,
    names=by_keys("number", "label", "name"),
    records=sims,
    listed_by="devices sims",
)

DEVICE = Resource(
    noun="device",
    path="devices",
    columns=(
        "id",
        "name",
        "model",
        "enabled",
        "battery",
        "is_charging",
        "android_version",
        "app_version",
        "updated_at",
    ),
    keys=(
        "id",
        "name",
        "model",
        "enabled",
        "android_version",
        "app_version",
        "battery",
        "is_charging",
        "updated_at",
        "sims",
    ),
    names=_device_names,
    updates=(Field("name", "New name", example="Counter"),),
    loses=" with their SIMs and the messages, USSD pulls and calls of those",
)

app = crud(DEVICE, "Manage phones and their SIMs.", verbs="list get update delete")


@app.command("sims", epilog="smsgw -p sandbox devices sims")
def list_sims(session: Session) -> None:
    """List every SIM of every device."""
    session.out.rows(sims(session.api), SIM_COLUMNS)
