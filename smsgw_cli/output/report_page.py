"""The report of a campaign as one page: charts, the numbers beside them, nothing from elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from smsgw_cli.output import svg
from smsgw_cli.output.cells import Record
from smsgw_cli.output.markup import Child, document, element
from smsgw_cli.output.report_style import STYLE
from smsgw_cli.output.report_words import brief, bucket_label, percent, span, width_of, written
from smsgw_cli.output.svg import Bar, Part

MOST_BARS, MOST_ROWS = 15, 100
ARRIVED = ("Delivered", "Completed", "Received")


def page(report: Record) -> str:
    """The page, as text. `report` is what `campaigns report -o json` prints."""
    campaign = report["campaign"]
    title = str(campaign["name"] or f"Campaign {campaign['id']}")
    main = element(
        "main",
        _header(report, title),
        _cards(report),
        _statuses(report),
        _speed(report["delivery_seconds"]),
        _timeline(report["timeline"]),
        _senders(report["senders"]),
        _failures(report),
        _footer(report),
    )
    return document(f"{title} – report", STYLE, element("body", main))


def _header(report: Record, title: str) -> Element:
    campaign = report["campaign"]
    about = [str(campaign["type"] or ""), f"created {written(campaign['created_at'])}"]
    return element(
        "header",
        element("p", f"Campaign {campaign['id']}", class_="eyebrow"),
        element("h1", title),
        element("p", " · ".join(filter(None, about)), class_="soft"),
        _notice(report),
    )


def _notice(report: Record) -> Element | None:
    """That it is not over, if it is not."""
    counts = _by_status(report)
    left = sum(counts.get(status, 0) for status in ("Pending", "Queued", "Processed"))
    told = f"{left:,} of {report['total']:,} are still on their way; these numbers will change."
    return element("p", told, class_="notice") if left else None


def _cards(report: Record) -> Element:
    counts, total = _by_status(report), report["total"]
    arrived, failed = sum(counts.get(each, 0) for each in ARRIVED), counts.get("Failed", 0)
    delays = report["delivery_seconds"]
    is_ussd = report["campaign"]["type"] == "USSD Pull"
    return element(
        "dl",
        _card("USSD codes" if is_ussd else "Messages", f"{total:,}", "in this campaign"),
        _card(
            "Completed" if is_ussd else "Delivered",
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
            "Typical time",
            brief(delays["median"]) if delays else "–",
            "half were faster" if delays else "none arrived yet",
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


def _statuses(report: Record) -> Element:
    rows = report["statuses"]
    told = ", ".join(f"{row['count']:,} {row['status']}" for row in rows) or "nothing was sent"
    parts = [Part(row["status"], row["count"]) for row in rows]
    table = _table(
        "Counts by status",
        ("Status", "Count", "Share"),
        ((_keyed(row["status"]), f"{row['count']:,}", percent(row["share"])) for row in rows),
    )
    chart = svg.shares("Share of each status", told, parts)
    if not rows:
        return _section("What became of them", "Nothing was sent.", None)
    return _section("What became of them", None, chart, table)


def _speed(delays: Record | None) -> Element | None:
    if delays is None:
        return None
    named = (("Half of them within", "median"), ("90 of 100 within", "p90"),
             ("99 of 100 within", "p99"), ("The slowest", "longest"))  # fmt: skip
    rows = [(name, span(delays[key])) for name, key in named]
    longest = delays["longest"] or 1
    bars = [
        Bar(name, (Part("Delivered", round(1000 * delays[key] / longest)),), told)
        for (name, key), (_, told) in zip(named, rows, strict=True)
    ]
    described = "; ".join(f"{name} {told}" for name, told in rows)
    chart = svg.bars("Time from sent to delivered", described, bars)
    told = f"From sent to delivered, of the {delays['count']:,} for which both times are known."
    table = _table("Delivery times", ("Delivered", "Time"), rows)
    drawn = _untitled(chart) if delays["longest"] else None
    return _section("How fast they arrived", told, drawn, _folded(table))


def _untitled(chart: Element) -> Element:
    """Without the names of its pieces, where these count nothing."""
    for piece in chart.iter("rect"):
        for title in piece.findall("title"):
            piece.remove(title)
    return chart


def _timeline(timeline: Record) -> Element | None:
    buckets = timeline["buckets"]
    if not buckets:
        return None
    width = timeline["bucket_seconds"]
    starts = [datetime.fromisoformat(bucket["start"]).astimezone() for bucket in buckets]
    labels = [bucket_label(start, starts, width) for start in starts]
    groups = [
        [Part("Sent", bucket["sent"]), Part("Delivered", bucket["delivered"])] for bucket in buckets
    ]
    told = f"{starts[0]:%d %B %Y %H:%M} to {starts[-1]:%d %B %Y %H:%M}, by {width_of(width)}"
    chart = svg.columns("Messages over time", told, labels, groups)
    rows = (
        (
            written(bucket["start"], seconds=width < 60),
            f"{bucket['sent']:,}",
            f"{bucket['delivered']:,}",
        )
        for bucket in buckets
    )
    table = _table("Messages over time", ("From", "Sent", "Delivered"), rows)
    explained = f"Each column is {width_of(width)}, in the time zone {starts[0].tzname()}."
    legend = _legend("Sent", "Delivered")
    return _section("When", explained, chart, legend, _folded(table))


def _senders(senders: Sequence[Record]) -> Element | None:
    if not senders:
        return None
    bars = [
        Bar(
            _name(row),
            (
                Part("Delivered", row["delivered"]),
                Part("Other", row["other"]),
                Part("Failed", row["failed"]),
            ),
            f"{row['total']:,}",
        )
        for row in senders[:MOST_BARS]
    ]
    described = "; ".join(
        f"{bar.label}: {bar.told}, of which {bar.parts[2].count:,} failed" for bar in bars
    )
    chart = svg.bars("Messages by sender", described, bars)
    table = _table(
        "Messages by sender",
        ("Sender", "Count", "Delivered", "Failed", "Failed share"),
        (
            (
                _name(row),
                *(f"{row[key]:,}" for key in ("total", "delivered", "failed")),
                percent(row["failed_share"]),
            )
            for row in senders[:MOST_ROWS]
        ),
    )
    legend = _legend("Delivered", "Other", "Failed")
    return _section("By SIM or sender id", _shown(len(senders)), chart, legend, table)


def _name(sender: Record) -> str:
    known = sender["from"] if sender["from"] != sender["sender"] else None
    return f"{known} ({sender['sender']})" if known else str(sender["sender"])


def _failures(report: Record) -> Element | None:
    failures = report["failures"]
    if not failures:
        return None
    bars = [
        Bar(row["reason"], (Part("Failed", row["count"]),), f"{row['count']:,}")
        for row in failures[:MOST_BARS]
    ]
    described = "; ".join(f"{bar.label}: {bar.told}" for bar in bars)
    table = _table(
        "Reasons of failure",
        ("Reason", "Count", "Share of failed"),
        (
            (row["reason"], f"{row['count']:,}", percent(row["share"]))
            for row in failures[:MOST_ROWS]
        ),
    )
    chart = svg.bars("Reasons of failure", described, bars)
    return _section("Why some failed", _shown(len(failures)), chart, table)


def _shown(count: int) -> str | None:
    """What is said of those that are not shown, if there are any."""
    if count <= MOST_BARS:
        return None
    table = f"the table the {MOST_ROWS} largest" if count > MOST_ROWS else "the table all"
    return f"Of these {count:,} the chart shows the {MOST_BARS} largest, {table}."


def _footer(report: Record) -> Element:
    told = (
        f"Read from the gateway on {written(report['read_at'])}. Percentiles are interpolated "
        "between the two nearest values (type 7 of Hyndman and Fan). "
        f"'smsgw messages list --campaign {report['campaign']['id']}' lists every message."
    )
    return element("footer", element("p", told, class_="soft"))


def _by_status(report: Record) -> dict[str, int]:
    return {row["status"]: row["count"] for row in report["statuses"]}


def _section(title: str, told: str | None, chart: Element | None, *more: Child) -> Element:
    return element(
        "section",
        element("h2", title),
        element("p", told, class_="soft") if told else None,
        element("div", chart, class_="chart") if chart is not None else None,
        *more,
    )


def _legend(*names: str) -> Element:
    return element("ul", *(element("li", _key(name), name) for name in names), class_="legend")


def _key(name: str) -> Element:
    return element("span", class_=f"key {svg.kind(name)}", aria_hidden="true")


def _keyed(name: str) -> Element:
    return element("span", _key(name), name)


def _folded(table: Element) -> Element:
    return element("details", element("summary", "The numbers"), table)


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Element:
    """A table whose first column names what the others tell."""
    body = element("tbody", *map(_table_row, rows))
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    table = element("table", element("caption", caption), element("thead", head), body)
    return element("div", table, class_="scroll")


def _table_row(cells: Sequence[Any]) -> Element:
    first, *others = cells
    return element("tr", element("th", first, scope="row"), *(element("td", x) for x in others))
