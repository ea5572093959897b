"""`messages send --csv`: one message per row; rows with the same text share a campaign."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice
from typing import Any

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_watch import follow_all
from smsgw_cli.commands._own_files import ask_to_replace, ask_to_replace_rows
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_notes import note_all, note_content
from smsgw_cli.commands._send_times import timed, warn_if_late, without_quiet_hours
from smsgw_cli.commands._sending import ledger_of, policy_of
from smsgw_cli.commands._table_check import table_check
from smsgw_cli.commands._waves import gate_of, sizes_of
from smsgw_cli.commands.campaigns import CAMPAIGN
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.campaign_names import named
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import from_file
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.mailings import Mailings, mark_unsent
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.repeat import RepeatRule, kept_moments
from smsgw_cli.messages.mailing.results import RESULT
from smsgw_cli.messages.reconcile import Reconciler
from smsgw_cli.messages.send_client import SendClient
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.messages.send_request import MailingRequest, MessageRequest, SendOptions
from smsgw_cli.messages.waves import remaining
from smsgw_cli.messages.waves.waves import Waves
from smsgw_cli.model import Record
from smsgw_cli.output.streams import WriteFailed
from smsgw_cli.sms.timestamps import parse_timestamp
from smsgw_cli.tables.names import REASON
from smsgw_cli.wording import pluralize

MOST_SHOWN = 100  # campaigns in a table on a terminal


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
        request,
        session.setting("region"),
        once=options.once,
        shard=options.part,
        check=table_check(session),
    )
    session.closing(mailing.spool)
    note_content(session, request, lookalikes)
    note_all(session, mailing.notes)
    mailing.common |= look_up()
    kept = kept_moments(ledger_of(session), mailing.identity, options.allowed)
    mailing.common = timed(session, mailing.common, request.schedule, options, kept=kept)
    if kept and (at := kept.get("scheduled_at")):
        session.out.note(f"note: resuming with the time of the first run, {at}")
    mailing.common = without_quiet_hours(session, mailing.common, options)
    checks.mailing(mailing)
    if session.options.dry_run:
        mark_unsent(ledger_of(session), _rule(session, options), mailing)
        if options.waves:
            mailing.divide(sizes_of(options))
        session.out.json([request_of("POST", MESSAGES, named(each)) for each in mailing.bodies])
        return
    ask_to_replace_rows(session, mailing.results_path, RESULT)
    ask_to_replace_rows(session, mailing.rejects_path, (REASON,))
    if options.waves:
        ask_to_replace(session, mailing.left_path, remaining.is_ours)
    policy = policy_of(session, options)
    mailings = _mailings(session, options, checks, mailing.common)
    try:
        mailings.carry_out(
            mailing, policy, mailing_request.workers, lambda: session.out.progress("send")
        )
    finally:
        if kept is None:
            _warn_if_late(session, mailing.common, options, mailings.campaigns(mailing))
        _print(session, mailing, mailings)
    for campaign in mailings.campaigns(mailing) if options.watch else ():
        follow_all(session, [campaign], options.max_failed)


def _print(session: Session, mailing: Mailing, mailings: Mailings) -> None:
    """Print the campaigns, as a table on a terminal the first ones; if that fails, tell where their
    ids are."""
    where = ", ".join(map(str, mailing.written)) or "'smsgw sends list'"
    campaigns = mailings.campaigns(mailing)
    is_cut = session.out.is_first_page_view
    try:
        session.out.rows(islice(campaigns, MOST_SHOWN) if is_cut else campaigns, CAMPAIGN.columns)
        if rest := sum(1 for _ in campaigns):
            session.out.note(f"note: {pluralize(rest, 'more campaign')}; they are in {where}")
    except (SmsgwError, WriteFailed):
        session.warn(f"note: printing the campaigns failed; they are in {where}")
        raise


def _warn_if_late(
    session: Session, common: Record, options: SendOptions, campaigns: Iterable[Record]
) -> None:
    """By when the server created the last of these campaigns."""
    if common.get("scheduled_at"):
        created = (parse_timestamp(each.get("created_at")) for each in campaigns)
        warn_if_late(session, common, options, max(filter(None, created), default=None))


def _mailings(
    session: Session, options: SendOptions, checks: SendChecks, common: Record
) -> Mailings:
    """Mailings through the profile's server, of bodies with this in common."""
    api, ledger, note = session.api, ledger_of(session, options), session.out.note
    profile = session.profile
    return Mailings(
        api,
        ledger,
        Reconciler(api, ledger, note, session.warn),
        lambda: SendClient(session.worker(), api.pacer, profile.send_method),
        api.pacer,
        profile.retries,
        _rule(session, options),
        note,
        session.warn,
        checks.excluded,
        _waves(session, options, ledger, common) if options.waves else None,
    )


def _waves(
    session: Session, options: SendOptions, ledger: Ledger, common: Record
) -> Callable[[MailingRecord], Waves]:
    sizes, gate = sizes_of(options), gate_of(session, common)
    return lambda record: Waves(ledger, record, sizes, gate, lambda: session.now)


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
