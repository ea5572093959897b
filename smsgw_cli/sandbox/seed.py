"""Demo data: some of every resource, with fixed dates, so that it is always the same."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from smsgw_cli.sandbox.history import START, add_campaigns, add_received
from smsgw_cli.sandbox.instants import DAY
from smsgw_cli.sandbox.store import Row, Store

TABLES = (
    "devices",
    "sims",
    "contact_lists",
    "fields",
    "contacts",
    "sending_servers",
    "sender_ids",
    "campaigns",
    "messages",
    "ussd_pulls",
    "calls",
)

PEOPLE = (
    ("Ann", "Lee"),
    ("Ben", "Ortiz"),
    ("Chloe", "Nguyen"),
    ("Daniel", "Kim"),
    ("Elena", "Rossi"),
    ("Farid", "Khan"),
    ("Grace", "O'Neill"),
    ("Hugo", "Müller"),
    ("Ines", "Silva"),
    ("Jamal", "Brown"),
    ("Kira", "Novak"),
    ("Liam", "Walsh"),
)
CITIES = ("Washington", "Boston", "Chicago")
INTERESTS = ("news", "offers", "events")
CALL_TYPES = ("Incoming", "Outgoing", "Missed", "Voicemail", "Rejected", "Blocked")

MEMBER_FIELDS: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("first_name", "text", (), True),
    ("last_name", "text", (), False),
    ("age", "number", (), False),
    ("email", "email", (), False),
    ("city", "dropdown", CITIES, False),
    ("interests", "multiselect", INTERESTS, False),
    ("vip", "checkbox", (), False),
    ("plan", "radio", ("basic", "plus"), False),
    ("birthday", "date", (), False),
    ("next_visit", "datetime-local", (), False),
    ("calls_after", "time", (), False),
    ("notes", "textarea", (), False),
)


def seed(db: Path) -> dict[str, int]:
    """Add the demo data unless it is there already; returns the number of rows of each table."""
    with closing(Store(db)) as store, store.writing():
        if not store.first("SELECT 1 FROM settings WHERE key = 'seeded'"):
            _add_all(store)
            store.connection.execute("INSERT INTO settings VALUES ('seeded', '1')")
        return {table: _count(store, table) for table in TABLES}


def _count(store: Store, table: str) -> int:
    return int(store.one(f"SELECT COUNT(*) AS number FROM {table}")["number"])  # noqa: S608


def _add_all(store: Store) -> None:
    if _count(store, "devices") < 3:
        _add_spare_phone(store)
    sims = store.all("SELECT * FROM sims WHERE active ORDER BY id")
    sender_ids = _add_sending_servers(store)
    _add_customers(store)
    _add_members(store)
    add_campaigns(store, sims, sender_ids)
    add_received(store, sims)
    _add_calls(store, sims)


def _add_spare_phone(store: Store) -> None:
    device = {
        "name": "Warehouse",
        "model": "Nokia X20",
        "android_version": "12",
        "app_version": "3.39.10",
        "battery": 12,
        "is_charging": 0,
        "created_at": START,
        "updated_at": START,
    }
    common = {
        "device_id": store.insert("devices", device),
        "country": "US",
        "data_roaming": 0,
        "label": None,
    }
    for slot, (carrier, number, active) in enumerate(
        (("Mint Mobile", "+12025550144", 1), ("Cricket Wireless", "+12025550145", 0))
    ):
        sim = {"name": carrier, "carrier": carrier, "number": number, "slot": slot}
        store.insert("sims", {**common, **sim, "signal_strength": 3 * active, "active": active})


def _add_sending_servers(store: Store) -> list[Row]:
    servers: tuple[tuple[str, str, list[str], Row, int, str], ...] = (
        ("Textlocal", "Textlocal", ["SMS"], {"test": True, "api_key": "demo-key"}, 1, "GATEWAY"),
        ("Twilio", "twilio", ["SMS", "MMS", "WhatsApp"], {"auth_token": "demo"}, 1, "+15017122661"),
        ("Old provider", "custom", ["SMS"], {}, 0, "OLDNAME"),
    )
    for name, driver, types, config, enabled, value in servers:
        server = {
            "name": name,
            "driver": driver,
            "supported_types": json.dumps(types),
            "config": json.dumps(config),
            "enabled": enabled,
            "created_at": START,
        }
        key = store.insert("sending_servers", server)
        store.insert("sender_ids", {"sending_server_id": key, "value": value, "created_at": START})
    return store.all("SELECT * FROM sender_ids ORDER BY id")


def _add_customers(store: Store) -> None:
    """A simple list. It has no field first_name, because the reference's examples create that."""
    list_id = store.insert("contact_lists", {"name": "Customers", "created_at": START})
    name = _add_field(store, list_id, "name", "text", (), required=False)
    city = _add_field(store, list_id, "city", "dropdown", CITIES, required=False)
    for index, (first, last) in enumerate(PEOPLE):
        values = {name: f"{first} {last}", city: CITIES[index % len(CITIES)]}
        _add_contact(store, list_id, f"+1202555{200 + index:04}", values, subscribed=index % 5 != 4)


