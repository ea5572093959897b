"""`messages tail`: print new messages as they arrive, each once."""

import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from smsgw_cli.campaigns import cursor
from smsgw_cli.campaigns.follow import follow
from smsgw_cli.campaigns.handler import Handler
from smsgw_cli.campaigns.plain_reasons import with_reason
from smsgw_cli.campaigns.program import Program
from smsgw_cli.campaigns.tail import Tail
from smsgw_cli.cli import old_words
from smsgw_cli.cli.crud import FILTERS
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import register, typed
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._campaign_reference import refuse_several
from smsgw_cli.commands.messages import KINDS, MESSAGE
from smsgw_cli.engine import signals
from smsgw_cli.errors import Interrupted, Partial, Usage
from smsgw_cli.model import FAILED, Record
from smsgw_cli.sms.durations import LONGEST
from smsgw_cli.sms.times import past
from smsgw_cli.wording import pluralize

app = Commands()

COLUMNS = ("id", "sent_at", "from", "to", "status", "content")
ASIDE = ".failed.ndjson"  # added to the cursor's file
BUSY = "another run is using this cursor; nothing was done"
OPTIONS = (
    Field("since", "Include messages since: 2h (ago), 09:00, 'mon 09:00', 2031-01-01T12:00"),
    Field("cursor", "File to store the position in; the next run resumes there", file=True),
    Field(
        "exec",
        "Command to run for each message, which it gets as JSON on standard input, instead of "
        "printing it",
        metavar="CMD",
    ),
    Field("follow", "Wait for more messages, or exit after the new ones", bool),
)
HELP = """Print new messages as they arrive, one per line.

Each message is printed once, including late arrivals with an older date and, with --status, late
changes to that status; the setting look_back limits their age. New messages are those from now on,
or since --since. When idle, the server is polled up to six times less often. Network errors are
retried.

With --cursor FILE the next run resumes where this one ended: for cron, with --no-follow. A message
counts as printed once its line is written; if the program is killed before that is recorded, the
next run prints that one message again. A second run with the same file at the same time does
nothing. --since is used only if the file is new. If look_back is longer than before, late arrivals
that were too old are printed, too.

With --exec CMD, the command is run for each message at least once, without a shell and for at most
60 seconds. A message counts as printed after exit code 0. After the third failure it is added to
FILE.failed.ndjson and counts too, so that it does not hold up later messages; the exit code is then
7 at the end.
"""


@dataclass(frozen=True)
class TailRequest:
    """The options as typed; `interval` and `look_back` in seconds. Raises Usage if invalid."""

    since: str | None = None
    cursor: str | None = None
    exec: str | None = None
    follow: bool = True
    interval: float = 5.0
    look_back: float = 86_400.0

    def __post_init__(self) -> None:
        if self.cursor in ("", "-"):
            raise Usage("--cursor must be a file" if self.cursor else "--cursor is empty")
        if self.exec is not None and self.cursor is None:
            raise Usage("--exec requires --cursor", hint="add --cursor FILE")


def tail_messages(session: Session, **given: Any) -> None:
    """Print new messages that match the filters, or hand them to a program.

    Raises Partial if that failed on some of them.
    """
    request = typed(TailRequest, given)
    program = _program(session, request)
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
        aside = Path(f"{path}{ASIDE}")
        handler = Handler(program, seen, aside, session.warn) if program else None
        with _stoppable(path, is_service=request.follow):
            if handler is None:
                _show(session, records, with_reasons=FAILED in query.get("statuses", ()))
                return
            for record in records:
                handler.handle(record)
        if handler:
            _refuse_failures(handler)


def _show(session: Session, records: Iterator[Record], *, with_reasons: bool) -> None:
    """Print the messages; to people also why they failed, if they look for failed ones."""
    columns: Sequence[str] = COLUMNS
    if with_reasons and session.out.is_table:
        columns, records = (*COLUMNS[:-1], "reason", COLUMNS[-1]), map(with_reason, records)
    session.out.stream(records, columns, every=MESSAGE.keys)


def _program(session: Session, request: TailRequest) -> Program | None:
    """The program of --exec. Raises Usage."""
    if request.exec is None:
        return None
    if session.options.dry_run:
        raise Usage("--exec cannot be combined with --dry-run", hint="omit --exec")
    return Program(request.exec)


def _refuse_failures(handler: Handler) -> None:
    """Raise Partial if the program failed on some messages."""
    if handler.failed:
        failed = pluralize(handler.failed, "message")
        raise Partial(
            f"the command failed on {failed}, now in {handler.aside}",
            hint="run it by hand for each line of that file, then delete the file",
        )


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
    (*(each._replace(section=FILTERS) for each in KINDS), *OPTIONS),
    tail_messages,
    reads=("interval", "look_back"),
    old=(old_words.setting("interval"), old_words.setting("look_back")),
    epilog="""
    smsgw messages tail --status Received --since 1h
    smsgw messages tail --status Received --cursor replies.cursor --no-follow -o ndjson
    smsgw messages tail --status Received --cursor replies.cursor --exec 'python3 answer.py'
    """,
)
