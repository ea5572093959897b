"""`suppress from-replies`: who opted out by a reply is suppressed, who opted in again no longer."""

from collections.abc import Iterator, Sequence
from typing import Any

from smsgw_cli.cli.lists import queries_of
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._suppression_lists import suppression_lists
from smsgw_cli.commands.suppress import FROM_REPLIES
from smsgw_cli.errors import Partial, Unavailable, Usage
from smsgw_cli.messages.opt_out_contacts import Unsubscribed, unsubscribe
from smsgw_cli.messages.opt_out_records import Applied
from smsgw_cli.messages.opt_out_words import StopWords
from smsgw_cli.messages.opt_outs import Replies, Reply, newest, replies
from smsgw_cli.wording import pluralize

MOST_SHOWN = 10


def add_repliers(session: Session, *, unsubscribe: bool | None = None, **given: Any) -> None:
    """Apply the replies. Raises Partial if an opt-out is met whose sender is no number."""
    if given["after"] == "":
        raise Usage("--since is empty")
    suppressed, dry_run = suppression_lists(session), bool(session.options.dry_run)
    since = suppressed.upgraded_at if given["after"] is None else None
    found = newest(_replies(session, given), since)
    applied = suppressed.apply(found, dry_run=dry_run)
    _report(session, found, applied)
    counts, refused = _counts(found, applied), list[int]()
    if unsubscribe:
        numbers = [*applied.added, *applied.known]
        counts["unsubscribed"], refused = _unsubscribed(session, numbers, given["region"])
    if session.out.is_nested:
        counts["similar_replies"] = [each.as_record() for each in applied.similar]
        counts["kept_replies"] = [each.as_record() for each in applied.kept]
    session.out.record(counts)
    if not dry_run:
        _refuse(applied, refused)


def _refuse(applied: Applied, refused: Sequence[int]) -> None:
    """Raise Partial for what could not be done."""
    if refused:
        raise Partial(
            f"the server refused to unsubscribe the contacts {', '.join(map(str, refused))}; "
            "their numbers are suppressed",
            hint="see why with 'smsgw contacts update ID --unsubscribed'",
        )
    if applied.unreadable:
        raise Partial(
            f"{pluralize(len(applied.unreadable), 'opt-out')} from an invalid number: nothing is "
            "suppressed for it",
            hint="see 'smsgw suppress list --unreadable'; for numbers without a +, set the "
            "country with --set region=US",
        )


def _replies(session: Session, given: dict[str, Any]) -> Iterator[Reply]:
    words = StopWords(given["stop_words"])
    for query in queries_of(FROM_REPLIES, values_of(session, FROM_REPLIES, given)):
        yield from replies(session.api, words, query, given["region"])


def _unsubscribed(session: Session, numbers: Sequence[str], region: str | None) -> Unsubscribed:
    try:
        return unsubscribe(session.api, numbers, region, dry_run=bool(session.options.dry_run))
    except Unavailable as error:
        raise Partial(
            f"{error.message}; the numbers are suppressed, but not all contacts unsubscribed",
            hint="run the same command again",
        ) from error


def _counts(found: Replies, applied: Applied) -> dict[str, Any]:
    added, known = len(applied.added), len(applied.known)
    return {
        "found": added + known,
        "added": added,
        "known": known,
        "removed": len(applied.removed),
        "similar": len(applied.similar),
        "older": found.older,
    }


def _report(session: Session, found: Replies, applied: Applied) -> None:
    for reply in applied.unreadable:
        session.warn(
            f"warning: message {reply.id} is from {reply.sender!r}, which "
            "is not a valid number; nothing is suppressed for it"
        )
    if session.options.dry_run:
        session.out.note("note: dry run, nothing is changed")
    _list(session, applied.similar, "looks like an opt-out", "'smsgw suppress add NUMBER'")
    _list(session, applied.kept, "opts in, but was not added by a reply", "'smsgw suppress remove'")
    if found.older:
        session.out.note(
            f"note: {pluralize(found.older, 'reply', 'replies')} from before the upgrade not "
            "applied: only STOP counted then; --since 2020-01-01 applies them"
        )


def _list(session: Session, found: Sequence[Reply], what: str, command: str) -> None:
    """List replies that a person has to read, with the command that acts on them."""
    for reply in found[-MOST_SHOWN:]:
        session.out.note(
            f"note: message {reply.id} from {reply.sender} {what}: {reply.content.strip()!r}"
        )
    if len(found) > MOST_SHOWN:
        session.out.note(f"note: and {len(found) - MOST_SHOWN:,} more; -o json lists all")
    if found:
        session.out.note(f"hint: use {command} if that was meant")
