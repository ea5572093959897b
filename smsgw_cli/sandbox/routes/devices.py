"""Phones with their SIMs."""

from smsgw_cli.sandbox.fleet import last_heard
from smsgw_cli.sandbox.instants import format_instant
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import text
from smsgw_cli.sandbox.shapes import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    TEXT,
    list_of,
    nullable,
    page_of,
    record,
)
from smsgw_cli.sandbox.store import Row, Store
from smsgw_cli.sandbox.validation import REQUIRED, validate
from smsgw_cli.sandbox.wire import NO_CONTENT, Request, Response, delete, find


def serialize(device: Row, sims: list[Row], now: int) -> Row:
    return {
        "id": device["id"],
        "name": device["name"],
        "model": device["model"],
        "enabled": bool(device["enabled"]),
        "android_version": device["android_version"],
        "app_version": device["app_version"],
        "battery": device["battery"],
        "is_charging": bool(device["is_charging"]),
        "updated_at": format_instant(last_heard(device, now)),
        "sims": [_sim(sim) for sim in sims],
    }


def _sim(sim: Row) -> Row:
    return {
        "id": sim["id"],
        "name": sim["name"],
        "label": sim["label"],
        "number": sim["number"],
        "country": sim["country"],
        "carrier": sim["carrier"],
        "slot": sim["slot"],
        "data_roaming": bool(sim["data_roaming"]),
        "signal_strength": sim["signal_strength"],
        "active": bool(sim["active"]),
    }


def list_devices(request: Request) -> Response:
    listing = Listing("devices", "created_at DESC, id DESC")
    return page(request, listing, lambda row: _shown(request, row))


def get_device(request: Request) -> Response:
    device = find(request, "devices")
    return Response(payload=_shown(request, device))


def update_device(request: Request) -> Response:
    device = find(request, "devices")
    data = validate(request.body, RULES)
    request.store.update("devices", device["id"], {**data, "updated_at": request.now})
    return NO_CONTENT


def delete_device(request: Request) -> Response:
    return delete(request, "devices")


def _shown(request: Request, device: Row) -> Row:
    return serialize(device, _sims(request.store, device["id"]), request.now)


def _sims(store: Store, device_id: int) -> list[Row]:
    return store.all("SELECT * FROM sims WHERE device_id = ? ORDER BY slot, id", (device_id,))


RULES = {"name": (REQUIRED, text(255))}
SIM = record(
    "Sim",
    {
        "id": INTEGER,
        "name": TEXT,
        "label": nullable(TEXT),
        "number": nullable(TEXT),
        "country": TEXT,
        "carrier": TEXT,
        "slot": INTEGER,
        "data_roaming": BOOLEAN,
        "signal_strength": INTEGER,
        "active": BOOLEAN,
    },
)
PROPERTIES = {
    "id": INTEGER,
    "name": nullable(TEXT),
    "model": TEXT,
    "enabled": BOOLEAN,
    "android_version": TEXT,
    "app_version": TEXT,
    "battery": INTEGER,
    "is_charging": BOOLEAN,
    "sims": list_of(SIM),
}
DEVICE = record("Device", {**PROPERTIES, "updated_at": INSTANT})

ROUTES = (
    Route("GET", "/devices", list_devices, gives=page_of(DEVICE)),
    Route("GET", "/devices/{id}", get_device, gives=DEVICE),
    Route("PUT", "/devices/{id}", update_device, writes=True, takes=RULES),
    Route("DELETE", "/devices/{id}", delete_device, writes=True),
)
