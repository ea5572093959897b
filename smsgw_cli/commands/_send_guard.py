"""What every send passes before it goes out: the gate, and a question where many would get it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.messages.audience import Audience
    from smsgw_cli.messages.merge import MergedMessage
    from smsgw_cli.messages.preview import Preview

ASK_ABOVE = 100
ASKING = (
    Field("ask_above", f"Ask before a send to more than this; {ASK_ABOVE} if not given", int),
)
GATE = (
    Field("exclude", "Leave out the numbers in this file, one a line", file=True),
    Field(
        "allow_suppressed",
        "Send to numbers of the do-not-contact list too",
        bool,
        "--allow-suppressed",
    ),
    *ASKING,
    Field("price_per_part", "What a part costs, for the summary", float),
)
GSM = Field("gsm", "Replace characters that only look like those of GSM-7", bool, "--gsm")


def passed(session: Session, body: Record, given: Record) -> Record:
    """The body without those who must not get it, once it is agreed to if many would.

    Raises Usage if nobody is left, or if a list cannot be kept from those on it.
    """
    configure_guard(session, given)
    if given.get("once") and not session.dry_run and session.sender.knows(given["once"]):
        return body  # nothing new goes out
    if "ussd_codes" in body:
        _ask(session, given, len(body["ussd_codes"]), "codes", None)
        return body
    body, audience = session.previews.passed(body)
    if session.yes or session.dry_run:
        return body
    bound = session.previews.bound(body) if audience is None else len(audience)
    if _is_asked(session, given, bound):
        preview = preview_of(session, body, given, audience)
        _ask(session, given, len(preview.audience), "recipients", preview)
    return body


def passed_letters(
    session: Session, letters: "Sequence[MergedMessage]", common: Record, given: Record
) -> "list[MergedMessage]":
    """The same for one message a row."""
    configure_guard(session, given)
    kept, audience = session.previews.passed_letters(letters)
    if _is_asked(session, given, len(audience)):
        preview = session.previews.of_letters(common, kept, audience, given.get("price_per_part"))
        _ask(session, given, len(audience), "recipients", preview)
    return kept


def configure_guard(session: Session, given: Record) -> None:
    """Set the gate as the options say."""
    if given.get("allow_suppressed"):
        session.gate.allow_suppressed()
    session.gate.exclude(session.drafts.excluded(given))


def preview_of(
    session: Session, body: Record, given: Record, audience: "Audience | None" = None
) -> "Preview":
    """What a send of one text will be."""
    if audience is None:
        audience = session.previews.audience(body)
    audience.add(session.drafts.found)
    return session.previews.of_message(body, audience, given.get("price_per_part"))


def tell_of_lookalikes(session: Session, given: Record) -> None:
    """Say what --gsm replaced, and what it could not."""
    for told in session.drafts.lookalikes.told() if given.get("gsm") else ():
        session.out.note(f"note: {told}")


def _is_asked(session: Session, given: Record, count: int) -> bool:
    above = given.get("ask_above")
    asks = count > (ASK_ABOVE if above is None else above)
    return asks and not (session.yes or session.dry_run)


def _ask(session: Session, given: Record, count: int, word: str, preview: "Preview | None") -> None:
    """Show what it will be and ask, if more than that many get it."""
    if not _is_asked(session, given, count):
        return
    if preview is not None and session.is_attended:
        for name, said in session.previews.in_words(preview).items():
            session.tell(f"{name}: {said}")
        for note in session.previews.notes(preview):
            session.tell(f"note: {note}")
    session.confirm(f"Send it to {count:,} {word}?")
