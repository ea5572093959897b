"""The question before a large send: many recipients, or many parts."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import shorten

from smsgw_cli.cli.session import Session
from smsgw_cli.messages.content import WITHOUT_PARTS
from smsgw_cli.messages.preview_texts import Batch
from smsgw_cli.model import Record
from smsgw_cli.sms.parts import split
from smsgw_cli.wording import pluralize

LONGEST_TEXT = 160  # characters
PARTS = 5  # as many as ask_above has recipients; each part is paid for


def is_large(limit: int, recipients: int, parts: int) -> bool:
    """Whether a send to so many recipients, in so many parts in total, is asked about."""
    return recipients > limit or parts > PARTS * limit


def parts_of(body: Record) -> int:
    """The parts of one message of a body."""
    return 1 if body.get("type") in WITHOUT_PARTS else len(split(body.get("message", "")))


def ask(
    session: Session, limit: int, recipients: int, parts: int, preview: Iterable[str], when: str
) -> None:
    """Show the preview and ask for confirmation of a large send; `when` as `When.phrase`.

    Raises Usage without a terminal, SmsgwError if the answer is no. Many parts alone are only
    noted without a terminal, for this release.
    """
    question = f"Send it to {pluralize(recipients, 'recipient')}{when}?"
    if recipients <= limit:
        if not session.can_ask:
            session.out.note(f"note: this sends {parts:,} parts; from 0.3 on it requires --yes")
            return
        question = f"Send {parts:,} parts to {pluralize(recipients, 'recipient')}{when}?"
    if session.can_ask:
        for line in preview:
            session.warn(line)
    session.confirm_on_server(question)


def text_lines(first: Sequence[Batch]) -> Iterator[str]:
    """The text; that of the first recipient, if each has their own."""
    for each in first[:1]:
        text = shorten(each.text, LONGEST_TEXT, placeholder=" …")
        yield f"text to {each.to}: {text}" if each.to else f"text: {text}"
