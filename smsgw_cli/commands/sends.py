"""The ledger for people: what was sent, and what became of what was lost on its way."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice
from typing import Annotated

import typer

from smsgw_cli.cli.actions import at_most
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import references
from smsgw_cli.commands._sends import ledger_of, sender_of
from smsgw_cli.config import settings
from smsgw_cli.errors import Unknown, Usage
from smsgw_cli.messages.history import History
from smsgw_cli.model import Record
from smsgw_cli.sms.durations import seconds
from smsgw_cli.wording import pluralize

COLUMNS = ("id", "key", "kind", "state", "campaign", "recipients", "started_at", "ended_at")
MOST_NAMED = 10  # more keys than this are not read out in a question
EVERY = (*COLUMNS, "name", "said", "body")

app = Group("Look at what was sent, and settle what is unknown.")


class State(StrEnum):
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID…]", help="Numbers of sends; - reads them", show_default=False),
]


@app.command("list", epilog="smsgw sends list --state unknown")
def list_sends(
    session: Session,
    states: Annotated[
        list[State] | None, typer.Option("--state", help="Only of this state; several times")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", help="Stop after so many")
    ] = None,
) -> None:
    """List what was sent, newest first."""
    most = at_most(limit)
    wanted = {each.value for each in states or State}
    found = (each for each in _history(session).all() if each["state"] in wanted)
    session.out.rows(islice(found, most), COLUMNS, every=EVERY)


@app.command("show", epilog="smsgw sends show 1")
def show_send(
    session: Session,
    number: Annotated[int, typer.Argument(metavar="ID", help="The send's number")],
) -> None:
    """Show one send, with all that went out."""
    session.out.record(_history(session).one(number), COLUMNS)


@app.command("settle", epilog="smsgw -p sandbox sends settle")
def settle_sends(
    session: Session,
    numbers: _Ids = None,
    settle: Annotated[
        float,
        typer.Option(
            parser=seconds,
            metavar="SECONDS",
            help="How long a send is left alone before the server's word counts that it did not "
            "take it; 0 asks at once",
        ),
    ] = 60.0,
) -> None:
    """Ask the server what became of unknown sends; sends nothing.

    What was not accepted is noted as refused, so that its key sends again. Exit 8 if some stay
    unknown.
    """
    settings.settle(settle)
    left: list[str] = []

    def settled() -> Iterator[Record]:
        record = None
        for record in _history(session).settled(_numbers(numbers), settle, sender_of(session)):
            if record["state"] == "unknown":
                left.append(f"{record['id']}: {record['said']}")
            yield record
        if record is None:
            session.out.note("nothing is unknown")

    session.out.rows(settled(), COLUMNS, every=EVERY)
    if left:
        raise Unknown(
            f"{pluralize(len(left), 'send stays', 'sends stay')} unknown",
            errors={"send": left},
            hint="look at 'smsgw campaigns list'; 'smsgw sends forget' takes them out of here",
        )


@app.command("forget", epilog="smsgw sends forget --before 2026-01-01 --yes")
def forget_sends(
    session: Session,
    numbers: _Ids = None,
    before: Annotated[
        str | None, typer.Option(metavar="WHEN", help="All that began before this moment")
    ] = None,
) -> None:
    """Forget sends; what was sent stays sent, but a key that is forgotten sends again."""
    if bool(numbers) == bool(before):
        raise Usage("nothing to forget", hint="numbers of sends, or --before WHEN, say which")
    chosen = _history(session).before(before) if before else _numbers(numbers)
    keys = _history(session).keys(chosen)
    if session.options.dry_run:
        session.out.json([{"id": each, "would": "forget"} for each in chosen])
        return
    if chosen:
        session.confirm(_question(chosen, keys))
    _history(session).forget(chosen)
    session.out.rows(({"id": each, "result": "forgotten"} for each in chosen), ("id", "result"))


def _history(session: Session) -> History:
    return History(ledger_of(session))


def _question(chosen: list[int], keys: list[str]) -> str:
    named = f"send {chosen[0]}" if len(chosen) == 1 else f"{len(chosen)} sends"
    shown = ", ".join(map(repr, keys[:MOST_NAMED])) + (", …" if len(keys) > MOST_NAMED else "")
    warning = f"; these keys could then send a second time: {shown}" if keys else ""
    return f"Forget {named}{warning}?"


def _numbers(given: Iterable[str] | None) -> list[int]:
    """The numbers of sends, each once. Raises Usage for what is none."""
    found = []
    for text in references(given or ()):
        if not re.fullmatch("[0-9]{1,18}", text):
            raise Usage(f"{text!r} is not the number of a send", hint="'smsgw sends list' has them")
        found.append(int(text))
    return list(dict.fromkeys(found))
