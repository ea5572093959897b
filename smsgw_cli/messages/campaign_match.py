"""Finds the campaign of a send among those the server lists: pure functions.

The API has no idempotency key. A unique name is proof. With a name that may be in use, a campaign
matches if it is newer than the send, belongs to no other recorded send, and does not contradict
the request; remaining doubts are reported.
"""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.messages.send_paths import USSD_PULLS
from smsgw_cli.model import USSD_PULL, Campaign, Record
from smsgw_cli.sms.timestamps import parse_timestamp
from smsgw_cli.sms.trimmed import trimmed
from smsgw_cli.sms.zones import is_same


class Answer(Enum):
    """What the server's campaigns show about a send."""

    FOUND = "it was accepted"
    ABSENT = "not found"
    DOUBTFUL = "it may be there"
    SILENT = "the server could not be asked"


class Match(NamedTuple):
    """The answer, the campaign if found, and why the answer is in doubt."""

    answer: Answer
    campaign: Campaign | None = None
    detail: str = ""


def match_campaign(
    entry: Entry,
    campaigns: Iterable[Campaign],
    others: Collection[int] = (),
    *,
    ambiguous: Collection[int] = (),
) -> Match:
    """Match a send with these campaigns.

    `others` are the campaign ids of other sends, `ambiguous` the numbers of other sends with the
    same name and an unknown outcome.
    """
    if not entry.name:
        return Match(Answer.DOUBTFUL, detail="it was sent without a name to search for")
    found = [
        campaign
        for campaign in campaigns
        if campaign["id"] not in others and has_same_name(entry, campaign)
    ]
    if not found:
        return Match(Answer.ABSENT)
    if ambiguous:
        numbers = ", ".join(map(str, ambiguous))
        return Match(
            Answer.DOUBTFUL, detail=f"send {numbers} has the same name and an unknown outcome too"
        )
    return _unique(entry, found) if entry.is_unique else _plausible(entry, found)


def has_same_name(entry: Entry, campaign: Campaign) -> bool:
    """Whether a campaign has the name and type of a send, and is newer."""
    same = trimmed(campaign.get("name")) == trimmed(entry.name)
    return same and _fits_kind(entry, campaign) and campaign["id"] > (entry.watermark or 0)


def _unique(entry: Entry, found: list[Campaign]) -> Match:
    first = min(found, key=lambda campaign: campaign["id"])
    rest = sorted(campaign["id"] for campaign in found if campaign is not first)
    twice = f"it was accepted more than once, as campaigns {first['id']}, {str(rest)[1:-1]}"
    return Match(Answer.FOUND, first, twice if rest else "")


def _plausible(entry: Entry, found: list[Campaign]) -> Match:
    fitting = [campaign for campaign in found if not contradicts(entry.body, campaign)]
    if len(fitting) == 1 and entry.watermark is not None:
        return Match(Answer.FOUND, fitting[0])
    ids = ", ".join(str(campaign["id"]) for campaign in found)
    return Match(
        Answer.DOUBTFUL,
        detail=f"campaign {ids} has the same name {entry.name!r}, and may or may not be this send",
    )


def _fits_kind(entry: Entry, campaign: Campaign) -> bool:
    kind = str(campaign.get("type"))
    if entry.path == USSD_PULLS or kind == USSD_PULL:
        return entry.path == USSD_PULLS and kind == USSD_PULL
    wanted = entry.body.get("type")
    return wanted is None or kind.casefold() == str(wanted).casefold()


def contradicts(body: Record, campaign: Campaign) -> bool:
    options = campaign.get("options")
    shown = {**campaign, **(options if isinstance(options, dict) else {})}
    return any(
        key in body and shown.get(key) is not None and not same(body[key], shown[key])
        for key, same in _COMPARED.items()
    )


def differences(body: Record, campaign: Record) -> list[str]:
    """How a campaign differs from the request that created it, such as `timezone is "UTC" instead
    of "Asia/Tokyo"`: the only proof of what the server understood.

    What the campaign does not show is no difference; a request for nothing is always met.
    """
    options = campaign.get("options")
    shown = {**campaign, **(options if isinstance(options, dict) else {})}
    return [
        f"{key} is {json.dumps(shown[key])} instead of {json.dumps(_as_shown(key, body[key]))}"
        for key in SCHEDULE
        if body.get(key) not in (None, "", [])
        and key in shown
        and (shown[key] is None or not _COMPARED[key](body[key], shown[key]))
    ]


def _as_shown(key: str, value: Any) -> Any:
    """A value of a request as a campaign shows it."""
    return f"{value['start']}-{value['end']}" if key == "active_hours" else value


def _same_text(ours: Any, theirs: Any) -> bool:
    return str(ours).casefold() == str(theirs).casefold()


def _same_instant(ours: Any, theirs: Any) -> bool:
    first, second = instant(ours), instant(theirs)
    return None in (first, second) or first == second


def _same_days(ours: Any, theirs: Any) -> bool:
    return not isinstance(theirs, list) or sorted(set(ours)) == sorted(set(theirs))


def _same_hours(ours: Any, theirs: Any) -> bool:
    return bool(theirs == f"{ours['start']}-{ours['end']}")


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "scheduled_at": _same_instant,
    "ends_at": _same_instant,
    "timezone": is_same,
    "recurring": lambda ours, theirs: bool(ours) == bool(theirs),
    "frequency": _same_text,
    "frequency_unit": _same_text,
    "days_of_week": _same_days,
    "active_hours": _same_hours,
    "delay": _same_text,
    "prioritize": lambda ours, theirs: bool(ours) == bool(theirs),
    "delivery_report": lambda ours, theirs: bool(ours) == bool(theirs),
    "type": _same_text,
}
SCHEDULE = tuple(key for key in _COMPARED if key not in ("delay", "prioritize"))


def instant(text: Any) -> datetime | None:
    """A timestamp of the API, to the second; None if invalid."""
    found = parse_timestamp(text)
    return found.replace(microsecond=0) if found else None
