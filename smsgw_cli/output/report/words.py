"""Formats numbers and times of a report, in the local time zone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from smsgw_cli.model import COMPLETED, DELIVERED
from smsgw_cli.sms import local_time
from smsgw_cli.sms.timestamps import parse_timestamp, read_timestamp
from smsgw_cli.wording import pluralize

_UNITS = ((604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def percent(share: float) -> str:
    """`97.3 %`; rounded to 0 or 100 only if it is exactly that."""
    for digits in (1, 2, 4):
        text = f"{100 * share:.{digits}f}"
        if share in (0, 1) or float(text) not in (0, 100):
            break
    return f"{text.rstrip('0').rstrip('.') if share in (0, 1) else text} %"


def duration(seconds: float) -> str:
    """A duration in its two largest units: `3.2 s`, `4 min 10 s`, `2 h 5 min`, `1 d 3 h`."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    rounded = round(seconds)
    for unit, length, smaller, shorter in (
        ("d", 86_400, "h", 3_600),
        ("h", 3_600, "min", 60),
        ("min", 60, "s", 1),
    ):
        if rounded >= length:
            rest = rounded % length // shorter
            return f"{rounded // length:,} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{rounded} s"


def short_duration(seconds: float) -> str:
    """A duration in one unit: `6 s`, `11.6 min`, `3.4 h`, `2 d`."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.3g} s"


def width_of(seconds: int) -> str:
    """The width of a bucket: `5 minutes`."""
    for length, unit in _UNITS:
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"


def format_time(value: Any, *, seconds: bool = False) -> str:
    """An API timestamp in local time: `3 June 2030, 14:05`."""
    try:
        moment = local_time.of(read_timestamp(value))
    except (TypeError, ValueError, OverflowError):
        return str(value) if value else "at an unknown time"
    return f"{moment.day} {moment:%B %Y, %H:%M}" + (f":{moment:%S}" if seconds else "")


def _short_time(value: Any) -> str:
    """`3 Jun, 14:05`."""
    moment = parse_timestamp(value)
    return f"{(local := local_time.of(moment)).day} {local:%b, %H:%M}" if moment else "no date"


def bucket_label(start: datetime, starts: Sequence[datetime], width: int) -> str:
    """The label of a column: the day, the time or both, as needed to tell columns apart."""
    day = f"{start.day} {start:%b}"
    if width >= 86_400:
        return day if starts[0].year == starts[-1].year else f"{day} {start:%Y}"
    time = f"{start:%H:%M:%S}" if width < 60 else f"{start:%H:%M}"
    return time if starts[0].date() == starts[-1].date() else f"{day}, {time}"


def what_arrived(report: Mapping[str, Any]) -> str:
    """What the good end is called: of messages, of USSD codes, or of both."""
    first = report["headline"]
    if first.messages and first.codes:
        return f"{DELIVERED} or {COMPLETED.lower()}"
    return COMPLETED if first.codes else DELIVERED


def counted(report: Mapping[str, Any]) -> str:
    """How many messages and USSD codes it counts: `3 messages and 1 USSD code`."""
    first = report["headline"]
    codes = pluralize(first.codes, "USSD code")
    if not first.codes:
        return pluralize(first.messages, "message")
    return f"{pluralize(first.messages, 'message')} and {codes}" if first.messages else codes


def campaign_name(campaign: Mapping[str, Any]) -> str:
    """`5 (Spring sale)`, as it is called in a list of several; of a mailing, `Spring sale (500
    campaigns)`."""
    count = campaign.get("campaigns", 1)
    if count > 1:
        name = campaign["name"] or _short_time(campaign["created_at"])
        return f"{name} ({count:,} campaigns)"
    return f"{campaign['id']} ({campaign['name']})" if campaign["name"] else str(campaign["id"])


def title_of(report: Mapping[str, Any]) -> str:
    """The name of the campaign or mailing, or how many campaigns they are."""
    if "campaigns" not in report:
        campaign = report["campaign"]
        return str(campaign["name"] or f"Campaign {campaign['id']}")
    rows = report["campaigns"]
    if len(rows) == 1 and rows[0].get("campaigns", 1) > 1 and rows[0]["name"]:
        return str(rows[0]["name"])
    return pluralize(sum(row.get("campaigns", 1) for row in rows), "campaign")


def text_of(report: Mapping[str, Any]) -> str | None:
    """The text that was sent or, of several, what they have in common and how many they are."""
    text, count = report.get("text"), report.get("texts", 0)
    if count < 2:
        return text
    texts = f"{count:,} texts" if report["are_all_texts"] else f"more than {count:,} texts"
    return f"{text} ({texts})" if text else texts.capitalize()
