"""`contacts import`: a file checked, the plan told, carried out, and how it went."""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from smsgw_cli import arguments, settings
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.errors import Partial, Usage
from smsgw_cli.offers import name_of
from smsgw_cli.resource import Record, find
from smsgw_cli.session import Session

if TYPE_CHECKING:
    from smsgw_cli.bulk.plan import Plan, Problem
    from smsgw_cli.bulk.rows import Table
    from smsgw_cli.bulk.wish import Tempo, Wish

MOST_SHOWN = 1_000  # contacts that --dry-run shows, however long the file

Workers = Annotated[
    int, typer.Option(min=1, max=256, metavar="N", help="The most requests at once")
]
Rate = Annotated[
    str | None, typer.Option(metavar="N/min", help="The most requests a minute, such as 600/min")
]
Settle = Annotated[
    float,
    typer.Option(
        min=0,
        metavar="SECONDS",
        help="How long a request without an answer is left alone before the list is asked "
        "what became of it; 0 asks at once",
    ),
]


def import_contacts(
    session: Session,
    contact_list: Annotated[
        str | None,
        typer.Argument(metavar="LIST", help="The list's id or name", show_default=False),
        name_of(CONTACT_LIST),
    ] = None,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE", help="A CSV file, also .gz; - is standard input", show_default=False
        ),
    ] = None,
    mappings: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=TAG", help="Which field a column goes to"),
    ] = None,
    create_fields: Annotated[
        bool, typer.Option("--create-fields", help="Make fields for columns that fit none")
    ] = False,
    ignore_extra: Annotated[
        bool, typer.Option("--ignore-extra", help="Leave out columns that fit no field")
    ] = False,
    region: Annotated[
        str | None,
        typer.Option(metavar="CC", help="The country of numbers without a +, such as US"),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The file's encoding; found out by itself if not given")
    ] = None,
    existing: Annotated[
        Literal["skip", "update", "fail"],
        typer.Option(help="What to do with numbers that are on the list already"),
    ] = "skip",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the rest; wrong rows go to a file")
    ] = False,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Only the I-th of N parts of the file")
    ] = None,
    workers: Workers = 16,
    rate: Rate = None,
    settle: Settle = 60.0,
    undo: Annotated[
        int | None, typer.Option(metavar="RUN", help="Delete what this import created instead")
    ] = None,
) -> None:
    """Import contacts from a CSV file.

    Every row is checked before anything is sent; a file with wrong rows is refused whole.
    An import that was cut short, however that was, goes on when it is run again.
    """
    from_line = {"given": _pairs(mappings or []), "create_fields": create_fields}
    tempo = tempo_of(session, workers, rate, settle)
    if undo is not None:
        undo_run(session, undo, tempo)
        return
    if contact_list is None or file is None:
        raise Usage("an import needs a LIST and a FILE", hint="or --undo RUN")
    table = session.imports.table(file, encoding)  # a mistake in it needs no server
    wish = session.imports.wish(
        contact_list=find(session.api, CONTACT_LIST, contact_list),
        file=file,
        ignore_extra=ignore_extra,
        region=region.upper() if region else None,
        encoding=encoding,
        existing=existing,
        skip_bad=skip_bad,
        shard=shard,
        **from_line,
    )
    carry_out(session, table, wish, tempo)


def carry_out(session: Session, table: "Table", wish: "Wish", tempo: "Tempo") -> None:
    """Check the file, then import it, or with --dry-run tell what that would do."""
    plan = session.imports.plan(table, wish)
    if plan.wrong and not wish.skip_bad:
        raise _refusal(wish.file, plan)
    _tell_plan(session, plan)
    if session.dry_run:
        session.out.json(_foreseen(session, plan, wish))
        return
    with session.out.progress("import") as show:
        report, rejected = session.imports.run(
            plan,
            wish,
            tempo,
            lambda report: show(report.done, report.rows, str(report)),
            session.out.note,
        )
    session.out.record({"id": wish.contact_list, **report.as_dict()})
    if rejected:
        raise Partial(
            f"{report.failed} of {report.rows} rows were not imported",
            hint=f"they stand in {rejected} with the reason, ready to be mended and imported again",
        )


def undo_run(session: Session, number: int, tempo: "Tempo") -> None:
    """Delete what an import created, after asking."""
    runs = session.imports.runs
    journal = runs.journal(number)
    created = journal.created()
    journal.close()
    session.imports.refuse_undo(runs.facts(number))
    if session.dry_run:
        requests = [{"method": "DELETE", "path": f"/api/v1/contacts/{c}"} for _, c in created]
        session.out.json(requests)
        return
    session.confirm(f"Delete the {len(created):,} contacts that import {number} created?")
    with session.out.progress("undo") as show:
        report = session.imports.undo(
            number, tempo, lambda report: show(report.done, report.rows, str(report))
        )
    session.out.record({"id": number, "result": "undone", "deleted": report.done})


def tempo_of(session: Session, workers: int, rate: str | None, settle: float) -> "Tempo":
    """The options of pace. Raises Usage for a rate that is none."""
    per_minute = settings.checked("rate_limit", rate) if rate is not None else None
    return session.imports.tempo(workers, per_minute, settle)


def _foreseen(session: Session, plan: "Plan", wish: "Wish") -> Record:
    bodies = islice((body for _, _, body in plan.bodies()), MOST_SHOWN)
    return {
        **session.imports.foreseen(plan, wish),
        "bad": plan.wrong,
        "problems": [str(problem) for problem in plan.problems],
        "fields": plan.new_fields,
        "contacts": list(bodies),
    }


def _tell_plan(session: Session, plan: "Plan") -> None:
    encoding = plan.table.source.encoding
    if not encoding.startswith("utf"):
        session.out.note(f"note: read as {encoding}; --encoding says otherwise")
    for field in plan.new_fields:
        session.out.note(f"new field: {field['tag']} ({field['type']}, {field['label']!r})")
    if plan.wrong:
        session.out.note(f"{plan.wrong} rows are wrong and left out")


def _refusal(file: str, plan: "Plan") -> Usage:
    more = plan.wrong - len({problem.row.number for problem in plan.problems})
    rest = f"; here are the first {plan.wrong - more}" if more else ""
    return Usage(
        f"{file}: {plan.wrong} rows are wrong, so nothing was sent{rest}",
        errors=_lines(plan.problems),
        hint="mend them and import the file again; --skip-bad imports the others",
    )


def _lines(problems: "Sequence[Problem]") -> dict[str, list[str]]:
    """Problems by row and column, as an error shows them."""
    return {f"row {each.row.number}, {each.column}": [each.reason] for each in problems}


def _pairs(mappings: list[str]) -> dict[str, str]:
    """`COLUMN=TAG` options as a dictionary. Raises Usage for one that is not of that form."""
    pairs = dict(arguments.pair("--map", each, "COLUMN=TAG") for each in mappings)
    for column, tag in pairs.items():
        if not tag.strip():
            raise Usage(f"--map {column}= says no tag", hint="--map COLUMN=TAG")
    return {column: tag.strip() for column, tag in pairs.items()}
