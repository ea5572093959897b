"""`suppress`: the do-not-contact list."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.lists import queries_of
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._filters import OF_CAMPAIGN
from smsgw_cli.commands.devices import SIM
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.messages import csv_numbers, number_list, opt_outs
from smsgw_cli.messages.suppression_list import SuppressionList, path
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables.text_file import read_text

COLUMNS = ("number", "reason", "since")
RESULTS = ("number", "result")

app = Group("Manage the do-not-contact list.")

_Numbers = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER…",
        help="Phone numbers; - reads one per line from standard input",
        show_default=False,
    ),
]
_Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why")]


@app.command("add", epilog="smsgw suppress add +12025550188 --reason 'asked by phone'")
def add_numbers(session: Session, numbers: _Numbers, reason: _Reason = None) -> None:
    """Add numbers to the do-not-contact list."""
    wanted = _in_e164(session, numbers)
    added = _added(session, [(number, reason) for number in wanted])
    session.out.rows(
        [{"number": each, "result": "added" if each in added else "known"} for each in wanted],
        RESULTS,
    )


@app.command("remove", epilog="smsgw suppress remove +12025550188")
def remove_numbers(session: Session, numbers: _Numbers) -> None:
    """Remove numbers from the do-not-contact list."""
    wanted = _in_e164(session, numbers)
    with _suppressed().open() as lookup:
        unknown = [number for number in wanted if not lookup.has(number)]
    if unknown:
        raise NotFound(
            f"not on the do-not-contact list: {', '.join(unknown)}; nothing was removed",
            hint="see 'smsgw suppress list'",
        )
    if not session.options.dry_run:
        _suppressed().remove(wanted)
    session.out.rows([{"number": each, "result": "removed"} for each in wanted], RESULTS)


@app.command("list", epilog="smsgw suppress list -o csv")
def list_numbers(session: Session) -> None:
    """List the numbers with reason and date."""
    session.out.rows(_suppressed(), COLUMNS)


@app.command(
    "import",
    epilog="""
    smsgw suppress import unsubscribed.txt
    smsgw suppress import customers.csv --column phone1 --reason 'closed their account'
    """,
)
def import_numbers(
    session: Session,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="File with one number per line; - for standard input"),
    ],
    column: Annotated[
        str | None,
        typer.Option(
            "--column", metavar="NAME", help="Read a CSV file with the numbers in this column"
        ),
    ] = None,
    reason: _Reason = None,
) -> None:
    """Add the numbers of a file; a file with invalid lines is rejected."""
    region = session.setting("region")
    if column is None:
        numbers = number_list.read(file, region)
    else:
        numbers = csv_numbers.read(file, region, column)
    added = _added(session, [(number, reason or f"from {file}") for number in numbers])
    _print_counts(session, found=len(numbers), added=len(added))


FROM_REPLIES = (
    Field("keyword", "Whole text of the reply; repeatable [default: STOP]", many=True),
    Field(
        "after",
        "Only replies since this time: 2031-01-01, 'mon 09:00', 2h (ago)",
        flag="--since",
        past=True,
    ),
    OF_CAMPAIGN,
    Field("sim", "Filter by SIM (id, number, label or name)", names=SIM),
)


def add_repliers(session: Session, **given: Any) -> None:
    """Add the senders of received messages that are a keyword. Raises Usage for empty options."""
    # Empty from an unset variable, a keyword would match every empty reply.
    if any(not each.strip() for each in given["keyword"] or ()):
        raise Usage("--keyword is empty")
    if given["after"] == "":
        raise Usage("--since is empty")
    query = values_of(session, FROM_REPLIES[1:], given)
    keywords = given["keyword"] or ["STOP"]
    queries = queries_of(FROM_REPLIES, query)
    found = [entry for each in queries for entry in _repliers(session, keywords, each)]
    added = _added(session, found)
    _print_counts(session, found=len({number for number, _ in found}), added=len(added))


register(
    app,
    "from-replies",
    "Add the senders of replies with a keyword; safe to repeat.",
    FROM_REPLIES,
    add_repliers,
    epilog="smsgw -p sandbox suppress from-replies --keyword STOP --keyword 'STOP ALL'",
)


def _suppressed() -> SuppressionList:
    return SuppressionList(path())


def _repliers(
    session: Session, keywords: list[str], query: dict[str, Any]
) -> list[tuple[str, str]]:
    """Number and reason of each sender of a keyword; warns of invalid numbers."""
    found = []
    for message in opt_outs.opt_out_messages(session.api, keywords, query):
        entry = opt_outs.suppression(message, session.setting("region"))
        if entry is not None:
            found.append(entry)
            continue
        session.warn(
            f"warning: message {message['id']} is from {message.get('from')!r}, which "
            "is not a valid number; nothing is suppressed for it"
        )
    return found


def _added(session: Session, numbers: Sequence[tuple[str, str | None]]) -> set[str]:
    """Add numbers; returns the new ones (with --dry-run, those that would be new)."""
    if session.options.dry_run:
        session.out.note("note: dry run, nothing is added")
        with _suppressed().open() as lookup:
            return {number for number, _ in numbers if not lookup.has(number)}
    return set(_suppressed().add(numbers))


def _print_counts(session: Session, *, found: int, added: int) -> None:
    session.out.record({"found": found, "added": added, "known": found - added})


def _in_e164(session: Session, arguments: Iterable[str]) -> list[str]:
    """The numbers in the arguments, without duplicates."""
    lines = (
        line
        for argument in arguments
        for line in (read_text("-").splitlines() if argument == "-" else [argument])
        if line.strip()
    )
    found = dict.fromkeys(e164(line, session.setting("region")) for line in lines)
    if not found:
        raise Usage("no number given")
    return list(found)
