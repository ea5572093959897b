"""The report of campaigns as one self-contained HTML page: charts and tables."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from smsgw_cli.model import COMPLETED, DELIVERED, FAILED
from smsgw_cli.output.cells import Record
from smsgw_cli.output.report import sections
from smsgw_cli.output.report.markup import document, element
from smsgw_cli.output.report.words import (
    format_time,
    percent,
    short_duration,
    text_of,
    title_of,
    what_arrived,
)
from smsgw_cli.wording import pluralize

STYLE = Path(__file__).with_name("style.css")  # light, dark and print


def page(report: Record) -> str:
    """The page as HTML text. `report` is what `campaigns report -o json` prints, as
    `commands._campaign_report` changes it for people."""
    title, arrived = title_of(report), what_arrived(report)
    main = element(
        "main",
        _header(report, title),
        _cards(report),
        sections.statuses(report["statuses"]),
        sections.by_campaign(report.get("campaigns", ()), arrived),
        sections.speed(report["delivery_seconds"], arrived),
        sections.over_time(report["timeline"], arrived),
        sections.by_sender(report["senders"], arrived),
        sections.failed(report["failures"]),
        _footer(report),
    )
    style = STYLE.read_text(encoding="utf-8")
    return document(f"{title} – report", style, element("body", main))


def _header(report: Record, title: str) -> Element:
    eyebrow, about = _about_several(report) if "campaigns" in report else _about_one(report)
    return element(
        "header",
        element("p", eyebrow, class_="eyebrow"),
        element("h1", title),
        element("p", about, class_="soft"),
        _quote(report),
        _notice(report),
    )


def _about_one(report: Record) -> tuple[str, str]:
    campaign = report["campaign"]
    about = [str(campaign["type"] or ""), f"created {format_time(campaign['created_at'])}"]
    return f"Campaign {campaign['id']}", " · ".join(filter(None, about))


def _about_several(report: Record) -> tuple[str, str]:
    times = sorted(str(each["created_at"]) for each in report["campaigns"] if each["created_at"])
    period = f"created {format_time(times[0])} to {format_time(times[-1])}" if times else ""
    return "All campaigns", period


def _quote(report: Record) -> Element | None:
    lines = (text_of(report) or "").splitlines()
    return (
        element("div", *(element("p", each) for each in lines), class_="quote") if lines else None
    )


def _notice(report: Record) -> Element | None:
    """A notice if the campaign is not finished."""
    left = report["left"]
    text = f"{left:,} of {report['total']:,} not sent yet; these numbers will change."
    return element("p", text, class_="notice") if left else None


def _cards(report: Record) -> Element:
    first = report["headline"]
    cards = _cards_of_messages(report) if first.messages else _cards_of_codes(report)
    delays = report["delivery_seconds"]
    arrived = what_arrived(report).lower()
    time = _card(
        "Median time",
        short_duration(delays["median"]) if delays else "–",
        f"from sent to {arrived}" if delays else f"none {arrived} yet",
    )
    is_asked = first.with_report or first.codes or not first.messages
    return element("dl", *cards, time if is_asked else None, class_="cards")


def _cards_of_messages(report: Record) -> Iterator[Element]:
    """Without delivery reports, what was sent is as good as it gets."""
    first = report["headline"]
    selftests, where = report.get("selftests", 0), _where(report)
    where += f", {pluralize(selftests, 'self-test')} included" if selftests else ""
    where += f", and {pluralize(first.codes, 'USSD code')}" if first.codes else ""
    yield _card("Messages", f"{first.messages:,}", where)
    yield _share_card("Sent", first.sent, first.messages, class_="is-delivered")
    if first.with_report:
        reports = " with a delivery report"
        yield _share_card(DELIVERED, first.delivered, first.with_report, reports, "is-delivered")
    yield _share_card(FAILED, first.failed, first.messages, class_="is-failed")


def _cards_of_codes(report: Record) -> Iterator[Element]:
    first = report["headline"]
    what = "USSD codes" if first.codes else "Messages"
    yield _card(what, f"{first.codes:,}", _where(report))
    yield _share_card(COMPLETED if first.codes else "Sent", first.completed, first.codes)
    yield _share_card(FAILED, first.failed_codes, first.codes, class_="is-failed")


def _where(report: Record) -> str:
    return "in these campaigns" if "campaigns" in report else "in this campaign"


def _share_card(
    name: str, count: int, total: int, more: str = "", class_: str = "is-delivered"
) -> Element:
    share = percent(count / total) if total else "–"
    return _card(name, share, f"{count:,} of {total:,}{more}", class_ if count else None)


def _card(name: str, value: str, more: str, class_: str | None = None) -> Element:
    return element(
        "div",
        element("dt", name),
        element("dd", value, class_=class_),
        element("dd", more, class_="more"),
        class_="card",
    )


def _footer(report: Record) -> Element:
    text = (
        f"Read from {report.get('gateway') or 'the gateway'} on {format_time(report['read_at'])}. "
        "Percentiles are interpolated between the two nearest values (Hyndman and Fan, type 7)."
    )
    if "campaigns" not in report:
        identity = report["campaign"]["id"]
        text += f" 'smsgw messages list --campaign {identity}' lists every message."
    return element("footer", element("p", text, class_="soft"))
