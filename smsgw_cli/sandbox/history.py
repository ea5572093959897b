"""Demo data: campaigns with their messages and USSD pulls, and received messages."""

import json
from typing import Any

from smsgw_cli.sandbox import ussd
from smsgw_cli.sandbox.instants import DAY, HOUR, MINUTE, NEVER, SECOND, parse_instant
from smsgw_cli.sandbox.magic import NO_SERVICE
from smsgw_cli.sandbox.statuses import MESSAGE_STATUSES, USSD_STATUSES
from smsgw_cli.sandbox.store import Row, Store

START = parse_instant("2023-06-05T09:00:00")
FIRST_USSD = parse_instant("2021-01-01")
SCHEDULED = parse_instant("2099-01-04T12:00:00")

WITH_REPORT = {"delivery_report": True}
UNFINISHED = ("Pending", "Queued", "Processed")
GREETED = (
    ("Queued", "0171"),
    ("Pending", "0170"),
    ("Processed", "0172"),
    ("Sent", "0173"),
    ("Delivered", "0204"),
    ("Failed", "0199"),
)

GREETING = "Hello, World!"
REPLIES = ("STOP", "Yes, see you then!", "Who is this?", "Thanks 😊", "Call me back please")


def add_campaigns(store: Store, sims: list[Row], sender_ids: list[Row]) -> None:
    _add_greetings(store, sims, sender_ids)
    _add_balances(store, sims)
    _add_newsletter(store, sims)
    _add_birthday_picture(store, sender_ids[1])
    _add_stopped(store, sims, sender_ids[0])
    scheduled = {"scheduled_at": SCHEDULED, "anchor": SCHEDULED, "next_run_at": SCHEDULED}
    _add_campaign(store, "New year, new offers", "SMS", START + 400 * DAY, **scheduled)


def _add_greetings(store: Store, sims: list[Row], sender_ids: list[Row]) -> None:
    """One message for each status, by the numbers that are known to stay at it (magic.py)."""
    waiting = {"queued_at": START, "processed_at": START, "done_at": NEVER, **WITH_REPORT}
    key = _add_campaign(store, "Greetings", "SMS", START, message=GREETING, **waiting)
    through_sim = {"campaign_id": key, "sim_id": sims[0]["id"]}
    for status, last in GREETED:
        message = _message(sims[0]["number"], f"+1202555{last}", GREETING)
        store.insert("messages", {**message, **through_sim, **_times(status, START)})
    message = _message(sender_ids[0]["value"], "+12025550207", GREETING)
    through_id = {"campaign_id": key, "sender_id": sender_ids[0]["id"]}
    store.insert("messages", {**message, **through_id, **_times("Delivered", START)})
    _store_sender(store, through_sim, 6, START, NEVER)
    _store_sender(store, through_id, 1, START, START + MINUTE)


def _add_balances(store: Store, sims: list[Row]) -> None:
    waiting = {"queued_at": START, "processed_at": START, "done_at": NEVER}
    key = _add_campaign(store, "Balances", "USSD Pull", FIRST_USSD, **waiting)
    for index, status in enumerate(("Queued", "Pending", "Completed", "Failed", "Completed")):
        sim = sims[index % len(sims)]
        at = FIRST_USSD + index * 90 * DAY
        finished = status not in USSD_STATUSES[:2]
        pull = {
            "campaign_id": key,
            "sim_id": sim["id"],
            "code": {"Pending": "*197#", "Queued": "*198#"}.get(status, "*123#"),
            "sent_at": at if finished else NEVER,
            "queued_at": NEVER if status == "Pending" else at,
            "done_at": at + MINUTE if finished else NEVER,
            "outcome": status if finished else "Completed",
            "response": ussd.answer("*123#", sim),
        }
        store.insert("ussd_pulls", pull)
    _store_sender(store, {"campaign_id": key, "sim_id": sims[0]["id"]}, 5, FIRST_USSD, NEVER)


def _add_newsletter(store: Store, sims: list[Row]) -> None:
    """More messages than fit on one page."""
    at, text = START + 30 * DAY, "Our summer sale starts on Monday."
    done = at + 120 * MINUTE
    ran = {"queued_at": at, "processed_at": at, "done_at": done, **WITH_REPORT}
    key = _add_campaign(store, "Summer sale", "SMS", at, message=text, **ran)
    for index in range(120):
        sim = sims[index % len(sims)]
        number = f"+1202555{400 + index:04}"
        message = {
            **_message(sim["number"], number, text),
            "campaign_id": key,
            "sim_id": sim["id"],
            **_times("Failed" if index % 40 == 7 else "Delivered", at + index * MINUTE),
        }
        store.insert("messages", message)
    for sim in sims:
        _store_sender(store, {"campaign_id": key, "sim_id": sim["id"]}, 40, at, done)


