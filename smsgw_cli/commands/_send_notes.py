"""Notes on parts of a message that its sender may not have intended."""

from collections.abc import Iterable

from smsgw_cli.cli.session import Session
from smsgw_cli.messages.compose import has_placeholder
from smsgw_cli.messages.content import has_line_break_in_letters
from smsgw_cli.messages.send_request import MessageRequest
from smsgw_cli.model import SMS
from smsgw_cli.sms.lookalikes import Lookalikes

LITERAL = (
    "note: {…} is sent literally; --csv fills it in, for a list with: "
    "smsgw contacts export LIST | smsgw messages send --csv - -m TEXT"
)


def note_content(
    session: Session, request: MessageRequest, lookalikes: Lookalikes, text: str = ""
) -> None:
    """Print notes on what --gsm replaced, and on what is sent as it was typed.

    `text` is that of a message to all.
    """
    note_all(session, lookalikes.notes())
    if has_placeholder(text):
        session.out.note(LITERAL)
    if has_line_break_in_letters(request.message or ""):
        session.out.note(
            r"note: \n is sent literally; for a line break write -m $'one\ntwo' in bash, or use "
            "--message-file"
        )
    if request.attachments and request.type is None:
        session.out.note("note: sent as an MMS, as an SMS has no attachments")
    if request.attachments and request.type == SMS:
        session.warn("warning: an SMS has no attachments, so they are lost; omit --type SMS")


def note_all(session: Session, texts: Iterable[str]) -> None:
    """Print each of these as a note."""
    for text in texts:
        session.out.note(f"note: {text}")
