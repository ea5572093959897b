"""Campaigns (every send creates one), and the devices and sending servers they use."""

import json
from collections.abc import Callable

from smsgw_cli.sandbox.instants import format_instant
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.planning import USSD_PULL, calendar_of
from smsgw_cli.sandbox.routes import devices, sender_ids
from smsgw_cli.sandbox.routes.filters import apply_filters
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import boolean, instant, text
from smsgw_cli.sandbox.schedule import UNITS
from smsgw_cli.sandbox.senders import quota_of
from smsgw_cli.sandbox.shapes import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    TEXT,
    choice,
    list_of,
    nullable,
    page_of,
    record,
)
from smsgw_cli.sandbox.statuses import CAMPAIGN_STATUS
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, validate
from smsgw_cli.sandbox.wire import NO_CONTENT, Request, Response, delete, find

COLUMNS = f"*, {CAMPAIGN_STATUS} AS status"

FILTERS = {
    "status": (text(),),
    "type": (text(),),
    "recurring": (boolean,),
    "after": (instant(),),
    "before": (instant(),),
}
CONDITIONS = {
    "status": f"{CAMPAIGN_STATUS} = :status",
    "type": "type = :type",
    "recurring": "recurring = :recurring",
    "after": "created_at >= :after",
    "before": "created_at <= :before",
}
RULES = {"name": (REQUIRED, text(255))}
CAMPAIGN = record(
    "Campaign",
    {
        "id": INTEGER,
        "name": TEXT,
        "scheduled_at": nullable(INSTANT),
        "timezone": TEXT,
        "recurring": BOOLEAN,
        "frequency": nullable(INTEGER),
        "frequency_unit": nullable(choice(unit.capitalize() for unit in UNITS)),
        "ends_at": nullable(INSTANT),
        "repeat_at": nullable(INSTANT),
        "active_hours": TEXT,
        "days_of_week": list_of(INTEGER),
        "status": TEXT,
        "type": TEXT,
        "options": record(
            "CampaignOptions",
            {"delay": TEXT, "prioritize": BOOLEAN, "delivery_report": BOOLEAN},
            optional=("delivery_report",),
        ),
        "created_at": INSTANT,
        "updated_at": INSTANT,
    },
)
CAMPAIGN_DEVICE = record("CampaignDevice", {**devices.PROPERTIES, "status": TEXT})
CAMPAIGN_SERVER = record(
    "CampaignSendingServer",
    {
        "id": INTEGER,
        "name": TEXT,
        "enabled": BOOLEAN,
        "status": TEXT,
        "sender_ids": list_of(sender_ids.SENDER_ID),
    },
)


def serialize(campaign: Row) -> Row:
    unit = campaign["frequency_unit"]
    return {
        "id": campaign["id"],
        "name": campaign["name"],
        "scheduled_at": format_instant(campaign["scheduled_at"]),
        "timezone": campaign["timezone"],
        "recurring": bool(campaign["recurring"]),
        "frequency": campaign["frequency"],
        "frequency_unit": unit and unit.capitalize(),
        "ends_at": format_instant(campaign["ends_at"]),
        "repeat_at": format_instant(_repeat_at(campaign)),
        "active_hours": f"{campaign['opens']}-{campaign['closes']}",
        "days_of_week": json.loads(campaign["days_of_week"]),
        "status": campaign["status"],
        "type": campaign["type"],
        "options": _options(campaign),
        "created_at": format_instant(campaign["created_at"]),
        "updated_at": format_instant(campaign["updated_at"]),
    }


def _repeat_at(campaign: Row) -> int | None:
    """The next repetition; null before the first run, whose time is `scheduled_at`."""
    ran = campaign["queued_at"] is not None
    return campaign["next_run_at"] if ran else None


def _options(campaign: Row) -> Row:
    options = {"delay": str(campaign["delay"]), "prioritize": bool(campaign["prioritize"])}
    if campaign["type"] == "SMS":
        options["delivery_report"] = bool(campaign["delivery_report"])
    return options


def list_campaigns(request: Request) -> Response:
    listing = Listing("campaigns", "created_at DESC, id DESC", columns=COLUMNS)
    return page(request, apply_filters(request, listing, FILTERS, CONDITIONS), serialize)


def get_campaign(request: Request) -> Response:
    return Response(payload=current_campaign(request, find(request, "campaigns")["id"]))


def current_campaign(request: Request, campaign_id: int) -> Row:
    """The campaign with its current status."""
    sql = f"SELECT {COLUMNS} FROM campaigns WHERE id = :id"  # noqa: S608
    return serialize(request.store.one(sql, {"id": campaign_id, "now": request.now}))


