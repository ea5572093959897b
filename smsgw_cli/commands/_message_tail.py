"""`messages tail`: print new messages as they arrive, each once."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from smsgw_cli.campaigns import cursor
from smsgw_cli.campaigns.follow import follow
from smsgw_cli.campaigns.tail import Tail
from smsgw_cli.cli import old_words
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import register, typed
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._campaign_reference import refuse_several
from smsgw_cli.commands.messages import KINDS, MESSAGE
from smsgw_cli.engine import signals
from smsgw_cli.errors import Interrupted, Usage
from smsgw_cli.sms.durations import LONGEST
from smsgw_cli.sms.times import past

app = Commands()

COLUMNS = ("id", "sent_at", "from", "to", "status", "content")
BUSY = "another run is using this cursor; nothing was done"
OPTIONS = (
    Field("since", "Include messages since: 2h (ago), 09:00, 'mon 09:00', 2031-01-01T12:00"),
    Field("cursor", "File to store the position in; the next run resumes there", file=True),
    Field("follow", "Wait for more messages, or exit after the new ones", bool),
)
HELP = """Print new messages as they arrive, one per line.

Each message is printed once, including late arrivals with an older date and, with --status, late
changes to that status; the setting look_back limits their age. Messages from now on are new, or
those sent --since. When idle, the server is polled less often, up to six times. Network errors are
retried.

With --cursor FILE the next run resumes where this one ended: for cron, with --no-follow. A message
counts as printed once its line is written; if the program is killed in between, the next run prints
that one message again. A second run with the same file at the same time does nothing. --since is
used only if the file is new.
"""


@dataclass(frozen=True)
class TailRequest:
    """The options as typed; `interval` and `look_back` in seconds. Raises Usage if invalid."""

    since: str | None = None
    cursor: str | None = None
    follow: bool = True
    interval: float = 5.0
    look_back: float = 86_400.0

    def __post_init__(self) -> None:
        if self.cursor in ("", "-"):
            raise Usage("--cursor must be a file" if self.cursor else "--cursor is empty")


def tail_messages(session: Session, **given: Any) -> None:
    """Print new messages that match the filters."""
    request = typed(TailRequest, given)
    since = None if request.since is None else past(request.since, datetime.now(UTC))
    look_back = timedelta(seconds=min(request.look_back, LONGEST.total_seconds()))
    query = values_of(session, KINDS, given)
    refuse_several(query, given["campaign"])
    path = Path(request.cursor) if request.cursor else None
    profile = session.profile
    about = f"messages {json.dumps(query, sort_keys=True)} at {profile.server or profile.name}"
    with cursor.opened(path, about, lambda: session.out.note(BUSY)) as seen:
        if seen is None:
            return
        tail = Tail(session.api, seen, query, since=since, look_back=look_back)
        note = session.out.note
        records = follow(tail, request.interval, note) if request.follow else tail.new_messages()
        with _stoppable(path, is_service=request.follow):
            session.out.stream(records, COLUMNS, every=MESSAGE.keys)


@contextmanager
def _stoppable(cursor: Path | None, *, is_service: bool) -> Iterator[None]:
    """Ctrl-C is the normal way to stop following, and SIGTERM that to stop a service."""
    try:
        yield
    except KeyboardInterrupt:
        if is_service and signals.received() == signal.SIGTERM:
            return
        hint = "the same command resumes here" if cursor else None
        raise Interrupted("stopped", hint=hint) from None


register(
    app,
    "tail",
    HELP,
    (*KINDS, *OPTIONS),
    tail_messages,
    reads=("interval", "look_back"),
    old=(old_words.setting("interval"), old_words.setting("look_back")),
    epilog="""
    smsgw messages tail --status Received --since 1h
    smsgw messages tail --status Received --cursor replies.cursor --no-follow -o ndjson
    """,
)
