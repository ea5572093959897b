"""The report of a campaign on a terminal: tables with bars beside the numbers."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from smsgw_cli.model import COMPLETED, DELIVERED, USSD_PULL
from smsgw_cli.output.cells import Record, visible
from smsgw_cli.output.report.words import (
    bucket_label,
    campaign_name,
    counted,
    duration,
    percent,
    text_of,
    title_of,
    what_arrived,
    width_of,
)
from smsgw_cli.output.values import STYLES
from smsgw_cli.sms import local_time
from smsgw_cli.sms.timestamps import read_timestamp

BAR, SHORT_BAR, LEAST_BAR = 32, 10, 4  # characters of the longest bar
INDENT = 2
WIDEST, WIDEST_REASON = 38, 55  # characters of a name; a reason is a sentence
LEAST_NAME = 16  # characters that a bar leaves to a name
GAPS = 3  # characters between four columns
EIGHTHS = " ▏▎▍▌▋▊▉"
MAX_ROWS = 15
LONGEST_TEXT = 160  # characters
UNCUT = 200  # characters; the width used for a file
Row = tuple[str, int, str, str]  # name, length of the bar, text after it, colour


def show(report: Record, file: TextIO) -> None:
    """Print a report; `report` is what `campaigns report -o json` prints."""
    console = Console(
        file=file,
        width=None if file.isatty() else UNCUT,
        highlight=False,
        markup=False,
        emoji=False,
    )
    # Written here: rich would exit the program on a broken pipe.
    with console.capture() as captured:
        console.print(Group(*(each for each in _parts(report, console.width) if each)))
    file.write(re.sub(r" +$", "", captured.get(), flags=re.MULTILINE))


def _parts(report: Record, room: int) -> Iterable[Table | Text]:
    bars = partial(_bars, room=room)
    arrived = what_arrived(report).lower()
    yield Text(f"{_title(report)}, {counted(report)}", style="bold")
    yield Text(_about(report), style="dim")
    yield bars("By campaign", list(map(_campaign, report.get("campaigns", ()))))
    yield bars("By status", [_status(row) for row in report["statuses"]])
    yield bars("By SIM or sender id", [_sender(row, arrived) for row in report["senders"]])
    yield bars("Failures by reason", [_failure(row) for row in report["failures"]], reasons=True)
    if delays := report["delivery_seconds"]:
        yield _times(delays, arrived)
    timeline = report["timeline"]
    title = f"Sent, by {width_of(timeline['bucket_seconds'])}"
    yield bars(title, _over_time(timeline, arrived), maximum=len(timeline["buckets"]))


def _title(report: Record) -> str:
    name = visible(title_of(report))
    return f"Campaign {report['campaign']['id']}: {name}" if "campaign" in report else name


def _about(report: Record) -> str:
    """The beginning of the text, and the gateway, a line each."""
    text = " ".join((text_of(report) or "").split())
    shown = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    lines = [shown, f"read from {report['gateway']}" if report.get("gateway") else ""]
    return "\n".join(visible(line) for line in lines if line)


def _campaign(row: Record) -> Row:
    arrived = COMPLETED if row["type"] == USSD_PULL else DELIVERED
    return campaign_name(row), *_outcome(row, arrived.lower())


def _outcome(row: Record, arrived: str) -> tuple[int, str, str]:
    counts = {arrived: row["delivered"], "sent": row["sent"], "failed": row["failed"]}
    shown = [f"{count:,} {name}" for name, count in counts.items() if count or name == "failed"]
    return row["total"], f"{', '.join(shown)} ({percent(row['failed_share'])})", ""


def _status(row: Record) -> Row:
    return row["status"], row["count"], percent(row["share"]), STYLES.get(row["status"], "")


def _sender(row: Record, arrived: str) -> Row:
    return row["sender"], *_outcome(row, arrived)


def _failure(row: Record) -> Row:
    return row["reason"], row["count"], percent(row["share"]), "red"


def _over_time(timeline: Record, arrived: str) -> list[Row]:
    """A row for each time at which something was sent or arrived."""
    width = timeline["bucket_seconds"]
    buckets = [each for each in timeline["buckets"] if each["sent"] or each["delivered"]]
    starts = [local_time.of(read_timestamp(bucket["start"])) for bucket in buckets]
    return [
        (
            bucket_label(start, starts, width),
            bucket["sent"],
            f"{bucket['delivered']:,} {arrived}" if bucket["delivered"] else "",
            "",
        )
        for start, bucket in zip(starts, buckets, strict=True)
    ]


def _times(delays: Record, arrived: str) -> Text:
    times = ", ".join(
        f"{key} {duration(delays[key])}" for key in ("median", "p90", "p99", "longest")
    )
    return Text.assemble((f"From sent to {arrived}\n", "bold"), f"  {times}\n")


def _bars(
    title: str,
    rows: Sequence[Row],
    *,
    room: int,
    maximum: int = MAX_ROWS,
    reasons: bool = False,
) -> Table | Text:
    """Numbers with their bars. Where there is little room, bars and names are shorter, names and
    texts wrap, and nothing is cut."""
    if not rows:
        return Text("")
    width, bar = _room_for(rows[:maximum], room, reasons=reasons)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.title, table.title_justify, table.title_style = title, "left", "bold"
    table.add_column(width=INDENT + width, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    if bar:
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    longest = max(count for _, count, _, _ in rows) or 1
    for name, count, text, style in rows[:maximum]:
        drawn = [Text(_bar(count / longest, bar), style=style or "cyan")] if bar else []
        shown = Padding.indent(Text(visible(name)), INDENT)
        table.add_row(shown, f"{count:,}", *drawn, Text(text, style="dim"))
    if len(rows) > maximum:
        table.add_row(Text(f"  … and {len(rows) - maximum:,} more", style="dim"))
    table.add_row("")
    return table


def _room_for(rows: Sequence[Row], room: int, *, reasons: bool) -> tuple[int, int]:
    """The width of names, and of the longest bar: 0 where there is no room for bars."""
    widest, longest = (WIDEST_REASON, SHORT_BAR) if reasons else (WIDEST, BAR)
    name = min(widest, max(cell_len(visible(name)) for name, *_ in rows))
    numbers = max(len(f"{count:,}") for _, count, _, _ in rows)
    rest = room - INDENT - GAPS - numbers - max(len(text) for _, _, text, _ in rows)
    bar = min(longest, max(rest - name, min(SHORT_BAR, rest - LEAST_NAME)))
    bar = bar if bar >= LEAST_BAR else 0
    return min(name, max(rest - bar, LEAST_NAME)), bar


def _bar(share: float, longest: int) -> str:
    """A bar with a precision of an eighth of a character; never empty unless the share is 0."""
    eighths = max(round(share * longest * 8), 1 if share else 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