def update_campaign(request: Request) -> Response:
    campaign = find(request, "campaigns")
    data = validate(request.body, RULES)
    request.store.update("campaigns", campaign["id"], {**data, "updated_at": request.now})
    return NO_CONTENT


def delete_campaign(request: Request) -> Response:
    return delete(request, "campaigns")


def list_devices(request: Request) -> Response:
    used = "SELECT device_id FROM sims JOIN campaign_senders ON sim_id = sims.id"
    return _list_senders(request, "devices", used, _campaign_device)


def list_sending_servers(request: Request) -> Response:
    used = (
        "SELECT sending_server_id FROM sender_ids "
        "JOIN campaign_senders ON sender_id = sender_ids.id"
    )
    return _list_senders(request, "sending_servers", used, _campaign_server)


def _list_senders(
    request: Request, table: str, used: str, present: Callable[[Request, int, Row], Row]
) -> Response:
    campaign_id = find(request, "campaigns")["id"]
    listing = Listing(
        table,
        "created_at DESC, id DESC",
        per_page=10,
        where=(f"id IN ({used} WHERE campaign_id = :campaign)",),
        values={"campaign": campaign_id},
    )
    return page(request, listing, lambda row: present(request, campaign_id, row))


def _campaign_device(request: Request, campaign_id: int, device: Row) -> Row:
    sims = request.store.all(
        "SELECT sims.*, total, queued_at, done_at, status FROM sims "
        "JOIN campaign_senders ON sim_id = sims.id "
        "WHERE campaign_id = ? AND device_id = ? ORDER BY slot",
        (campaign_id, device["id"]),
    )
    shown_device = devices.serialize(device, sims, request.now)
    del shown_device["updated_at"]
    status = sender_status(request, campaign_id, sims)
    return {**shown_device, "status": status}


def _campaign_server(request: Request, campaign_id: int, server: Row) -> Row:
    ids = request.store.all(
        "SELECT sender_ids.*, total, queued_at, done_at, status FROM sender_ids "
        "JOIN campaign_senders ON sender_id = sender_ids.id "
        "WHERE campaign_id = ? AND sending_server_id = ? ORDER BY id",
        (campaign_id, server["id"]),
    )
    return {
        "id": server["id"],
        "name": server["name"],
        "enabled": bool(server["enabled"]),
        "status": sender_status(request, campaign_id, ids),
        "sender_ids": [sender_ids.serialize(sender_id) for sender_id in ids],
    }


def sender_status(request: Request, campaign_id: int, shares: list[Row]) -> str:
    """Status of a device or sending server in a campaign, from its senders' parts of the run.

    As the vendor's manual explains it (smsgateway.rbsoft.org/docs/device-and-sending-servers.html):
    Succeeded says that it did its part, even if messages failed. Cancelled and the like, which no
    request of the API leads to, are stored as they are.
    """
    if stored := next((share["status"] for share in shares if share["status"]), None):
        return str(stored)
    ran = [share for share in shares if share["total"]]
    if not ran:
        return "Pending"
    now = request.now
    waiting = [share for share in ran if now < share["done_at"]]
    if not waiting:
        return "Succeeded"
    if all(_is_stalled(request, campaign_id, share) for share in waiting):
        return "Stalled"
    return "Pending" if now < min(share["queued_at"] for share in ran) else "Queued"


def _is_stalled(request: Request, campaign_id: int, share: Row) -> bool:
    """Whether it is outside the campaign's hours and days, or the SIM's quota is used up."""
    store, now = request.store, request.now
    campaign = store.one("SELECT * FROM campaigns WHERE id = ?", (campaign_id,))
    if now < calendar_of(campaign).window(now).opens:
        return True
    if "quota" not in share or campaign["type"] == USSD_PULL:
        return False
    quota = quota_of(store, share, now, now + 1)
    return quota is not None and (quota.limit == 0 or quota.opens(now) > now)


ROUTES = (
    Route("GET", "/campaigns", list_campaigns, takes=FILTERS, gives=page_of(CAMPAIGN)),
    Route("GET", "/campaigns/{id}", get_campaign, gives=CAMPAIGN),
    Route("GET", "/campaigns/{id}/devices", list_devices, gives=page_of(CAMPAIGN_DEVICE)),
    Route(
        "GET",
        "/campaigns/{id}/sending-servers",
        list_sending_servers,
        gives=page_of(CAMPAIGN_SERVER),
    ),
    Route("PUT", "/campaigns/{id}", update_campaign, writes=True, takes=RULES),
    Route("DELETE", "/campaigns/{id}", delete_campaign, writes=True),
)
