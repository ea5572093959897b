"""The report of a campaign as one self-contained HTML page: charts and tables."""

from xml.etree.ElementTree import Element

from smsgw_cli.model import ARRIVED, COMPLETED, DELIVERED, FAILED, UNSENT, USSD_PULL
from smsgw_cli.output.cells import Record
from smsgw_cli.output.report import sections
from smsgw_cli.output.report.markup import document, element
from smsgw_cli.output.report.style import STYLE
from smsgw_cli.output.report.words import format_time, percent, short_duration


def page(report: Record) -> str:
    """The page as HTML text. `report` is what `campaigns report -o json` prints."""
    campaign = report["campaign"]
    title = str(campaign["name"] or f"Campaign {campaign['id']}")
    main = element(
        "main",
        _header(report, title),
        _cards(report),
        sections.statuses(report["statuses"]),
        sections.speed(report["delivery_seconds"]),
        sections.over_time(report["timeline"]),
        sections.by_sender(report["senders"]),
        sections.failed(report["failures"]),
        _footer(report),
    )
    return document(f"{title} – report", STYLE, element("body", main))


def _header(report: Record, title: str) -> Element:
    campaign = report["campaign"]
    about = [str(campaign["type"] or ""), f"created {format_time(campaign['created_at'])}"]
    return element(
        "header",
        element("p", f"Campaign {campaign['id']}", class_="eyebrow"),
        element("h1", title),
        element("p", " · ".join(filter(None, about)), class_="soft"),
        _notice(report),
    )


def _notice(report: Record) -> Element | None:
    """A notice if the campaign is not finished."""
    counts = _by_status(report)
    left = sum(counts.get(status, 0) for status in UNSENT)
    text = f"{left:,} of {report['total']:,} not sent yet; these numbers will change."
    return element("p", text, class_="notice") if left else None


def _cards(report: Record) -> Element:
    counts, total = _by_status(report), report["total"]
    arrived, failed = sum(counts.get(each, 0) for each in ARRIVED), counts.get(FAILED, 0)
    delays = report["delivery_seconds"]
    is_ussd = report["campaign"]["type"] == USSD_PULL
    return element(
        "dl",
        _card("USSD codes" if is_ussd else "Messages", f"{total:,}", "in this campaign"),
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
        f"Read from the gateway on {format_time(report['read_at'])}. Percentiles are interpolated "
        "between the two nearest values (Hyndman and Fan, type 7). "
        f"'smsgw messages list --campaign {report['campaign']['id']}' lists every message."
    )
    return element("footer", element("p", text, class_="soft"))


def _by_status(report: Record) -> dict[str, int]:
    return {row["status"]: row["count"] for row in report["statuses"]}
