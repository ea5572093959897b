"""The sections of a report's page, each with a chart and a table."""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from smsgw_cli.output.cells import Record
from smsgw_cli.output.report import svg
from smsgw_cli.output.report.page_parts import folded, keyed, legend, section, table
from smsgw_cli.output.report.svg import Bar, Part
from smsgw_cli.output.report.words import (
    bucket_label,
    campaign_name,
    duration,
    format_time,
    percent,
    width_of,
)
from smsgw_cli.sms import local_time
from smsgw_cli.sms.timestamps import read_timestamp

MAX_BARS, MAX_ROWS = 15, 100
POINTS = {
    "median": "Median",
    "p90": "90th percentile",
    "p99": "99th percentile",
    "longest": "Slowest",
}


def statuses(rows: Sequence[Record]) -> Element:
    if not rows:
        return section("Status", "Nothing was sent.", None)
    parts = [Part(row["status"], row["count"]) for row in rows]
    return section(
        "Status",
        None,
        svg.shares("Share of each status", _listed(parts), parts),
        table(
            "Counts by status",
            ("Status", "Count", "Share"),
            ((keyed(row["status"]), f"{row['count']:,}", percent(row["share"])) for row in rows),
        ),
    )


def _listed(parts: Sequence[Part]) -> str:
    """The text alternative of a chart."""
    return "; ".join(map(str, parts))


def speed(delays: Record | None, arrived: str) -> Element | None:
    if delays is None:
        return None
    rows = [(name, duration(delays[key])) for key, name in POINTS.items()]
    described, until = "; ".join(f"{name} {time}" for name, time in rows), arrived.lower()
    return section(
        "Delivery time",
        f"From sent to {until}, for the {delays['count']:,} with both times known.",
        svg.bars(f"Time from sent to {until}", described, _lengths(delays)),
        folded(table("Delivery times", (arrived, "Time"), rows)),
    )


def _lengths(delays: Record) -> list[Bar]:
    """One bar for each point, in milliseconds, labelled with its duration."""
    return [
        Bar(name, (Part("Delivered", round(1000 * delays[key])),), duration(delays[key]))
        for key, name in POINTS.items()
    ]


def over_time(timeline: Record, arrived: str) -> Element | None:
    buckets, width = timeline["buckets"], timeline["bucket_seconds"]
    if not buckets:
        return None
    starts = [local_time.of(read_timestamp(bucket["start"])) for bucket in buckets]
    first, last = (format_time(bucket["start"]) for bucket in (buckets[0], buckets[-1]))
    chart = svg.columns(
        "Messages over time",
        f"Sent and {arrived.lower()} from {first} to {last}, by {width_of(width)}",
        [bucket_label(start, starts, width) for start in starts],
        [_sent_and_arrived(bucket, arrived) for bucket in buckets],
    )
    rows = (
        (
            format_time(each["start"], seconds=width < 60),
            f"{each['sent']:,}",
            f"{each['delivered']:,}",
        )
        for each in buckets
    )
    return section(
        "Messages over time",
        f"One column per {width_of(width)}, in the time zone {starts[0].tzname()}.",
        chart,
        legend("Sent", arrived),
        folded(table("Messages over time", ("From", "Sent", arrived), rows)),
    )


def _sent_and_arrived(bucket: Record, arrived: str) -> list[Part]:
    return [Part("Sent", bucket["sent"]), Part(arrived, bucket["delivered"])]


def by_campaign(campaigns: Sequence[Record], arrived: str) -> Element | None:
    largest = sorted(campaigns, key=lambda each: -each["total"])
    return _by_outcome("By campaign", "campaign", campaign_name, largest, arrived)


def by_sender(senders: Sequence[Record], arrived: str) -> Element | None:
    return _by_outcome("By SIM or sender id", "sender", _name, senders, arrived)


def _by_outcome(
    title: str, what: str, name: Callable[[Record], str], rows: Sequence[Record], arrived: str
) -> Element | None:
    """What arrived, was sent and failed, for each of these, which are named by `name`."""
    if not rows:
        return None
    bars = [Bar(name(row), _outcomes(row, arrived), f"{row['total']:,}") for row in rows[:MAX_BARS]]
    described = ". ".join(f"{bar.label}: {_listed(bar.parts)}" for bar in bars)
    return section(
        title,
        _shown(len(rows)),
        svg.bars(f"Messages by {what}", described, bars),
        legend(arrived, "Sent", "Other", "Failed"),
        table(
            f"Messages by {what}",
            (what.capitalize(), "Count", arrived, "Sent", "Failed", "Failed share"),
            ((name(row), *_outcome_cells(row)) for row in rows[:MAX_ROWS]),
        ),
    )


def _outcomes(row: Record, arrived: str) -> tuple[Part, ...]:
    counts = {
        arrived: row["delivered"],
        "Sent": row["sent"],
        "Other": row["other"] - row["sent"],
        "Failed": row["failed"],
    }
    return tuple(Part(name, count) for name, count in counts.items())


def _outcome_cells(row: Record) -> tuple[str, ...]:
    counts = (f"{row[key]:,}" for key in ("total", "delivered", "sent", "failed"))
    return (*counts, percent(row["failed_share"]))


def _name(sender: Record) -> str:
    known = sender["from"] if sender["from"] != sender["sender"] else None
    return f"{known} ({sender['sender']})" if known else str(sender["sender"])


def failed(rows: Sequence[Record]) -> Element | None:
    if not rows:
        return None
    parts = [Part(row["reason"], row["count"]) for row in rows[:MAX_BARS]]
    bars = [Bar(part.name, (Part("Failed", part.count),), f"{part.count:,}") for part in parts]
    return section(
        "Failures",
        _shown(len(rows)),
        svg.bars("Failures by reason", _listed(parts), bars),
        table(
            "Failures by reason",
            ("Reason", "Count", "Share of failed"),
            (
                (row["reason"], f"{row['count']:,}", percent(row["share"]))
                for row in rows[:MAX_ROWS]
            ),
        ),
    )


def _shown(count: int) -> str | None:
    """A note if the chart does not show all of them."""
    if count <= MAX_BARS:
        return None
    listed = f"the {MAX_ROWS} largest" if count > MAX_ROWS else "all"
    return f"The chart shows the {MAX_BARS} largest of {count:,}, the table {listed}."
