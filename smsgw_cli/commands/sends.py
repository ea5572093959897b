"""`sends`: the ledger of sends and their outcomes."""

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
from smsgw_cli.commands._sending import ledger_of, sender_of
from smsgw_cli.config.settings import checked
from smsgw_cli.engine.job import SETTLE
from smsgw_cli.errors import Unknown, Usage
from smsgw_cli.messages.history import History
from smsgw_cli.model import Record
from smsgw_cli.sms.durations import seconds
from smsgw_cli.wording import pluralize

COLUMNS = ("id", "key", "kind", "state", "campaign", "recipients", "started_at", "ended_at")
MOST_NAMED = 10  # maximum number of keys listed in a prompt
EVERY = (*COLUMNS, "name", "said", "body")

app = Group("Show sends, and settle those with an unknown outcome.")


class SendState(StrEnum):
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_Ids = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID…]", help="Numbers of the sends; - for standard input", show_default=False
    ),
]


@app.command("list", epilog="smsgw sends list --state unknown")
def list_sends(
    session: Session,
    states: Annotated[
        list[SendState] | None, typer.Option("--state", help="Filter by state; repeatable")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", help="Maximum number to show")
    ] = None,
) -> None:
    """List sends, newest first."""
    most = at_most(limit)
    wanted = {each.value for each in states or SendState}
    found = (each for each in _history(session).all() if each["state"] in wanted)
    session.out.rows(islice(found, most), COLUMNS, every=EVERY)


@app.command("show", epilog="smsgw sends show 1")
def show_send(
    session: Session,
    number: Annotated[int, typer.Argument(metavar="ID", help="Number of the send")],
) -> None:
    """Show one send with its full request."""
    session.out.record(_history(session).get(number), COLUMNS)


@app.command("settle", epilog="smsgw -p sandbox sends settle")
def settle_sends(
    session: Session,
    numbers: _Ids = None,
    settle: Annotated[
        float,
        typer.Option(
            parser=seconds,
            metavar="SECONDS",
            help="Seconds to wait before a send that the server does not have counts as not "
            "accepted; 0 checks at once",
        ),
    ] = SETTLE,
) -> None:
    """Ask the server about sends with an unknown outcome; never sends.

    A send that was not accepted is recorded as refused, so that its key can be used again. Exits
    with 8 if some stay unknown.
    """
    checked("settle", settle)
    left: list[str] = []

    def settled() -> Iterator[Record]:
        record = None
        for record in _history(session).settle(_numbers(numbers), settle, sender_of(session)):
            if record["state"] == "unknown":
                left.append(f"{record['id']}: {record['said']}")
            yield record
        if record is None:
            session.out.note("no unknown sends")

    session.out.rows(settled(), COLUMNS, every=EVERY)
    if left:
        raise Unknown(
            f"{pluralize(len(left), 'send stays', 'sends stay')} unknown",
            errors={"send": left},
            hint="see 'smsgw campaigns list'; remove the records with 'smsgw sends forget'",
        )


@app.command("forget", epilog="smsgw sends forget --before 2026-01-01 --yes")
def forget_sends(
    session: Session,
    numbers: _Ids = None,
    before: Annotated[
        str | None, typer.Option(metavar="WHEN", help="All sends before this time")
    ] = None,
) -> None:
    """Delete records of sends; their keys can then send again."""
    if bool(numbers) == bool(before):
        raise Usage("no sends given", hint="use numbers of sends or --before WHEN")
    chosen = _history(session).before(before) if before else _numbers(numbers)
    keys = _history(session).keys_of(chosen)
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
    noun = "Key" if len(keys) == 1 else "Keys"
    warning = f" {noun} {shown} could then send again." if keys else ""
    return f"Delete the record of {named}?{warning}"


def _numbers(given: Iterable[str] | None) -> list[int]:
    """The numbers of sends without duplicates. Raises Usage for an invalid one."""
    found = []
    for text in references(given or ()):
        if not re.fullmatch("[0-9]{1,18}", text):
            raise Usage(f"invalid send number {text!r}", hint="see 'smsgw sends list'")
        found.append(int(text))
    return list(dict.fromkeys(found))
