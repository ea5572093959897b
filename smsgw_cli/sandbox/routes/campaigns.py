"""Campaigns: what a send becomes, and the phones and servers that carry it."""

import json
from collections.abc import Callable

from smsgw_cli.sandbox.instants import NEVER, shown
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes import devices, sender_ids
from smsgw_cli.sandbox.routes.filters import filtered
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import flag, moment, text
from smsgw_cli.sandbox.statuses import CAMPAIGN_STATUS
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, validated
from smsgw_cli.sandbox.wire import NO_CONTENT, Answer, Request, delete, find

COLUMNS = f"*, {CAMPAIGN_STATUS} AS status"

FILTERS = {
    "status": (text(),),
    "type": (text(),),
    "recurring": (flag,),
    "after": (moment(),),
    "before": (moment(),),
}
CONDITIONS = {
    "status": f"{CAMPAIGN_STATUS} = :status",
    "type": "type = :type",
    "recurring": "recurring = :recurring",
    "after": "created_at >= :after",
    "before": "created_at <= :before",
}


def presented(campaign: Row) -> Row:
    unit = campaign["frequency_unit"]
    return {
        "id": campaign["id"],
        "name": campaign["name"],
        "scheduled_at": shown(campaign["scheduled_at"]),
        "timezone": campaign["timezone"],
        "recurring": bool(campaign["recurring"]),
        "frequency": campaign["frequency"],
        "frequency_unit": unit and unit.capitalize(),
        "ends_at": shown(campaign["ends_at"]),
        "repeat_at": shown(_repeat_at(campaign)),
        "active_hours": f"{campaign['opens']}-{campaign['closes']}",
        "days_of_week": json.loads(campaign["days_of_week"]),
        "status": campaign["status"],
        "type": campaign["type"],
        "options": _options(campaign),
        "created_at": shown(campaign["created_at"]),
        "updated_at": shown(campaign["updated_at"]),
    }


def _repeat_at(campaign: Row) -> int | None:
    """Only what has run can repeat: before that, `scheduled_at` says when it runs."""
    ran = campaign["queued_at"] is not None
    return campaign["next_run_at"] if ran else None


def _options(campaign: Row) -> Row:
    options = {"delay": str(campaign["delay"]), "prioritize": bool(campaign["prioritize"])}
    if campaign["type"] == "SMS":
        options["delivery_report"] = bool(campaign["delivery_report"])
    return options


def list_campaigns(request: Request) -> Answer:
    listing = Listing("campaigns", "created_at DESC, id DESC", columns=COLUMNS)
    return page(request, filtered(request, listing, FILTERS, CONDITIONS), presented)


def get_campaign(request: Request) -> Answer:
    return Answer(payload=stated(request, find(request, "campaigns")["id"]))


def stated(request: Request, campaign_id: int) -> Row:
    """The campaign as it stands now."""
    sql = f"SELECT {COLUMNS} FROM campaigns WHERE id = :id"  # noqa: S608
    return presented(request.store.one(sql, {"id": campaign_id, "now": request.now}))


def update_campaign(request: Request) -> Answer:
    campaign = find(request, "campaigns")
    given = validated(request.body, {"name": (REQUIRED, text(255))})
    request.store.update("campaigns", campaign["id"], {**given, "updated_at": request.now})
    return NO_CONTENT


def delete_campaign(request: Request) -> Answer:
    return delete(request, "campaigns")


def list_devices(request: Request) -> Answer:
    used = "SELECT device_id FROM sims JOIN campaign_senders ON sim_id = sims.id"
    return _carriers(request, "devices", used, _carrying_device)


def list_sending_servers(request: Request) -> Answer:
    used = (
        "SELECT sending_server_id FROM sender_ids "
        "JOIN campaign_senders ON sender_id = sender_ids.id"
    )
    return _carriers(request, "sending_servers", used, _carrying_server)


def _carriers(
    request: Request, table: str, used: str, present: Callable[[Request, int, Row], Row]
) -> Answer:
    campaign_id = find(request, "campaigns")["id"]
    listing = Listing(
        table,
        "created_at DESC, id DESC",
        per_page=10,
        where=(f"id IN ({used} WHERE campaign_id = :campaign)",),
        values={"campaign": campaign_id},
    )
    return page(request, listing, lambda row: present(request, campaign_id, row))


def _carrying_device(request: Request, campaign_id: int, device: Row) -> Row:
    sims = request.store.all(
        "SELECT sims.*, total, failed, queued_at, done_at FROM sims "
        "JOIN campaign_senders ON sim_id = sims.id "
        "WHERE campaign_id = ? AND device_id = ? ORDER BY slot",
        (campaign_id, device["id"]),
    )
    shown_device = devices.presented(device, sims)
    del shown_device["updated_at"]
    return {**shown_device, "status": status_of_carrier(sims, request.now)}


def _carrying_server(request: Request, campaign_id: int, server: Row) -> Row:
    ids = request.store.all(
        "SELECT sender_ids.*, total, failed, queued_at, done_at FROM sender_ids "
        "JOIN campaign_senders ON sender_id = sender_ids.id "
        "WHERE campaign_id = ? AND sending_server_id = ? ORDER BY id",
        (campaign_id, server["id"]),
    )
    return {
        "id": server["id"],
        "name": server["name"],
        "enabled": bool(server["enabled"]),
        "status": status_of_carrier(ids, request.now),
        "sender_ids": [sender_ids.presented(sender_id) for sender_id in ids],
    }


def status_of_carrier(shares: list[Row], now: int) -> str:
    """How far a device or sending server is with what its senders have of a campaign's run."""
    ran = [share for share in shares if share["total"]]
    if not ran or now < min(share["queued_at"] for share in ran):
        return "Pending"
    done = max(share["done_at"] for share in ran)
    if now < done:
        return "Stalled" if done >= NEVER else "Queued"
    all_failed = all(share["failed"] == share["total"] for share in ran)
    return "Failed" if all_failed else "Succeeded"


ROUTES = (
    Route("GET", "/campaigns", list_campaigns),
    Route("GET", "/campaigns/{id}", get_campaign),
    Route("GET", "/campaigns/{id}/devices", list_devices),
    Route("GET", "/campaigns/{id}/sending-servers", list_sending_servers),
    Route("PUT", "/campaigns/{id}", update_campaign, writes=True),
    Route("DELETE", "/campaigns/{id}", delete_campaign, writes=True),
)
