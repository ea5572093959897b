"""`ussd-pulls send`: has SIMs dial USSD codes."""

from typing import Any

from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_options import SENDERS
from smsgw_cli.commands._send_times import timed
from smsgw_cli.commands._sending import check_options, earlier_body, is_known, send
from smsgw_cli.errors import Usage
from smsgw_cli.messages import compose
from smsgw_cli.messages.send_paths import USSD_PULLS
from smsgw_cli.messages.send_request import Schedule, SendOptions


def send_codes(session: Session, **given: Any) -> None:
    """Send, after confirmation if there are many codes, and print the campaign."""
    if not given["codes"]:
        raise Usage("no code given", hint="smsgw ussd-pulls send CODE")
    options = typed(SendOptions, given)
    check_options(session, options)
    checks = SendChecks(session, options)
    schedule, kept = typed(Schedule, given), earlier_body(session, options)
    body = compose.ussd(schedule, given["codes"])
    _note_changes(session, given, body)
    body |= values_of(session, SENDERS, given)
    body = timed(session, body, schedule, options, kept=kept)
    if not is_known(session, options):
        body = checks.codes(body)
    send(session, USSD_PULLS, body, options)


def _note_changes(session: Session, given: dict[str, Any], body: dict[str, Any]) -> None:
    for text, code in zip(given["codes"], body["ussd_codes"], strict=True):
        if text != code:
            session.out.note(f"note: {text!r} is dialed as {code}")
    if "delay" in body and given["delay"] is None:
        session.out.note(
            f"note: a SIM waits {body['delay']} s between codes; --delay sets another time"
        )
