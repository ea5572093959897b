"""The gateway's vocabulary: records and their keys, statuses and which are final."""

from collections.abc import Mapping
from typing import Any, TypedDict

Record = dict[str, Any]
"""A record as returned by the API: all keys of the JSON object."""

LARGEST_ID = 1 << 63

# Kinds of what is sent: `type` of messages and campaigns.
SMS, MMS, WHATSAPP, USSD_PULL = "SMS", "MMS", "WhatsApp", "USSD Pull"
MESSAGE_TYPES = (SMS, MMS, WHATSAPP)
CAMPAIGN_TYPES = (*MESSAGE_TYPES, USSD_PULL)

# Statuses of a message or USSD pull.
PENDING, QUEUED, PROCESSED, SENT = "Pending", "Queued", "Processed", "Sent"
DELIVERED, COMPLETED, RECEIVED, FAILED = "Delivered", "Completed", "Received", "Failed"
UNSENT = (PENDING, QUEUED, PROCESSED)
OUTGOING_STATUSES = (*UNSENT, SENT, DELIVERED, FAILED)
MESSAGE_STATUSES = (*OUTGOING_STATUSES, RECEIVED)
USSD_STATUSES = (PENDING, QUEUED, COMPLETED, FAILED)
ARRIVED = (DELIVERED, COMPLETED, RECEIVED)
FINAL = frozenset({*ARRIVED, FAILED})
"""Nothing follows these, nor SENT where no delivery report was requested."""

# Statuses of a campaign, and of one on a device or sending server.
SCHEDULED, STALLED, SUCCEEDED = "Scheduled", "Stalled", "Succeeded"
CANCELLING, CANCELLED, PROCESSING = "Cancelling", "Cancelled", "Processing"
NOT_BEGUN = (PENDING, QUEUED, SCHEDULED, STALLED)
"""A campaign that may not have its messages yet. The reference lists no others; some servers do."""
CAMPAIGN_IS_OVER = frozenset({COMPLETED, SENT, SUCCEEDED, FAILED, CANCELLING, CANCELLED})
"""A campaign that sends no more (a recurring one: for now), whatever its messages are."""
# Those of the vendor's manual (smsgateway.rbsoft.org/docs/campaign.html), of the reference's
# examples, and of senders, which some servers have here too.
CAMPAIGN_STATUSES = (
    *("Queued", PROCESSING, "Processed", "Scheduled", "Completed", "Sent"),
    *("Pending", "Stalled", "Succeeded", "Failed", "Cancelling", "Cancelled"),
)
# Kinds of calls in Android's call log (CallLog.Calls) that the gateway's app reports.
CALL_TYPES = ("Incoming", "Outgoing", "Missed", "Voicemail", "Rejected", "Blocked")
FINAL_ON_SENDER = frozenset({SUCCEEDED, FAILED, CANCELLED})

# Keys of a contact that are not custom fields.
MOBILE_NUMBER, SUBSCRIBED = "mobile_number", "subscribed"
SERVER_KEYS = frozenset({"id", "created_at", "updated_at"})  # returned by the API, but not accepted
BUILT_IN_KEYS = SERVER_KEYS | {MOBILE_NUMBER, SUBSCRIBED}
# Types of custom fields.
FIELD_TYPES = (
    "text",
    "number",
    "email",
    "dropdown",
    "multiselect",
    "checkbox",
    "radio",
    "date",
    "datetime-local",
    "time",
    "textarea",
)
DATE_ORDERS = ("dmy", "mdy", "ymd")  # of day, month and year in texts
WITH_OPTIONS = ("dropdown", "multiselect", "radio")
_OFF = frozenset({"false", "0", ""})  # PHP's own text of false is the empty one


def expects_reports(campaign: Mapping[str, Any]) -> bool:
    """Whether a delivery report may follow SENT: unless the campaign's options deny it."""
    options = campaign.get("options")
    return not (isinstance(options, dict) and options.get("delivery_report") in (False, "0"))


def is_off(value: object) -> bool:
    """Whether a boolean is false, or 0 or "0" as PHP writes it.

    What is missing, null or anything else does not say no.
    """
    if isinstance(value, str):
        return value.strip().casefold() in _OFF
    return value is not None and value == 0