def _add_birthday_picture(store: Store, sender_id: Row) -> None:
    """A recurring campaign that has ended, and a WhatsApp message."""
    at = START + 60 * DAY
    picture = json.dumps(["https://example.com/cake.jpg"])
    recurring = {
        "recurring": True,
        "frequency": 1,
        "frequency_unit": "year",
        "scheduled_at": at,
        "ends_at": at + 30 * DAY,
    }
    for kind in ("MMS", "WhatsApp"):
        times = {"queued_at": at, "processed_at": at, "done_at": at + MINUTE}
        more = {**times, "message": "Happy birthday!", "attachments": picture}
        repeats = recurring if kind == "MMS" else {}
        key = _add_campaign(store, f"Birthdays ({kind})", kind, at, **more, **repeats)
        through = {"campaign_id": key, "sender_id": sender_id["id"]}
        message = _message(sender_id["value"], "+12025550300", "Happy birthday!")
        rich = {"type": kind, "attachments": picture}
        store.insert("messages", {**message, **rich, **through, **_times("Sent", at)})
        _store_sender(store, through, 1, at, at + MINUTE)


def _add_stopped(store: Store, sims: list[Row], sender_id: Row) -> None:
    """The statuses of devices and sending servers that only the web interface leads to."""
    at = START + 90 * DAY
    ran = {"queued_at": at, "processed_at": at, "done_at": at + MINUTE}
    key = _add_campaign(store, "Stopped halfway", "SMS", at, **ran)
    through = (
        {"sim_id": sims[0]["id"]},
        {"sim_id": sims[-1]["id"]},
        {"sender_id": sender_id["id"]},
    )
    for sender, status in zip(through, ("Cancelled", "Cancelling", "Failed"), strict=True):
        share = {"campaign_id": key, **sender, "status": status}
        _store_sender(store, share, 0, at, at + MINUTE)


def _add_campaign(store: Store, name: str, kind: str, at: int, **values: Any) -> int:
    campaign = {
        "name": name,
        "type": kind,
        "timezone": "America/New_York",
        "recurring": False,
        "opens": "08:00",
        "closes": "17:00",
        "days_of_week": "[1, 2, 3, 4, 5]",
        "delay": 10,
        "prioritize": False,
        "random_sender": False,
        "contact_lists": "[]",
        "recipients": '["+12025550123"]',
        "message": GREETING,
        "attachments": "[]",
        "anchor": at,
        "created_at": at,
        "updated_at": at,
    }
    return store.insert("campaigns", {**campaign, **values})


def _store_sender(store: Store, through: Row, total: int, begins: int, ends: int) -> None:
    counts = {"total": total, "queued_at": begins, "done_at": ends}
    store.insert("campaign_senders", {**through, **counts})


def _message(sender: str, recipient: str, text: str) -> Row:
    return {
        "from_number": sender,
        "to_number": recipient,
        "content": text,
        "type": "SMS",
        "attachments": "[]",
    }


def _times(status: str, at: int) -> Row:
    """A timetable that stays at `status`: later statuses are never reached."""
    reached = MESSAGE_STATUSES.index(status) if status in MESSAGE_STATUSES[:4] else 4
    steps = [at + number * SECOND if number < reached else NEVER for number in range(4)]
    if status == "Sent":  # no report was requested, or it was lost
        steps[3] = steps[2]
    names = ("queued_at", "processed_at", "transmitted_at", "done_at")
    return {
        "sent_at": NEVER if status in UNFINISHED else at,
        **dict(zip(names, steps, strict=True)),
        "outcome": status if reached == 4 or status == "Sent" else "Delivered",
        "error": NO_SERVICE if status == "Failed" else None,
    }


def add_received(store: Store, sims: list[Row]) -> None:
    for index, text in enumerate(REPLIES):
        sim = sims[index % len(sims)]
        at = START + 31 * DAY + index * HOUR
        message = _message(f"+1202555{400 + index:04}", sim["number"], text)
        store.insert("messages", {**message, "sim_id": sim["id"], **_times("Received", at)})
