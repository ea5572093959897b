"""Sends messages and USSD codes, with what both have in common: key, printing, watching."""

from collections.abc import Sequence
from typing import Any

from smsgw_cli.cli.dry_run import would_send
from smsgw_cli.cli.parameters import deferred
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._send_times import warn_if_late
from smsgw_cli.commands._send_warnings import warn_after_send
from smsgw_cli.commands.campaigns import CAMPAIGN
from smsgw_cli.config.settings import SETTINGS, checked
from smsgw_cli.errors import Pending, SmsgwError, Usage
from smsgw_cli.messages import used_keys
from smsgw_cli.messages.campaign_names import named
from smsgw_cli.messages.ledger import Ledger, path_for
from smsgw_cli.messages.ledger_entry import ACCEPTED, Entry
from smsgw_cli.messages.send_request import SendOptions
from smsgw_cli.messages.sender import Sender, UnknownPolicy
from smsgw_cli.model import Record
from smsgw_cli.output.streams import WriteFailed
from smsgw_cli.sms import quiet_hours
from smsgw_cli.sms.number_kinds import KEEP

LIMITS = ("max_failed", "min_arrived")
follow_all = deferred("smsgw_cli.commands._campaign_watch", "follow_all")


def ledger_of(session: Session, options: SendOptions | None = None) -> Ledger:
    """The ledger of the profile's server, which notes what the options allow."""
    allowed = [*options.allowed, *_loosened(session)] if options else ()
    return session.closing(Ledger(path_for(session.profile.key), allowed))


def _loosened(session: Session) -> list[str]:
    """Settings that let through what those of the profile refuse: a shorter repeat_after, fewer
    quiet_hours, landlines, other respect_lists, a higher max_failed, a lower min_arrived."""
    names = ("repeat_after", "quiet_hours", "landlines", "respect_lists", *LIMITS)
    after, quiet, landlines, lists, failed, arrived = map(session.setting, names)
    usual = session.values.profile.settings
    usual_failed, usual_arrived = (usual.get(each, SETTINGS[each].default) for each in LIMITS)
    is_shorter = after < usual.get("repeat_after", SETTINGS["repeat_after"].default)
    is_less_quiet = not quiet_hours.includes(quiet, usual.get("quiet_hours"))
    is_less_respectful = bool(_split(usual.get("respect_lists")) - _split(lists))
    keeps_more = usual.get("landlines", landlines) != landlines == KEEP
    return [
        *([f"repeat_after={after:g}s"] if is_shorter else []),
        *([f"quiet_hours={quiet or ''}"] if is_less_quiet else []),
        *([f"landlines={landlines}"] if keeps_more else []),
        *([f"respect_lists={lists or ''}"] if is_less_respectful else []),
        *([f"max_failed={failed}"] if failed > usual_failed else []),
        *([f"min_arrived={arrived}"] if arrived < usual_arrived else []),
    ]


def _split(lists: str | None) -> set[str]:
    return set((lists or "").split(",")) - {""}


def sender_of(session: Session, options: SendOptions | None = None) -> Sender:
    """The sender for the profile's server, with its ledger."""
    ledger = ledger_of(session, options)
    return Sender(session.api, ledger, note=session.out.note, warn=session.warn)


def policy_of(session: Session, options: SendOptions) -> UnknownPolicy:
    """The policy for sends with an unknown outcome."""
    return UnknownPolicy(options.settle, session.profile.retries)


def check_options(session: Session, options: SendOptions) -> None:
    """Raise Usage for an invalid --max-failed, or for one without --watch or --waves.

    With these, the option --timeout limits the watching and waiting, not single requests.
    """
    awaits = options.watch or options.waves
    if awaits:
        session.give("timeout", None)
    if options.max_failed is not None:
        checked("max_failed", options.max_failed, "--max-failed")
        if not awaits:
            raise Usage("--max-failed requires --watch or --waves", hint="add --watch")
        session.give("max_failed", options.max_failed)


def earlier_body(session: Session, options: SendOptions) -> Record | None:
    """The body of a send with this key that was not refused."""
    found = _earlier(session, options)
    return found.body if found else None


def is_known(session: Session, options: SendOptions) -> bool:
    """Whether a send with this key was accepted: it is not sent again, and needs no checks.

    One with an unknown outcome may be sent again, to whom it may reach by now.
    """
    found = _earlier(session, options)
    if found is None and options.once is not None and not session.options.dry_run:
        return used_keys.is_used(ledger_of(session), options.once)
    return found is not None and found.state == ACCEPTED


def _earlier(session: Session, options: SendOptions) -> Entry | None:
    if options.once is None or session.options.dry_run:
        return None
    return ledger_of(session).find(options.once)


def send(session: Session, path: str, body: Record, options: SendOptions) -> None:
    """Send a checked body and print the campaign; then, if asked for, watch it."""
    if would_send(session, "POST", path, named(body)):
        return
    campaign = sent(session, path, body, options, sender_of(session, options))
    print_sent(session, [campaign], alone=True)
    warn_after_send(session, body)
    if options.watch:
        watch_sent(session, [campaign], options)


def watch_sent(session: Session, campaigns: Sequence[Record], options: SendOptions) -> None:
    """Watch campaigns that were sent, all together. Raises Pending if one is not visible."""
    for campaign in campaigns:
        if campaign["id"] is None:
            raise Pending(
                f"the campaign {campaign['name']!r} is not visible yet, so it cannot be watched",
                hint="search for it again with 'smsgw sends settle'",
            )
    follow_all(session, campaigns=campaigns, max_failed=options.max_failed)


def sent(
    session: Session, path: str, body: dict[str, Any], options: SendOptions, sender: Sender
) -> Record:
    """The campaign of a body that is sent, or was with the same key."""
    policy = policy_of(session, options)
    campaign, is_new = sender.send(path, body, once=options.once, policy=policy)
    if is_new:
        warn_if_late(session, body, options, session.api.clock)
    else:
        session.out.note(f"note: already sent with the key {options.once!r}; not sent again")
    return campaign


def print_sent(session: Session, campaigns: list[Record], *, alone: bool = False) -> None:
    """Print accepted campaigns; if that fails, print their ids on stderr."""
    try:
        if alone:
            shown = {key: campaigns[0].get(key) for key in CAMPAIGN.columns}
            record = shown if session.out.is_table else campaigns[0]
            session.out.record(record, CAMPAIGN.columns)
        else:
            session.out.rows(campaigns, CAMPAIGN.columns)
    except (SmsgwError, WriteFailed):
        ids = ", ".join(str(campaign["id"]) for campaign in campaigns)
        session.warn(f"note: sent as campaign {ids}, but printing it failed")
        raise
