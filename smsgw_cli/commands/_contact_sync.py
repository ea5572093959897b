"""`contacts sync`: a list made what a file says, the changes shown, asked about, carried out."""

from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Annotated

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
    asked,
    bulk_context,
    given_of,
    throttle_of,
)
from smsgw_cli.commands._bulk_progress import long_progress, run_progress
from smsgw_cli.commands._checked_file import checked
from smsgw_cli.commands._sync_plan import counted, show_changes
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.sync.delete_limit import limit, refuse_too_many
from smsgw_cli.contacts.sync.syncs import Syncs
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Partial

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan
    from smsgw_cli.contacts.sync.diff import Diff
    from smsgw_cli.contacts.sync.syncs import Result
    from smsgw_cli.tables.reader import Table

MEND = (
    "mend them and sync the file again; there is no --skip-bad here, as the contact of a row "
    "that is left out would be taken for one to be removed"
)

app = Commands()


@app.command(
    "sync",
    epilog="smsgw -p sandbox contacts sync Customers customers.csv "
    "--map phone1=mobile_number --create-fields --region US --max-delete 200 --yes",
)
def sync_contacts(
    session: Session,
    contact_list: Annotated[str, LIST, A_LIST],
    file: Annotated[str, FILE],
    mappings: Map = None,
    create_fields: CreateFields = False,
    ignore_extra: IgnoreExtra = False,
    region: Region = None,
    encoding: Encoding = None,
    delete: Annotated[
        bool,
        typer.Option(
            "--delete",
            help="Delete contacts missing from the file, and with them that some opted out",
        ),
    ] = False,
    max_delete: Annotated[
        str,
        typer.Option(metavar="N|N%", help="The most contacts to unsubscribe or delete as missing"),
    ] = "10%",
    everything: Annotated[
        bool, typer.Option("--all", help="Show all changes on a terminal too, not the first alone")
    ] = False,
    workers: Workers = 16,
    rate: Rate = None,
    settle: Settle = 60.0,
) -> None:
    """Make a list what a CSV file says.

    Rows whose number is not on the list are created, others updated field by field; contacts
    missing from the file are unsubscribed, or deleted with --delete. An empty cell empties
    its field; fields without a column stay as they are. Nobody is subscribed again unless a
    column 'subscribed' says so; an empty cell there says nothing. White space around texts
    does not count.

    The changes are shown first: as a diff, or a row a value that changes. --yes carries them
    out without asking, --dry-run only shows them. Every row is checked before; a file with
    wrong rows is refused whole. A sync that was cut short is finished by running it again.
    """
    given = given_of(mappings)
    throttle = throttle_of(session, workers, rate, settle)
    limit(max_delete)
    table = bulk_context(session).table(file, encoding)  # a mistake in it needs no server
    spec = SyncSpec(
        **asked(session, contact_list, region, file=file, given=given, encoding=encoding),
        create_fields=create_fields,
        ignore_extra=ignore_extra,
        delete=delete,
        max_delete=max_delete,
    )
    carry_out(session, table, spec, throttle, everything=everything)


def carry_out(
    session: Session,
    table: "Table",
    spec: SyncSpec,
    throttle: Throttle,
    *,
    everything: bool = False,
) -> None:
    """Check the file, show what it changes, and once that is wanted, change it.

    Raises Usage for a plan that removes too much, or that nobody can be asked about.
    """
    plan = checked(session, table, spec, MEND)
    acts = not session.options.dry_run and bool(session.options.yes or session.can_ask)
    with Syncs(bulk_context(session)).locked(spec) if acts else nullcontext():
        if acts:
            Syncs(bulk_context(session)).wait_for_interrupted(spec, throttle, session.out.note)
        with closing(_compared(session, plan, spec)) as difference:
            show_changes(session, difference, plan, acts=acts, everything=everything)
            refuse_too_many(spec.max_delete, difference.removed, difference.contacts)
            if session.options.dry_run:
                return
            if told := counted(difference, plan):
                session.confirm(f"Change list {spec.contact_list}: {told}?")
            if acts:
                _carry_out(session, difference, plan, spec, throttle)


def _compared(session: Session, plan: "Plan", spec: SyncSpec) -> "Diff":
    with long_progress(session, "compare", plan.count) as show:
        return Syncs(bulk_context(session)).compared(plan, spec, show)


def _carry_out(
    session: Session, difference: "Diff", plan: "Plan", spec: SyncSpec, throttle: Throttle
) -> None:
    some = counted(difference, plan)
    with run_progress(session, "sync") if some else nullcontext(lambda _: None) as show:
        result = Syncs(bulk_context(session)).run(
            difference,
            plan,
            spec,
            throttle,
            show,
            session.out.note,
        )
    session.out.record({"id": spec.contact_list, **result.report.as_dict()})
    _tell_failed(result, spec)


def _tell_failed(result: "Result", spec: SyncSpec) -> None:
    """Raise Partial if some changes were not made."""
    report = result.report
    if report.failed:
        rows = f"their rows stand in {result.rejected} with the reason; " if result.rejected else ""
        raise Partial(
            f"{report.failed} of {report.rows} changes were not made",
            errors=result.others or None,
            hint=f"{rows}mend {spec.file}, not that one, and sync it again"
            if rows
            else "sync the file again",
        )
