"""Notes on what a message says that may not be what its sender meant."""

from smsgw_cli.cli.session import Session
from smsgw_cli.messages.compose import has_placeholder
from smsgw_cli.messages.content import has_line_break_in_letters
from smsgw_cli.messages.send_request import MessageRequest
from smsgw_cli.model import SMS
from smsgw_cli.sms.lookalikes import Lookalikes


def note_content(
    session: Session, request: MessageRequest, lookalikes: Lookalikes, text: str = ""
) -> None:
    """Print notes on what --gsm replaced, and on what is sent as it was typed.

    `text` is that of a message to all.
    """
    for found in lookalikes.notes():
        session.out.note(f"note: {found}")
    if has_placeholder(text):
        session.out.note("note: {…} is sent literally; placeholders work with --csv only")
    if has_line_break_in_letters(request.message or ""):
        session.out.note(
            r"note: \n is sent literally; for a line break write -m $'one\ntwo' in bash, or use "
            "--message-file"
        )
    if request.attachments and request.type is None:
        session.out.note("note: sent as an MMS, as an SMS has no attachments")
    if request.attachments and request.type == SMS:
        session.warn("warning: an SMS has no attachments, so they are lost; omit --type SMS")
