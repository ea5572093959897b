"""`messages preview`: what a send would be, by the same options; nothing is sent."""

from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.crud import register
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._message_send import SEND, looked_up
from smsgw_cli.commands._send_guard import configure_guard, preview_of, tell_of_lookalikes
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.messages.preview import Preview

app = Commands()

COLUMNS = ("recipients", "encoding", "parts", "total_parts", "seconds", "cost")


def preview_message(session: Session, **given: Any) -> None:
    """Print what a send with these options would be, and what that takes for granted."""
    preview = (_of_rows if given["csv"] is not None else _of_text)(session, given)
    tell_of_lookalikes(session, given)
    told = session.previews.as_record(preview)
    if not session.out.is_json:
        for note in told["notes"]:
            session.out.note(f"note: {note}")
    session.out.record(
        session.previews.in_words(preview) if session.out.is_table else told, COLUMNS
    )


def _of_text(session: Session, given: Record) -> "Preview":
    body = {**session.drafts.message(given, strict=False), **looked_up(session, given)}
    configure_guard(session, given)
    return preview_of(session, body, given)


def _of_rows(session: Session, given: Record) -> "Preview":
    mailing = session.drafts.mailing(given)
    configure_guard(session, given)
    letters, audience = session.previews.passed_letters(mailing.letters)
    common = {**mailing.common, **looked_up(session, given)}
    return session.previews.of_letters(common, letters, audience, given["price_per_part"])


register(
    app,
    "preview",
    "Show what a send would be: who gets it, in how many parts, at what cost.",
    SEND,
    preview_message,
    epilog="""
    smsgw -p sandbox messages preview --to +12025550123 -m 'Hello' --sim 1 --delay 5
    smsgw -p sandbox messages preview --list 1 -m 'It’s here' --price-per-part 0.05 -o json
    """,
)
