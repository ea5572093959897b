"""`messages send`: one text to all recipients, or with --csv one message per row."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from smsgw_cli.cli.parameters import deferred, typed
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_notes import note_content
from smsgw_cli.commands._send_options import SEND
from smsgw_cli.commands._send_times import timed, without_quiet_hours
from smsgw_cli.commands._sending import check_options, earlier_body, is_known, send
from smsgw_cli.commands._table_check import table_check
from smsgw_cli.commands._waves import check_waves
from smsgw_cli.errors import Usage
from smsgw_cli.messages import compose
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.messages.send_request import MailingRequest, MessageRequest, Schedule, SendOptions
from smsgw_cli.tables.read_options import ReadOptions

send_rows = deferred("smsgw_cli.commands._mailing_send", "send_rows")


def send_messages(session: Session, **given: Any) -> None:
    """Send, after checks and confirmation, and print the campaign."""
    request, options = request_of(given), options_of(given)
    check_options(session, options)
    check_waves(request, options)
    if request.csv is not None:
        return send_rows(
            session,
            request=request,
            options=options,
            mailing_request=typed(MailingRequest, given),
            look_up=lambda: looked_up(session, given),
        )
    checks = SendChecks(session, options)
    draft = compose.message(request, session.setting("region"), check=table_check(session))
    note_content(session, request, draft.lookalikes, draft.body.get("message", ""))
    body = {**draft.body, **looked_up(session, given)}
    kept_by = _wave_send().moments_of if options.waves else earlier_body
    kept = kept_by(session, options)
    body = timed(session, body, request.schedule, options, kept=kept)
    body = without_quiet_hours(session, body, options)
    if options.waves:
        sending = _wave_send().WaveSend(session, options, body, draft.found, checks)
        sending.carry_out()
        return None
    if options.once is not None:
        _wave_send().refuse_without_waves(session, options)
    if not is_known(session, options):
        body = checks.body(body, draft.found)
    return send(session, MESSAGES, body, options)


def _wave_send() -> Any:
    return import_module("smsgw_cli.commands._wave_send")  # for keys and waves only


def request_of(given: dict[str, Any]) -> MessageRequest:
    """The request of these options. Raises Usage."""
    others = {
        "schedule": typed(Schedule, given),
        "has_lists": bool(given["contact_lists"]),
        "attachments": given["attachment"],
        "column_map": column_map_of(given["mappings"]),
        "read_options": typed(ReadOptions, given),
    }
    request = typed(MessageRequest, {**given, **others})
    excluded = given["exclude"] or ()
    _refuse_shared_input(request, excluded)
    _refuse_map_without_file(request, excluded)
    return request


def options_of(given: dict[str, Any]) -> SendOptions:
    """The checks of a send. Raises Usage."""
    others = {
        "column_map": column_map_of(given["mappings"]),
        "read_options": typed(ReadOptions, given),
    }
    return typed(SendOptions, {**given, **others})


def _refuse_shared_input(request: MessageRequest, exclude: Sequence[str]) -> None:
    """Raise Usage if standard input is the excluded numbers and something else."""
    if "-" in exclude and "-" in (*request.to, request.csv, request.message_file):
        raise Usage("standard input cannot be both the excluded numbers and something else")


def _refuse_map_without_file(request: MessageRequest, exclude: Sequence[str]) -> None:
    is_file = any(each.startswith("@") or each == "-" for each in request.to)
    if request.column_map and not (request.csv or exclude or is_file):
        raise Usage("--map is for the columns of a file", hint="add --csv FILE, or --to @FILE")


def looked_up(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """The ids of the given lists, SIMs and sender ids, by key of the body. Raises NotFound."""
    return values_of(session, [field for field in SEND if field.names], given)
