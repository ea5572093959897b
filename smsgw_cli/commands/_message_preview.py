"""`messages preview`: shows what `messages send` would send with the same options."""

from typing import Any

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._message_send import looked_up, options_of, request_of
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_notes import note_all, note_content
from smsgw_cli.commands._send_times import timed, without_quiet_hours
from smsgw_cli.commands._send_warnings import warn_of_lists, warn_of_senders
from smsgw_cli.commands._sending import check_options, ledger_of
from smsgw_cli.commands._table_check import table_check
from smsgw_cli.commands._waves import check_waves, in_waves
from smsgw_cli.messages import compose, preview_text, recipient_zones
from smsgw_cli.messages.mailing import from_file, repeat, spooled_rows
from smsgw_cli.messages.preview import Preview
from smsgw_cli.messages.send_request import MessageRequest, SendOptions
from smsgw_cli.model import Record
from smsgw_cli.sms.lookalikes import Lookalikes

COLUMNS = ("recipients", "encoding", "parts", "total_parts", "seconds", "cost")


def preview_message(session: Session, **given: Any) -> None:
    """Print the preview of a send with these options, and its assumptions.

    Raises Usage for what the send would be refused for.
    """
    request, options = request_of(given), options_of(given)
    if options.waves is not None:
        check_options(session, options)
        check_waves(request, options)
    preview_of = _of_text if request.csv is None else _of_rows
    checks = SendChecks(session, options)
    preview, lookalikes = preview_of(session, request, options, checks, given)
    note_content(session, request, lookalikes)
    show_preview(session, preview)
    checks.refuse(preview)


def show_preview(session: Session, preview: "Preview") -> None:
    """Print a preview, and its assumptions."""
    if not session.out.is_json:
        for note in preview_text.notes(preview):
            session.out.note(f"note: {note}")
    is_table = session.out.is_table or session.out.is_for_people
    shown: Record = (
        preview_text.titled_lines(preview) if is_table else preview_text.as_record(preview)
    )
    if session.out.is_json or session.out.is_nested:
        shown["recipient_zones"] = recipient_zones.by_number(preview.audience.e164)
    session.out.record(shown, COLUMNS)


def _of_text(
    session: Session,
    request: MessageRequest,
    options: SendOptions,
    checks: SendChecks,
    given: dict[str, Any],
) -> tuple[Preview, Lookalikes]:
    check = table_check(session, asks=False)
    draft = compose.message(request, session.setting("region"), strict=False, check=check)
    body = {**draft.body, **looked_up(session, given)}
    body = timed(session, body, request.schedule, options)
    body = without_quiet_hours(session, body, options)
    preview = checks.preview(body, draft.found)
    warn_of_senders(session, body)
    warn_of_lists(session, preview.audience)
    return preview, draft.lookalikes


def _of_rows(
    session: Session,
    request: MessageRequest,
    options: SendOptions,
    checks: SendChecks,
    given: dict[str, Any],
) -> tuple[Preview, Lookalikes]:
    previews = checks.previews
    region = session.setting("region")
    check = table_check(session, asks=False)
    mailing, lookalikes = from_file.mailing(
        request, region, once=options.once, shard=options.part, check=check
    )
    note_all(session, mailing.notes)
    duplicates = spooled_rows.count_duplicates(mailing.spool)
    audience = previews.of_mailing_without_excluded(mailing)
    kept = None
    if session.key:  # a preview needs no profile
        kept = repeat.kept_moments(ledger_of(session), mailing.identity, options.allowed)
    audience.duplicates = duplicates
    common = {**mailing.common, **looked_up(session, given)}
    audience.add_kinds(mailing.kinds)
    common = timed(session, common, request.schedule, options, kept=kept)
    mailing.common = without_quiet_hours(session, common, options)
    warn_of_senders(session, mailing.common)
    preview = previews.of_mailing(mailing, audience, options.price)
    return in_waves(session, preview, options), lookalikes
