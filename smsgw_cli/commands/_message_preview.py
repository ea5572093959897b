"""`messages preview`: shows what `messages send` would send with the same options."""

from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._message_send import looked_up, options_of, request_of
from smsgw_cli.commands._send_checks import SendChecks, note_all, note_lookalikes
from smsgw_cli.messages import compose, preview_text
from smsgw_cli.messages.mailing import from_file
from smsgw_cli.messages.send_request import MessageRequest, SendOptions
from smsgw_cli.sms.lookalikes import Lookalikes

if TYPE_CHECKING:
    from smsgw_cli.messages.preview import Preview

COLUMNS = ("recipients", "encoding", "parts", "total_parts", "seconds", "cost")


def preview_message(session: Session, **given: Any) -> None:
    """Print the preview of a send with these options, and its assumptions."""
    request, options = request_of(given), options_of(given)
    preview_of = _of_text if request.csv is None else _of_rows
    preview, lookalikes = preview_of(session, request, options, given)
    note_lookalikes(session, lookalikes)
    record = preview_text.as_record(preview)
    if not session.out.is_json:
        for note in record["notes"]:
            session.out.note(f"note: {note}")
    shown = preview_text.titled_lines(preview) if session.out.is_table else record
    session.out.record(shown, COLUMNS)


def _of_text(
    session: Session, request: MessageRequest, options: SendOptions, given: dict[str, Any]
) -> "tuple[Preview, Lookalikes]":
    checks = SendChecks(session, options)
    draft = compose.message(request, session.setting("region"), strict=False)
    body = {**draft.body, **looked_up(session, given)}
    return checks.preview(body, draft.found), draft.lookalikes


def _of_rows(
    session: Session, request: MessageRequest, options: SendOptions, given: dict[str, Any]
) -> "tuple[Preview, Lookalikes]":
    previews = SendChecks(session, options).previews
    region = session.setting("region")
    mailing, lookalikes = from_file.mailing(request, region, once=options.once)
    note_all(session, mailing.notes)
    messages, audience = previews.merged_without_excluded(mailing.messages)
    audience.duplicates = mailing.merged.duplicates
    common = {**mailing.common, **looked_up(session, given)}
    preview = previews.of_merged(common, messages, audience, options.price)
    return preview, lookalikes
