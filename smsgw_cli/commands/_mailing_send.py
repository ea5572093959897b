"""`messages send --csv`: one message per row; rows with the same text share a campaign."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_watch import follow
from smsgw_cli.commands._message_send import PATH
from smsgw_cli.commands._own_files import ask_to_replace_rows
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_notes import note_all, note_content
from smsgw_cli.commands._send_times import timed, warn_if_late, without_quiet_hours
from smsgw_cli.commands._sending import ledger_of, policy_of, print_sent
from smsgw_cli.commands._table_check import table_check
from smsgw_cli.messages.campaign_names import named
from smsgw_cli.messages.mailing import from_file
from smsgw_cli.messages.mailing.mailing import RESULT, Mailing, results_path
from smsgw_cli.messages.mailing.mailings import Mailings, unsent
from smsgw_cli.messages.mailing.repeat import RepeatRule, kept_moments
from smsgw_cli.messages.reconcile import Reconciler
from smsgw_cli.messages.send_client import SendClient
from smsgw_cli.messages.send_request import MailingRequest, MessageRequest, SendOptions
from smsgw_cli.sms.timestamps import parse_timestamp
from smsgw_cli.tables.names import REASON
from smsgw_cli.tables.rejects import rejects_path


def send_rows(
    session: Session,
    request: MessageRequest,
    options: SendOptions,
    mailing_request: MailingRequest,
    look_up: Callable[[], dict[str, Any]],
) -> None:
    """Send one message per row, and print the campaigns.

    `look_up` returns the ids of the given lists and senders, by key of the body. Raises Usage
    for invalid rows, else as `Mailings.carry_out` does.
    """
    checks = SendChecks(session, options)
    mailing, lookalikes = from_file.mailing(
        request, session.setting("region"), once=options.once, check=table_check(session)
    )
    note_content(session, request, lookalikes)
    note_all(session, mailing.notes)
    mailing.common |= look_up()
    kept = kept_moments(ledger_of(session), mailing.identity, options.allowed)
    mailing.common = timed(session, mailing.common, request.schedule, options, kept=kept)
    if kept and (at := kept.get("scheduled_at")):
        session.out.note(f"note: the mailing goes on with the time of its first run, {at}")
    mailing.common = without_quiet_hours(session, mailing.common, options)
    mailing.messages = checks.merged(mailing.messages, mailing.common, mailing.kinds)
    if session.options.dry_run:
        mailing.messages = unsent(ledger_of(session), _rule(session, options), mailing)
        session.out.json([request_of("POST", PATH, named(each)) for each in mailing.bodies])
        return
    ask_to_replace_rows(session, results_path(mailing.file), RESULT)
    ask_to_replace_rows(session, rejects_path(mailing.file), (REASON,))
    policy = policy_of(session, options)
    try:
        _mailings(session, options, checks).carry_out(
            mailing, policy, mailing_request.workers, lambda: session.out.progress("send")
        )
    finally:
        if kept is None:
            _warn_if_late(session, mailing, options)
        print_sent(session, mailing.campaigns)
    for campaign in mailing.campaigns if options.watch else ():
        follow(session, campaign, options.max_failed)


def _warn_if_late(session: Session, mailing: Mailing, options: SendOptions) -> None:
    """By when the server created its last campaign."""
    created = (parse_timestamp(each.get("created_at")) for each in mailing.campaigns)
    warn_if_late(session, mailing.common, options, max(filter(None, created), default=None))


def _mailings(session: Session, options: SendOptions, checks: SendChecks) -> Mailings:
    """Mailings through the profile's server."""
    api, ledger, note = session.api, ledger_of(session, options), session.out.note
    profile = session.profile
    return Mailings(
        ledger,
        Reconciler(api, ledger, note, session.warn),
        lambda: SendClient(session.worker(), api.pacer, profile.send_method),
        api.pacer,
        profile.retries,
        _rule(session, options),
        note,
        session.warn,
        checks.excluded,
    )


def _rule(session: Session, options: SendOptions) -> RepeatRule:
    after = timedelta(seconds=options.repeat_after)
    return RepeatRule(after, options.allowed, lambda question: _agree(session, question))


def _agree(session: Session, question: str) -> bool:
    """Ask a question; False if nobody can be asked. --yes is no answer to it. Raises SmsgwError."""
    if session.options.yes or not session.can_ask:
        return False
    if not session.options.dry_run:
        session.confirm_on_server(question)
    return True
