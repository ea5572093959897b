"""`contacts import`: a file checked, the plan told, carried out, and how it went."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from smsgw_cli import arguments
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.errors import Partial, Usage
from smsgw_cli.resource import find
from smsgw_cli.session import Session

if TYPE_CHECKING:
    from smsgw_cli.bulk.imports import Report
    from smsgw_cli.bulk.plan import Plan, Problem
    from smsgw_cli.bulk.rows import Sheet


def import_contacts(
    session: Session,
    contact_list: Annotated[
        str, typer.Argument(metavar="LIST", help="The list's id or name", show_default=False)
    ],
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV file; - is standard input")],
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
) -> None:
    """Import contacts from a CSV file.

    Every row is checked before anything is sent; a file with wrong rows is refused whole.
    Numbers that are on the list already are skipped.
    """
    given = _pairs(mappings or [])
    sheet = session.imports.read(file, encoding)
    identity = find(session.api, CONTACT_LIST, contact_list)
    plan = session.imports.plan(
        session.api,
        identity,
        sheet,
        given,
        create_fields=create_fields,
        ignore_extra=ignore_extra,
        region=region.upper() if region else None,
    )
    if plan.problems:
        raise _refusal(file, plan)
    _tell_plan(session, sheet, plan)
    if session.dry_run:
        session.out.json({"fields": plan.new_fields, "contacts": [c.body for c in plan.contacts]})
        return
    _carry_out(session, identity, file, sheet, plan)


def _carry_out(session: Session, identity: int, file: str, sheet: "Sheet", plan: "Plan") -> None:
    report = session.imports.new_report(plan)
    with session.out.progress("import") as show:
        for _ in session.imports.run(session.api, identity, plan, report):
            show(report.done, report.rows, _summary(report))
    session.out.record({"id": identity, **report.as_dict()})
    if report.failed:
        rejects = session.imports.write_rejects(file, sheet, report.failed)
        raise Partial(
            f"{len(report.failed)} of {report.rows} rows were refused by the server",
            errors=_lines(report.failed),
            hint=f"they stand in {rejects}, ready to be mended and imported again",
        )


def _tell_plan(session: Session, sheet: "Sheet", plan: "Plan") -> None:
    if not sheet.encoding.startswith("utf"):
        session.out.note(f"note: read as {sheet.encoding}; --encoding says otherwise")
    for field in plan.new_fields:
        session.out.note(f"new field: {field['tag']} ({field['type']}, {field['label']!r})")


def _refusal(file: str, plan: "Plan") -> Usage:
    rows = len({problem.row.number for problem in plan.problems})
    return Usage(
        f"{file}: {rows} rows are wrong, so nothing was sent",
        errors=_lines(plan.problems),
        hint="mend them and import the file again",
    )


def _lines(problems: "Sequence[Problem]") -> dict[str, list[str]]:
    """Problems by row and column, as an error shows them."""
    return {f"row {each.row.number}, {each.column}": [each.reason] for each in problems}


def _summary(report: "Report") -> str:
    parts = {
        "created": report.created,
        "on the list already": report.skipped,
        "failed": len(report.failed),
    }
    return ", ".join(f"{count} {what}" for what, count in parts.items() if count)


def _pairs(mappings: list[str]) -> dict[str, str]:
    """`COLUMN=TAG` options as a dictionary. Raises Usage for one that is not of that form."""
    pairs = dict(arguments.pair("--map", each, "COLUMN=TAG") for each in mappings)
    for column, tag in pairs.items():
        if not tag.strip():
            raise Usage(f"--map {column}= says no tag", hint="--map COLUMN=TAG")
    return {column: tag.strip() for column, tag in pairs.items()}
