"""Devices: the Android phones that send, and their SIMs."""

from collections.abc import Iterable, Iterator
from importlib import import_module

from smsgw_cli.api.reader import ListReader
from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field, Resource, by_keys
from smsgw_cli.cli.session import Session
from smsgw_cli.model import Device, Record, sims_of

SIM_COLUMNS = (
    *("id", "device_id", "device", "slot", "number", "label", "name"),
    *("carrier", "country", "signal_strength", "active"),
)


def sims(api: ListReader) -> Iterator[Record]:
    """All SIMs of all devices, with their device."""
    return sims_in(api.pages("devices"))


def sims_in(devices: Iterable[Record]) -> Iterator[Record]:
    """All SIMs of these devices, with their device."""
    for device in devices:
        for sim in sims_of(device):
            label = device.get("name") or device.get("model")
            yield {**sim, "device_id": device["id"], "device": label}


def _device_names(device: Record) -> list[str]:
    numbers = [sim.get("number") for sim in sims_of(device)]
    return [str(name) for name in (device.get("name"), device.get("model"), *numbers) if name]


def _rows(session: Session, devices: list[Record]) -> Iterator[Record]:
    module = import_module("smsgw_cli.commands._device_rows")  # for tables only
    rows: Iterator[Record] = module.device_rows(session, devices)
    return rows


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
        *("id", "name", "model", "enabled", "battery", "is_charging", "android_version"),
        *("app_version", "updated_at"),
    ),
    keys=tuple(each for each in Device.__annotations__ if each != "status"),
    table=("id", "name", "sims", "last_seen", "battery", "signal", "state"),
    rows=_rows,
    names=_device_names,
    updates=(Field("name", "New name", example="Counter"),),
    loses=" with their SIMs and the messages, USSD pulls and calls of those",
)

app = crud(DEVICE, "Manage phones and their SIMs.", verbs="list get update delete")


@app.command("sims", epilog="smsgw -p sandbox devices sims")
def list_sims(session: Session) -> None:
    """List every SIM of every device."""
    session.out.rows(sims(session.api), SIM_COLUMNS, empty="no SIMs")


register(
    app,
    "balances",
    "Show the last known balance of each SIM, or query the networks for it.",
    (
        Field(
            "sims",
            "SIMs (id, number, label or name) [default: all]",
            many=True,
            argument=True,
            metavar="SIM…",
            names=SIM,
        ),
        Field(
            "refresh",
            "Dial the code of the matching [[balance]] rule, and wait for the answers",
            bool,
            "--refresh",
        ),
        Field("code", "Dial this USSD code instead, such as '*100#'"),
        Field(
            "since",
            "Show all balances read since this time: 2031-01-01, 90d (ago)",
            metavar="WHEN",
        ),
        Field(
            "allow",
            "Allow what is otherwise refused: repeat (a code dialed in the last 20 hours)",
            many=True,
            flag="--allow",
            metavar="THING[,THING]",
        ),
    ),
    deferred("smsgw_cli.commands._device_balances", "show_balances"),
    epilog="smsgw -p sandbox devices balances --since 90d -o csv\n"
    "smsgw -p sandbox devices balances 1 --refresh --code '*100*1#' --dry-run",
)

SELFTEST_HELP = """Send texts between SIMs, and check that they arrive.

FROM texts TO, or every other SIM. Without FROM and TO, each SIM texts the next one, in a ring. A
text is recognized on arrival by a random word; the times are in seconds after the request.

Each text is charged like any other, so the command asks first. Without a terminal (with --yes), a
SIM sends at most one self-test an hour; until then its last result is printed, with the same exit
code. If the command is stopped, running it again within an hour resumes it without another text.

--timeout limits the waiting [default: 3m].

Exit codes: 0 received, 1 failed, 9 not received in time, 8 unknown whether it was sent.
"""
register(
    app,
    "selftest",
    SELFTEST_HELP,
    (
        Field(
            "sender",
            "SIM that sends (id, number, label or name)",
            argument=True,
            metavar="[FROM]",
            names=SIM,
        ),
        Field("receiver", "SIM that receives", argument=True, metavar="[TO]", names=SIM),
    ),
    deferred("smsgw_cli.commands._device_selftest", "selftest"),
    reads=("settle", "delivery_report"),
    epilog="""
    smsgw -p sandbox devices selftest 1 2
    smsgw -p sandbox devices selftest --yes -o json
    """,
)