def _add_members(store: Store) -> None:
    """A list with one field of every type."""
    list_id = store.insert("contact_lists", {"name": "Members", "created_at": START + DAY})
    ids = {
        tag: _add_field(store, list_id, tag, kind, options, required=required)
        for tag, kind, options, required in MEMBER_FIELDS
    }
    for index, (first, last) in enumerate(PEOPLE[:8]):
        values = {ids[tag]: value for tag, value in _member(index, first, last).items()}
        _add_contact(store, list_id, f"+1202555{300 + index:04}", values, subscribed=index != 3)


def _member(index: int, first: str, last: str) -> Row:
    return {
        "first_name": first,
        "last_name": last,
        "age": 21 + 7 * index,
        "email": f"{first.lower()}@example.com",
        "city": CITIES[index % len(CITIES)],
        "interests": list(INTERESTS[: 1 + index % 3]),
        "vip": index % 4 == 0,
        "plan": "plus" if index % 2 else "basic",
        "birthday": f"{1960 + 5 * index}-0{1 + index}-15",
        "next_visit": f"2031-0{1 + index}-20T10:30",
        "calls_after": f"{9 + index:02}:00",
        "notes": None if index % 2 else "Prefers mornings.\nSpeaks English and Spanish.",
    }


def _add_field(
    store: Store, list_id: int, tag: str, kind: str, options: tuple[str, ...], *, required: bool
) -> int:
    choices = [{"label": option.capitalize(), "value": option} for option in options]
    field = {
        "contact_list_id": list_id,
        "label": tag.replace("_", " ").capitalize(),
        "tag": tag,
        "type": kind,
        "options": json.dumps(choices) if choices else None,
        "default_value": json.dumps(["news"]) if kind == "multiselect" else None,
        "required": required,
        "created_at": START,
    }
    return store.insert("fields", field)


def _add_contact(
    store: Store, list_id: int, number: str, values: dict[int, Any], *, subscribed: bool
) -> None:
    contact = {
        "contact_list_id": list_id,
        "mobile_number": number,
        "subscribed": subscribed,
        "custom": json.dumps(values),
        "created_at": START + 2 * DAY,
        "updated_at": START + 2 * DAY,
    }
    store.insert("contacts", contact)


def _add_calls(store: Store, sims: list[Row]) -> None:
    """Two calls of every type; the second incoming one was not answered."""
    for index, (round_number, kind) in enumerate(_every_call()):
        at = START + index * DAY
        answered = kind in ("Incoming", "Outgoing") and round_number == 0
        call = {
            "sim_id": sims[0 if kind == "Incoming" else index % len(sims)]["id"],
            "number": f"+1202555{500 + index:04}",
            "type": kind,
            "answered": answered,
            "started_at": at,
            "duration": 40 + 13 * index if answered else 0,
            "created_at": at,
        }
        store.insert("calls", call)


def _every_call() -> Iterator[tuple[int, str]]:
    return ((round_number, kind) for round_number in range(2) for kind in CALL_TYPES)
