"""`contacts import`: check a file, show the plan, import it, and show the result."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_options import (
    A_LIST,
    FILE,
    LIST,
    CreateFields,
    Encoding,
    IgnoreExtra,
    Map,
    Rate,
    Region,
    Settle,
    Workers,
    bulk_context,
    spec_arguments,
    throttle_of,
)
from smsgw_cli.commands._bulk_progress import run_progress
from smsgw_cli.commands._checked_file import checked
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.commands._undo import undo_run
from smsgw_cli.contacts.imports import Imports
from smsgw_cli.contacts.job_spec import ImportSpec
from smsgw_cli.engine.job import SETTLE, WORKERS, Throttle
from smsgw_cli.errors import Partial, Usage
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan
    from smsgw_cli.tables.reader import Table

MOST_SHOWN = 1_000  # contacts shown by --dry-run
FIX_HINT = "fix them and import the file again, or use --skip-bad to import the valid ones"

app = Commands()


@app.command(
    "import",
    epilog="smsgw -p sandbox contacts import Customers customers.csv "
    "--map phone1=mobile_number --create-fields --region US",
)
def import_contacts(
    session: Session,
    contact_list: Annotated[str | None, LIST, A_LIST] = None,
    file: Annotated[str | None, FILE] = None,
    mappings: Map = None,
    create_fields: CreateFields = False,
    ignore_extra: IgnoreExtra = False,
    region: Region = None,
    encoding: Encoding = None,
    existing: Annotated[
        Literal["skip", "update", "fail"],
        typer.Option(help="What to do with numbers already on the list"),
    ] = "skip",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the valid rows; write invalid ones to a file")
    ] = False,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Import only part I of N of the file")
    ] = None,
    workers: Workers = WORKERS,
    rate: Rate = None,
    settle: Settle = SETTLE,
    undo: Annotated[
        int | None, typer.Option(metavar="RUN", help="Delete the contacts that this import created")
    ] = None,
) -> None:
    """Import contacts from a CSV file.

    Every row is checked before anything is sent; a file with invalid rows is rejected.
    To resume an interrupted import, run the same command again.
    """
    column_map = column_map_of(mappings)
    throttle = throttle_of(session, workers, rate, settle)
    if undo is not None:
        undo_run(session, undo, throttle)
        return
    if contact_list is None or file is None:
        raise Usage("LIST and FILE are required", hint="or --undo RUN")
    table = bulk_context(session).table(file, encoding)  # checked before any request
    spec = ImportSpec(
        **spec_arguments(
            session, contact_list, region, file=file, given=column_map, encoding=encoding
        ),
        create_fields=create_fields,
        ignore_extra=ignore_extra,
        existing=existing,
        skip_bad=skip_bad,
        shard=shard,
    )
    carry_out(session, table, spec, throttle)


def carry_out(session: Session, table: "Table", spec: ImportSpec, throttle: Throttle) -> None:
    """Check the file, then import it, or with --dry-run show what that would do.

    Raises Partial if some rows were not imported, else as `checked` and `Imports.run` do.
    """
    plan = checked(session, table, spec, FIX_HINT, skip_bad=spec.skip_bad)
    if session.options.dry_run:
        session.out.json(_forecast(session, plan, spec))
        return
    with run_progress(session, "import") as show:
        report, rejected = Imports(bulk_context(session)).run(
            plan,
            spec,
            throttle,
            show,
            session.out.note,
        )
    session.out.record({"id": spec.contact_list, **report.as_dict()})
    if rejected:
        raise Partial(
            f"{report.failed} of {report.rows} rows were not imported",
            hint=f"see {rejected} for the rows and reasons; fix it and import it",
        )


def _forecast(session: Session, plan: "Plan", spec: ImportSpec) -> Record:
    bodies = islice((body for _, _, body in plan.bodies()), MOST_SHOWN)
    return {
        **Imports(bulk_context(session)).forecast(plan, spec),
        "bad": plan.invalid_in_file,
        "problems": [str(problem) for problem in plan.problems],
        "fields": plan.new_fields,
        "contacts": list(bodies),
    }
