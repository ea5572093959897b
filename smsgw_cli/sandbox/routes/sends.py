"""Sending messages and USSD pulls: each creates a campaign, started at once or as scheduled."""

import json
from collections.abc import Container
from typing import Any
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import runs
from smsgw_cli.sandbox.instants import to_datetime
from smsgw_cli.sandbox.planning import USSD_PULL
from smsgw_cli.sandbox.routes.campaigns import current_campaign
from smsgw_cli.sandbox.routing import Sample
from smsgw_cli.sandbox.rules import (
    array,
    boolean,
    date_format,
    instant,
    integer,
    later_time,
    mapping,
    mobile_number,
    one_of,
    regex,
    text,
    timezone,
    url,
)
from smsgw_cli.sandbox.schedule import UNITS
from smsgw_cli.sandbox.senders import active_sender_ids, active_sims, available_senders
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import (
    MISSING,
    REQUIRED,
    Required,
    RuleError,
    Spec,
    required_if,
    validate,
)
from smsgw_cli.sandbox.wire import Request, Response, UnprocessableError

MESSAGE_TYPES = ("SMS", "MMS", "WhatsApp")
DEFAULT_ZONE = "UTC"
MAX_DELAY = 86_400
MAX_FREQUENCY = 1_000

Values = dict[str, Any]
ALL_RULES: Values = {"recurring": True, "active_hours": {"start": "00:00"}}


def send_messages(request: Request) -> Response:
    data = _input(request)
    kind: str = data["type"] if data.get("type") in MESSAGE_TYPES else "SMS"
    values = validate(data, _message_spec(request, data, kind))
    return _send(request, values, kind, values["mobile_numbers"] or [])


def send_ussd_pulls(request: Request) -> Response:
    data = _input(request)
    values = validate(data, _ussd_spec(request, data))
    return _send(request, values, USSD_PULL, values["ussd_codes"])


def _input(request: Request) -> Values:
    """Body and query string: Laravel reads a request's input from both."""
    return {**request.query, **request.body}


def message_rules(sample: Sample) -> dict[str, Spec]:
    """The rules of each type, of campaigns that recur and have hours: all that there are."""
    request = sample(ALL_RULES)
    return {
        f" when type is {kind}": _message_spec(request, request.input, kind)
        for kind in MESSAGE_TYPES
    }


def ussd_rules(sample: Sample) -> dict[str, Spec]:
    request = sample(ALL_RULES)
    return {"": _ussd_spec(request, request.input)}


def _message_spec(request: Request, data: Values, kind: str) -> Spec:
    return {**_message_rules(request, data, kind), **_campaign_rules(data)}


def _ussd_spec(request: Request, data: Values) -> Spec:
    return {**_ussd_rules(request), **_campaign_rules(data)}


def _message_rules(request: Request, data: Values, kind: str) -> Spec:
    lists = {row["id"] for row in request.store.all("SELECT id FROM contact_lists")}
    return {
        **_sim_rules(request, is_needed=data.get("sender_ids") in MISSING),
        **_sender_rules("sender_ids", active_sender_ids(request.store, kind)),
        "contact_lists": (*_required_without(data, "mobile_numbers"), array),
        "contact_lists.*": (REQUIRED, integer(), one_of(lists)),
        "mobile_numbers": (*_required_without(data, "contact_lists"), array),
        "mobile_numbers.*": (REQUIRED, mobile_number),
        "type": (one_of(MESSAGE_TYPES),),
        "delivery_report": (boolean,),
        **(_sms_rules() if kind == "SMS" else _media_rules(data)),
    }


def _sms_rules() -> Spec:
    """An SMS is text only; attachments are ignored."""
    return {"message": (REQUIRED, text())}


def _media_rules(data: Values) -> Spec:
    return {
        "message": (*_required_without(data, "attachments"), text()),
        "attachments": (array,),
        "attachments.*": (REQUIRED, url),
    }


def _ussd_rules(request: Request) -> Spec:
    return {
        **_sim_rules(request),
        "ussd_codes": (REQUIRED, array),
        "ussd_codes.*": (REQUIRED, regex("[*#][0-9*#]*#")),
    }


def _sim_rules(request: Request, *, is_needed: bool = True) -> Spec:
    """Without a phone there is nothing to send through. What a server then says is not documented:
    it is refused, so that nobody takes it for sent."""
    active = active_sims(request.store)
    rules = _sender_rules("sims", active)
    needed = required_if(is_needed and not active, " when no device is enabled")
    return {**rules, "sims": (*needed, *rules["sims"])}


def _sender_rules(attribute: str, active: Container[int]) -> Spec:
    return {attribute: (array,), f"{attribute}.*": (REQUIRED, integer(), one_of(active))}


def _required_without(data: Values, other: str) -> tuple[Required, ...]:
    missing = data.get(other) in MISSING
    return required_if(missing, f" when {other.replace('_', ' ')} is not present")


def _campaign_rules(data: Values) -> Spec:
    zone = _zone(data)
    needed = required_if(data.get("recurring") in (True, "1"), " when recurring is true")
    return {
        "random_sender": (boolean,),
        "delay": (integer(0, MAX_DELAY),),
        "prioritize": (boolean,),
        "name": (text(255),),
        "scheduled_at": (instant(zone),),
        "recurring": (boolean,),
        "frequency": (*needed, integer(1, MAX_FREQUENCY)),
        "frequency_unit": (*needed, one_of(UNITS)),
        "ends_at": (instant(zone),),
        "timezone": (timezone,),
        "days_of_week": (array,),
        "days_of_week.*": (REQUIRED, integer(), one_of(range(1, 8))),
        **_hours_rules(data.get("active_hours")),
    }


def _hours_rules(hours: Any) -> Spec:
    both = required_if(bool(hours), " when active hours is present")
    time_of_day = date_format("%H:%M", "H:i")
    start = hours.get("start") if isinstance(hours, dict) else None
    return {
        "active_hours": (mapping,),
        "active_hours.start": (*both, time_of_day),
        "active_hours.end": (*both, time_of_day, later_time(start, "active hours.start")),
    }


def _zone(data: Values) -> ZoneInfo:
    """The campaign's time zone, which applies to times without one."""
    try:
        return ZoneInfo(timezone(data.get("timezone") or DEFAULT_ZONE))
    except RuleError:
        return ZoneInfo(DEFAULT_ZONE)


def _send(request: Request, values: Values, kind: str, recipients: list[str]) -> Response:
    """Store the campaign; if it is due now, it starts in the same transaction."""
    store = request.store
    campaign_id = store.insert("campaigns", _campaign(request, values, kind, recipients))
    campaign = store.one("SELECT * FROM campaigns WHERE id = ?", (campaign_id,))
    for sender in available_senders(store, campaign):
        store.insert("campaign_senders", {"campaign_id": campaign_id, sender.column: sender.id})
    if campaign["next_run_at"] <= request.now:
        runs.start(store, campaign, request.now, request.behaviour)
    return Response(201, current_campaign(request, campaign_id))


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
    """How the campaign recurs; for one that does not, the other attributes are ignored."""
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
