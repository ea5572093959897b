"""Messages with one person as a conversation: by day, what was sent and what was received."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgw_cli.model import DELIVERED, RECEIVED
from smsgw_cli.output.cells import Record, visible
from smsgw_cli.output.values import STYLES
from smsgw_cli.sms import local_time
from smsgw_cli.sms.timestamps import parse_timestamp

SENT_ARROW, RECEIVED_ARROW = "→", "←"


def write(messages: Iterable[Record], file: TextIO) -> None:
    """Write messages, oldest first; `reason` of a failed one is why."""
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:  # rich would exit the program on a broken pipe
        for day, of_day in groupby(messages, _day):
            console.print(Text(day, style="bold"))
            console.print(_table(of_day))
    file.write(captured.get())


def _table(messages: Iterable[Record]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    for style in ("dim", ""):
        table.add_column(style=style, no_wrap=True)
    table.add_column(overflow="fold")
    for message in messages:
        sent = _sent(message)
        arrow = RECEIVED_ARROW if message.get("status") == RECEIVED else SENT_ARROW
        table.add_row(f"  {sent:%H:%M}" if sent else "     –", arrow, _content(message))
    return table


def _content(message: Record) -> Text:
    """The text, its attachments, and the status of what was sent, if it did not just arrive."""
    attachments = message.get("attachments")
    links = attachments if isinstance(attachments, list) else []
    parts = [visible(str(part)) for part in (message.get("content"), *links) if part]
    text, status = Text(" ".join(parts)), str(message.get("status"))
    if status not in (RECEIVED, DELIVERED):
        reason = message.get("reason")
        shown = f"{status}: {reason}" if reason else status
        text.append(f" ({visible(shown)})", style=STYLES.get(status, "dim"))
    return text


def _sent(message: Record) -> datetime | None:
    moment = parse_timestamp(message.get("sent_at"))
    return local_time.of(moment) if moment else None


def _day(message: Record) -> str:
    sent = _sent(message)
    return f"{sent:%A}, {sent.day} {sent:%B %Y}" if sent else "Not sent yet"