def is_subscribed(contact: Mapping[str, Any]) -> bool:
    """Whether lists send to it; a contact that does not say no may be sent to."""
    return not is_off(contact.get(SUBSCRIBED))


def has_id(record: Mapping[str, Any]) -> bool:
    """Whether a record has an id within the range of a database's."""
    record_id = record.get("id")
    return isinstance(record_id, int) and abs(record_id) < LARGEST_ID


def sims_of(device: Mapping[str, Any]) -> list[Record]:
    """The SIMs of a device that have an id; none where the server has other values."""
    sims = device.get("sims")
    found = sims if isinstance(sims, list) else []
    return [sim for sim in found if isinstance(sim, dict) and has_id(sim)]


def can_send(device: Mapping[str, Any]) -> bool:
    """Whether somebody is logged in to its app (`enabled`), and it has an active SIM."""
    if is_off(device.get("enabled")):
        return False
    is_known = isinstance(device.get("sims"), list)
    return not is_known or any(not is_off(sim.get("active")) for sim in sims_of(device))


def with_subscription(contact: Record) -> Record:
    """The contact with a boolean where it says whether it is subscribed."""
    if isinstance(contact.get(SUBSCRIBED, True), bool):
        return contact
    return {**contact, SUBSCRIBED: is_subscribed(contact)}


# The records of the reference. Servers leave keys out and write null: none is certain but `id`.


class ContactList(TypedDict, total=False):
    """`GET /contact-lists`."""

    id: int
    name: str


class Option(TypedDict):
    """One choice of a dropdown, multiselect or radio."""

    label: str
    value: str


class ContactField(TypedDict, total=False):
    """`GET /contact-lists/{id}/fields`: a custom field."""

    id: int
    label: str
    tag: str
    type: str
    options: list[Option] | None
    default_value: Any
    required: bool


class Contact(TypedDict, total=False):
    """`GET /contact-lists/{id}/contacts`; beside these a key for each custom field, its tag."""

    id: int
    mobile_number: str
    subscribed: bool | int | str
    created_at: str
    updated_at: str


Message = TypedDict(
    "Message",
    {
        "id": int,
        "from": str | None,
        "to": str | None,
        "content": str | None,
        "type": str,
        "attachments": list[str],
        "status": str,
        "response": Any,
        "messenger": str | None,
        "sent_at": str | None,
        "delivered_at": str | None,
    },
    total=False,
)
"""`GET /messages`."""


class Campaign(TypedDict, total=False):
    """`GET /campaigns`, and what a send answers. Times are UTC, days count from Monday as 1."""

    id: int
    name: str | None
    scheduled_at: str | None
    timezone: str | None
    recurring: bool
    frequency: int | None
    frequency_unit: str | None
    ends_at: str | None
    repeat_at: str | None
    active_hours: str | None
    days_of_week: list[int] | None
    status: str
    type: str
    options: dict[str, Any]
    created_at: str
    updated_at: str


class Sim(TypedDict, total=False):
    """A SIM, in the `sims` of its device."""

    id: int
    name: str | None
    label: str | None
    number: str | None
    country: str | None
    carrier: str | None
    slot: int
    data_roaming: bool
    signal_strength: int | None
    active: bool


class Device(TypedDict, total=False):
    """`GET /devices`; `status` in `/campaigns/{id}/devices` alone."""

    id: int
    name: str | None
    model: str | None
    enabled: bool
    android_version: str
    app_version: str
    battery: int
    is_charging: bool
    updated_at: str
    status: str
    sims: list[Sim]


class SenderId(TypedDict, total=False):
    """`GET /sender-ids`."""

    id: int
    value: str


class SendingServer(TypedDict, total=False):
    """`GET /sending-servers`; `status` and `sender_ids` in `/campaigns/{id}/sending-servers`."""

    id: int
    name: str
    driver: str
    supported_types: list[str]
    config: dict[str, Any]
    enabled: bool
    created_at: str
    status: str
    sender_ids: list[SenderId]


class UssdPull(TypedDict, total=False):
    """`GET /ussd-pulls`."""

    id: int
    code: str
    response: str | None
    status: str
    sim_id: int | None
    sent_at: str | None
    received_at: str | None


class Call(TypedDict, total=False):
    """`GET /calls`; `duration` is in seconds."""

    id: int
    number: str | None
    type: str
    sim_id: int | None
    started_at: str
    duration: int
