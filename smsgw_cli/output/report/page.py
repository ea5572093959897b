"""The report of campaigns as one self-contained HTML page: charts and tables."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from smsgw_cli.model import ARRIVED, COMPLETED, DELIVERED, FAILED, USSD_PULL
from smsgw_cli.output.cells import Record
from smsgw_cli.output.report import sections
from smsgw_cli.output.report.markup import document, element
from smsgw_cli.output.report.words import (
    format_time,
    percent,
    short_duration,
    text_of,
    title_of,
)

STYLE = Path(__file__).with_name("style.css")  # light, dark and print


def page(report: Record) -> str:
    """The page as HTML text. `report` is what `campaigns report -o json` prints, as
    `commands._campaign_report` changes it for people."""
    title = title_of(report)
    main = element(
        "main",
        _header(report, title),
        _cards(report),
        sections.statuses(report["statuses"]),
        sections.by_campaign(report.get("campaigns", ())),
        sections.speed(report["delivery_seconds"]),
        sections.over_time(report["timeline"]),
        sections.by_sender(report["senders"]),
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
    counts, total = _by_status(report), report["total"]
    arrived, failed = sum(counts.get(each, 0) for each in ARRIVED), counts.get(FAILED, 0)
    delays = report["delivery_seconds"]
    is_ussd = all(each["type"] == USSD_PULL for each in _campaigns(report))
    where = "in these campaigns" if "campaigns" in report else "in this campaign"
    return element(
        "dl",
        _card("USSD codes" if is_ussd else "Messages", f"{total:,}", where),
        _card(
            COMPLETED if is_ussd else DELIVERED,
            _of(arrived, total),
            f"{arrived:,} of {total:,}",
            "is-delivered",
        ),
        _card(
            "Failed",
            _of(failed, total),
            f"{failed:,} of {total:,}",
            "is-failed" if failed else None,
        ),
        _card(
            "Median time",
            short_duration(delays["median"]) if delays else "–",
            "from sent to delivered" if delays else "none delivered yet",
        ),
        class_="cards",
    )


def _of(count: int, total: int) -> str:
    return percent(count / total) if total else "–"


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


def _campaigns(report: Record) -> Sequence[Record]:
    return report["campaigns"] if "campaigns" in report else [report["campaign"]]


def _by_status(report: Record) -> dict[str, int]:
    return {row["status"]: row["count"] for row in report["statuses"]}
