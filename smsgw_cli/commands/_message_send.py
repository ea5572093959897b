"""`messages send`: one text to many, or with --csv one message a row of a file."""

from typing import Any

from smsgw_cli.cli.crud import values_of
from smsgw_cli.cli.dry_run import request_of as request_of_dry_run
from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_watch import follow
from smsgw_cli.commands._send_guard import SendChecks, note_lookalikes
from smsgw_cli.commands._send_options import MOST_WORKERS, SEND, WORKERS
from smsgw_cli.commands._sends import (
    check_options,
    is_known,
    ledger_of,
    policy_of,
    print_sent,
    send,
)
from smsgw_cli.errors import Usage
from smsgw_cli.messages import compose
from smsgw_cli.messages.campaign_names import named
from smsgw_cli.messages.mailings import Mailings
from smsgw_cli.messages.outcomes import Reconciler
from smsgw_cli.messages.preview_text import PLACEHOLDER
from smsgw_cli.messages.request import MessageRequest, Schedule, SendOptions
from smsgw_cli.messages.send_client import SendClient

PATH = "messages/send"


def send_messages(session: Session, **given: Any) -> None:
    request, options = request_of(given), typed(SendOptions, given)
    check_options(options)
    if request.csv is not None:
        return send_rows(session, request, options, given)
    checks = SendChecks(session, options)
    draft = compose.message(request, session.setting("region"))
    note_lookalikes(session, draft.lookalikes)
    if PLACEHOLDER.search(draft.body.get("message", "")):
        session.out.note("note: what stands in {} goes out as it is; only --csv fills it")
    body = {**draft.body, **looked_up(session, given)}
    if not is_known(session, options):
        body = checks.body(body, draft.found)
    return send(session, PATH, body, options)


def request_of(given: dict[str, Any]) -> MessageRequest:
    """What the options ask for. Raises Usage."""
    return MessageRequest(
        schedule=typed(Schedule, given),
        to=tuple(given["to"] or ()),
        has_lists=bool(given["contact_lists"]),
        message=given["message"],
        message_file=given["message_file"],
        gsm=bool(given["gsm"]),
        type=given["type"],
        attachments=tuple(given["attachment"] or ()),
        delivery_report=given["delivery_report"],
        csv=given["csv"],
        number_column=given["number_column"],
    )


def send_rows(
    session: Session, request: MessageRequest, options: SendOptions, given: dict[str, Any]
) -> None:
    """Send one message a row of a file, equal texts as one campaign, and print the campaigns."""
    checks = SendChecks(session, options)
    mailing, lookalikes = compose.mailing(
        request, session.setting("region"), split=options.once is not None
    )
    note_lookalikes(session, lookalikes)
    workers = _workers(given["workers"])
    if given["rate"] is not None:  # before anything is asked
        session.limit_rate(given["rate"])
    mailing.common |= looked_up(session, given)
    # Before anybody is left out: who is suppressed meanwhile makes it no other mailing.
    mark = mailing.mark(request.schedule.at, request.schedule.until, options.once)
    mailing.letters = checks.merged(mailing.letters, mailing.common)
    if session.options.dry_run:
        session.out.json([request_of_dry_run("POST", PATH, named(each)) for each in mailing.bodies])
        return
    policy = policy_of(session, options)
    try:
        with session.out.progress("send") as show:
            _mailings(session).carry_out(
                mailing,
                mark,
                options.once,
                policy,
                workers,
                lambda done, total: show(done, total, "campaigns"),
            )
    finally:
        print_sent(session, mailing.campaigns)
    for campaign in mailing.campaigns if options.watch else ():
        follow(session, campaign, options.max_failed)


def _mailings(session: Session) -> Mailings:
    """What carries mailings out, with the record of sends to the profile's server."""
    api, ledger, note = session.api, ledger_of(session), session.out.note
    profile = session.profile
    return Mailings(
        ledger,
        Reconciler(api, ledger, note, session.warn),
        lambda: SendClient(session.worker(), api.pacer, profile.send_method),
        api.pacer,
        profile.retries,
        note,
    )


def _workers(given: int | None) -> int:
    """How many messages go out in parallel. Raises Usage."""
    workers = WORKERS if given is None else given
    if not 1 <= workers <= MOST_WORKERS:
        raise Usage(f"--workers is a number from 1 to {MOST_WORKERS}, not {workers}")
    return workers


def looked_up(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """The ids of the lists, SIMs and sender ids that were named."""
    return values_of(session, [field for field in SEND if field.names], given)
