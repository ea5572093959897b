"""The two sends: each makes a campaign, whose first run starts at once unless it is scheduled."""

import json
from collections.abc import Container
from typing import Any
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import runs
from smsgw_cli.sandbox.instants import to_datetime
from smsgw_cli.sandbox.planning import USSD_PULL
from smsgw_cli.sandbox.routes.campaigns import stated
from smsgw_cli.sandbox.rules import (
    array,
    boolean,
    integer,
    later_than,
    mapping,
    matching,
    mobile_number,
    moment,
    one_of,
    text,
    timezone,
    url,
    written,
)
from smsgw_cli.sandbox.schedule import UNITS
from smsgw_cli.sandbox.senders import active_sender_ids, active_sims, pool
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import (
    MISSING,
    REQUIRED,
    Required,
    RuleError,
    Spec,
    required_if,
    validated,
)
from smsgw_cli.sandbox.wire import Answer, Request, UnprocessableError

MESSAGE_TYPES = ("SMS", "MMS", "WhatsApp")
DEFAULT_ZONE = "UTC"
LONGEST_DELAY = 86_400
LEAST_OFTEN = 1_000

Values = dict[str, Any]


def send_messages(request: Request) -> Answer:
    given = _input(request)
    kind: str = given["type"] if given.get("type") in MESSAGE_TYPES else "SMS"
    values = validated(given, {**_message_rules(request, given, kind), **_campaign_rules(given)})
    return _send(request, values, kind, values["mobile_numbers"] or [])


def send_ussd_pulls(request: Request) -> Answer:
    given = _input(request)
    values = validated(given, {**_ussd_rules(request), **_campaign_rules(given)})
    return _send(request, values, USSD_PULL, values["ussd_codes"])


def _input(request: Request) -> Values:
    """Body and query string: Laravel takes a request's input from both."""
    return {**request.query, **request.body}


def _message_rules(request: Request, given: Values, kind: str) -> Spec:
    lists = {row["id"] for row in request.store.all("SELECT id FROM contact_lists")}
    return {
        **_sender_rules("sims", active_sims(request.store)),
        **_sender_rules("sender_ids", active_sender_ids(request.store, kind)),
        "contact_lists": (*_required_without(given, "mobile_numbers"), array),
        "contact_lists.*": (REQUIRED, integer(), one_of(lists)),
        "mobile_numbers": (*_required_without(given, "contact_lists"), array),
        "mobile_numbers.*": (REQUIRED, mobile_number),
        "type": (one_of(MESSAGE_TYPES),),
        "delivery_report": (boolean,),
        **(_plain_rules() if kind == "SMS" else _rich_rules(given)),
    }


def _plain_rules() -> Spec:
    """An SMS is its text; attachments given along are not looked at."""
    return {"message": (REQUIRED, text())}


def _rich_rules(given: Values) -> Spec:
    return {
        "message": (*_required_without(given, "attachments"), text()),
        "attachments": (array,),
        "attachments.*": (REQUIRED, url),
    }


def _ussd_rules(request: Request) -> Spec:
    return {
        **_sender_rules("sims", active_sims(request.store)),
        "ussd_codes": (REQUIRED, array),
        "ussd_codes.*": (REQUIRED, matching("[*#][0-9*#]*#")),
    }


def _sender_rules(attribute: str, active: Container[int]) -> Spec:
    return {attribute: (array,), f"{attribute}.*": (REQUIRED, integer(), one_of(active))}


def _required_without(given: Values, other: str) -> tuple[Required, ...]:
    missing = given.get(other) in MISSING
    return required_if(missing, f" when {other.replace('_', ' ')} is not present")


def _campaign_rules(given: Values) -> Spec:
    zone = _zone(given)
    needed = required_if(given.get("recurring") in (True, "1"), " when recurring is true")
    return {
        "random_sender": (boolean,),
        "delay": (integer(0, LONGEST_DELAY),),
        "prioritize": (boolean,),
        "name": (text(255),),
        "scheduled_at": (moment(zone),),
        "recurring": (boolean,),
        "frequency": (*needed, integer(1, LEAST_OFTEN)),
        "frequency_unit": (*needed, one_of(UNITS)),
        "ends_at": (moment(zone),),
        "timezone": (timezone,),
        "days_of_week": (array,),
        "days_of_week.*": (REQUIRED, integer(), one_of(range(1, 8))),
        **_hours_rules(given.get("active_hours")),
    }


def _hours_rules(hours: Any) -> Spec:
    both = required_if(bool(hours), " when active hours is present")
    time_of_day = written("%H:%M", "H:i")
    start = hours.get("start") if isinstance(hours, dict) else None
    return {
        "active_hours": (mapping,),
        "active_hours.start": (*both, time_of_day),
        "active_hours.end": (*both, time_of_day, later_than(start, "active hours.start")),
    }


def _zone(given: Values) -> ZoneInfo:
    """The campaign's time zone: times without one of their own are meant in it."""
    try:
        return ZoneInfo(timezone(given.get("timezone") or DEFAULT_ZONE))
    except RuleError:
        return ZoneInfo(DEFAULT_ZONE)


def _send(request: Request, values: Values, kind: str, recipients: list[str]) -> Answer:
    """Store the campaign; what is due by now starts in the same transaction."""
    store = request.store
    campaign_id = store.insert("campaigns", _campaign(request, values, kind, recipients))
    campaign = store.one("SELECT * FROM campaigns WHERE id = ?", (campaign_id,))
    for sender in pool(store, campaign):
        store.insert("campaign_senders", {"campaign_id": campaign_id, sender.column: sender.id})
    if campaign["next_run_at"] <= request.now:
        runs.start(store, campaign, request.now, request.speed)
    return Answer(201, stated(request, campaign_id))


def _campaign(request: Request, values: Values, kind: str, recipients: list[str]) -> Row:
    anchor = request.now if values["scheduled_at"] is None else values["scheduled_at"]
    return {
        "name": values["name"] or f"{kind} {to_datetime(request.now):%Y-%m-%d %H:%M}",
        "type": kind,
        "scheduled_at": values["scheduled_at"],
        "timezone": values["timezone"] or DEFAULT_ZONE,
        **_recurrence(values, anchor),
        "opens": values["active_hours.start"] or "00:00",
        "closes": values["active_hours.end"] or "23:59",
        "days_of_week": json.dumps(sorted(set(values["days_of_week"] or range(1, 8)))),
        "delay": values["delay"] or 0,
        "prioritize": bool(values["prioritize"]),
        "delivery_report": values.get("delivery_report"),
        "random_sender": bool(values["random_sender"]),
        "sims": json.dumps(values["sims"] or []),
        "sender_ids": json.dumps(values.get("sender_ids") or []),
        "contact_lists": json.dumps(values.get("contact_lists") or []),
        "recipients": json.dumps(recipients),
        "message": values.get("message"),
        "attachments": json.dumps(values.get("attachments") or []),
        "anchor": anchor,
        "next_run_at": max(anchor, request.now),
        "created_at": request.now,
        "updated_at": request.now,
    }


def _recurrence(values: Values, anchor: int) -> Row:
    """How the campaign recurs. Of one that does not, the rest is not kept."""
    if not values["recurring"]:
        return {"recurring": False}
    ends = values["ends_at"]
    if ends is not None and ends < anchor:
        message = "The ends at field must be a date after or equal to scheduled at."
        raise UnprocessableError({"ends_at": [message]})
    return {
        "recurring": True,
        "frequency": values["frequency"],
        "frequency_unit": values["frequency_unit"],
        "ends_at": ends,
    }
