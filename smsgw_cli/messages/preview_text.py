"""A preview as text, for the confirmation."""

from collections.abc import Iterator

from smsgw_cli.messages import preview_mailing
from smsgw_cli.messages.preview import Preview
from smsgw_cli.messages.send_time import LIMIT_PARTS
from smsgw_cli.model import Record
from smsgw_cli.sms.parts import first_few
from smsgw_cli.wording import pluralize

MOST_ZONES = 5


def as_record(preview: Preview) -> Record:
    """The preview as a JSON object, with its assumptions."""
    of_mailing = preview_mailing.as_record(preview) if preview.is_mailing else {}
    assumed = [*preview.when.assumptions(), *notes(preview)]
    return {**preview.as_record(), **of_mailing, "notes": assumed}


def titled_lines(preview: Preview) -> dict[str, str]:
    """The lines of the preview by title."""
    record = preview.as_record()
    words = {"recipients": _recipients(record), **preview.when.lines()}
    if record["other_zones"]:
        words["other zones"] = _elsewhere(record["other_zones"])
    if record["invalid"]:
        words["invalid"] = first_few(record["invalid_numbers"], record["invalid"])
    words |= {f"list {each['id']}": _list(each) for each in record["lists"]}
    words["encoding"] = _encoding(preview)
    words["parts"] = _parts(record)
    if preview.is_mailing:
        words |= preview_mailing.titled_lines(preview)
    for share in record["senders"]:
        kind = "sim" if "sim" in share else "sender_id"
        words[f"{kind.replace('_', ' ')} {share[kind]}"] = _share(share)
    if record["seconds"] is not None:
        words["time"] = f"{_duration(record['seconds'])} from first to last message"
    if preview.waves:
        words |= preview.waves.lines()
    if record["cost"] is not None:
        currency = f" {record['currency']}" if record["currency"] else ""
        words["cost"] = f"{record['cost']:,.2f}{currency} at {record['price_per_part']} per part"
    return words


def notes(preview: Preview) -> Iterator[str]:
    """What kinds of numbers there are, and the assumptions behind the figures."""
    body = preview.body
    yield from preview.audience.kinds.sentences()
    yield from _notes_on_time(preview)
    if body.get("recurring"):
        yield "the numbers are for one run of a recurring campaign"
    if preview.waves and preview.audience.lists:
        yield "sent to numbers, as the API cannot send to a part of a list; lists are read again"
    if (fewest := preview.texts.fewest_parts) < preview.total_parts:
        yield f"phones keep emoji and flags whole; the standard needs {fewest:,} parts"
    if preview.audience.lists and preview.texts.has_placeholder:
        yield "if the server fills in {…}, which the API does not document, parts may differ"
    if any(share.invalid for share in preview.audience.lists):
        yield (
            "the server may still try contacts without a valid number, unless other numbers of "
            "their list are suppressed or excluded"
        )


def _notes_on_time(preview: Preview) -> Iterator[str]:
    body = preview.body
    if preview.shares:
        yield "the API does not document how senders share the messages; assuming an even split"
    elif preview.time.is_known:
        yield "without --sim the server chooses the SIMs; the time assumes a single SIM"
    if body.get("delay") is not None:
        yield "assuming that each sender waits --delay between its messages"
    if preview.time.is_over_limit:
        yield (
            f"Android lets an app send {LIMIT_PARTS} parts a minute, then asks on the phone or "
            f"refuses; --delay {preview.time.safe_delay} keeps within it"
        )
    if preview.waves and (slow := preview.waves.too_slow(preview.time.seconds or 0)):
        number, takes = slow
        yield (
            f"wave {number} takes about {_duration(round(takes))}: too few can have arrived when "
            "the next one is due; wait longer, such as 200/1h"
        )
    if body.get("days_of_week") or body.get("active_hours"):
        yield "nothing is sent outside the active days and hours, so it may take longer"


def _recipients(record: Record) -> str:
    reasons = {
        pluralize(record["doubles"], "duplicate"): record["doubles"],
        f"{record['invalid']:,} without a valid number": record["invalid"],
        f"{record['suppressed']:,} suppressed": record["suppressed"],
        f"{record['excluded']:,} excluded": record["excluded"],
        f"{record['unsubscribed']:,} unsubscribed": record["unsubscribed"],
        pluralize(record["skipped_landlines"], "landline"): record["skipped_landlines"],
    }
    left_out = ", ".join(reason for reason, count in reasons.items() if count)
    return f"{record['recipients']:,}" + (f", skipped: {left_out}" if left_out else "")


def _elsewhere(zones: list[Record]) -> str:
    named = ", ".join(
        f"{each['recipients']:,} {each['zone'] or 'in one of several zones'}"
        + (f" ({each['local_hours']})" if each["local_hours"] else "")
        for each in zones[:MOST_ZONES]
    )
    more = ", …" if len(zones) > MOST_ZONES else ""
    total = sum(each["recipients"] for each in zones)
    return f"{pluralize(total, 'recipient')}, with local hours: {named}{more}"


def _list(share: Record) -> str:
    named = f"{share['name']}: " if share["name"] else ""
    away = f", {share['unsubscribed']:,} unsubscribed" if share["unsubscribed"] else ""
    wrong = f", {share['invalid']:,} without a valid number" if share["invalid"] else ""
    return f"{named}{share['subscribed']:,} subscribed{away}{wrong}"


def _encoding(preview: Preview) -> str:
    if preview.encoding is None:
        return f"{preview.body.get('type')} has no parts" if not preview.has_parts else "no text"
    characters = list(preview.texts.non_gsm.values())
    because = f", because of {first_few(characters)}" if characters else ""
    return preview.encoding + because


def _parts(record: Record) -> str:
    up_to = "up to " if record["messages"] > 1 else ""
    return f"{up_to}{record['parts']:,} per message, {record['total_parts']:,} in total"


def _share(share: Record) -> str:
    return f"{pluralize(share['recipients'], 'message')}, {pluralize(share['parts'], 'part')}"


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    spelled = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in spelled if count) or "0 s"
