"""`contacts import`: check a file, show the plan, import it, and show the result."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_context import bulk_context, spec_arguments, throttle_of
from smsgw_cli.commands._bulk_progress import run_progress
from smsgw_cli.commands._checked_file import checked
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.commands._undo import undo_run
from smsgw_cli.contacts.import_preview import ImportPreview
from smsgw_cli.contacts.imports import Import
from smsgw_cli.contacts.job_spec import FAIL, SKIP, UPDATE, ImportSpec
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Partial, Usage
from smsgw_cli.model import Record
from smsgw_cli.sms.parts import first_few
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.reader import Table
from smsgw_cli.tables.reader import table as table_of
from smsgw_cli.tables.shard import shard

CONTACTS_SHOWN = 3
EXISTING = {SKIP: "already on the list", UPDATE: "to update", FAIL: "already on the list"}
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "vertical bar"}
FIX_HINT = "fix them and import the file again, or use --skip-bad to import the valid ones"


def import_contacts(session: Session, **given: Any) -> None:
    """Import a file, or undo an import with the old --undo."""
    throttle = throttle_of(session, given)
    if "undo" in given:
        undo_run(session, _number(given["undo"]), throttle)
        return
    if given["contact_list"] is None or given["file"] is None:
        missing = "LIST" if given["contact_list"] is None else "FILE"
        raise Usage(f"missing argument {missing}", hint="smsgw contacts import LIST FILE")
    _check(given)
    table = table_of(given["file"], typed(ReadOptions, given))
    spec = typed(ImportSpec, spec_arguments(session, table, given))
    carry_out(session, table, spec, throttle)


def _check(given: dict[str, Any]) -> None:
    """Raise Usage for invalid options, before any request."""
    column_map_of(given["mappings"])
    if given["shard"] is not None:
        shard(given["shard"])


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Usage(f"--undo takes the number of an import, not {text!r}")
    return int(text)


def carry_out(session: Session, table: Table, spec: ImportSpec, throttle: Throttle) -> None:
    """Check the file, then import it, or with --dry-run show what that would do.

    Raises Partial if some rows were not imported, else as `checked` and `Import.run` do.
    """
    if session.options.dry_run:
        _preview(session, table, spec)
        return
    imported = Import(bulk_context(session), spec, session.out.note)
    with imported.locked(table), imported.reading() as contacts:
        plan = _checked(session, table, spec)
        index = contacts.index(plan)
        with run_progress(session, "import") as show:
            report, rejected = imported.run(plan, index, throttle, show)
    session.out.record({"id": spec.contact_list, **report.as_dict()})
    if rejected:
        raise Partial(
            f"{report.failed} of {report.rows} rows were not imported",
            hint=f"see {rejected} for the rows and reasons; fix it and import it",
        )


def _preview(session: Session, table: Table, spec: ImportSpec) -> None:
    with Import(bulk_context(session), spec, session.out.note).reading() as contacts:
        plan = _checked(session, table, spec)
        show_preview(session, ImportPreview(plan, contacts.index(plan), spec.existing))


def _checked(session: Session, table: Table, spec: ImportSpec) -> Plan:
    shown = is_shown(session)
    return checked(session, table, spec, FIX_HINT, skip_bad=spec.skip_bad, is_shown=shown)


def is_shown(session: Session) -> bool:
    """Whether the plan is shown to people, who need no notes on it then."""
    return bool(session.options.dry_run) and session.out.is_first_page_view


def show_preview(session: Session, preview: ImportPreview) -> None:
    """Print a preview on stdout."""
    out = session.out
    if not is_shown(session):
        out.json(preview.as_record())
        return
    out.record(dict(_facts(preview)))
    out.line("")
    out.rows(_columns(preview), ("column", "field", "type"))
    out.line("")
    out.diff(islice(preview.lines(), CONTACTS_SHOWN))


def _facts(preview: ImportPreview) -> Iterator[tuple[str, str]]:
    """What was detected and counted, by title."""
    yield "file", preview.plan.table.source.name
    for name, value in preview.detected.items():
        if shown := _shown(name, value):
            yield name, shown
    ignored = [column for column, key in preview.mapping.items() if key is None]
    if ignored:
        yield "ignored columns", first_few(ignored)
    yield "rows", _counted(preview)
    if preview.plan.problems:
        yield "first problem", str(preview.plan.problems[0])


def _shown(name: str, value: Any) -> str:
    """A detected fact; kinds of numbers as `landlines: 3`, and empty if there are none."""
    if name == "header":
        return f"line {value}"
    if isinstance(value, dict):
        kinds = (f"{kind.replace('_', ' ')}: {count:,}" for kind, count in value.items() if count)
        return ", ".join(kinds)
    return DELIMITERS.get(value) or str(value)


def _counted(preview: ImportPreview) -> str:
    """`5: 3 to create, 1 already on the list, 1 invalid`."""
    counts, invalid = preview.counts, preview.plan.invalid
    words = {
        "to create": counts["create"],
        EXISTING[preview.existing]: counts[preview.existing],
        "invalid": invalid,
    }
    parts = [f"{count:,} {what}" for what, count in words.items() if count]
    return f"{counts['rows'] + invalid:,}: {', '.join(parts)}"


def _columns(preview: ImportPreview) -> Iterator[Record]:
    """The columns of the file that have a field, with that."""
    new = {each["tag"] for each in preview.plan.new_fields}
    for column, key in preview.mapping.items():
        if key is not None:
            kind = str(preview.plan.mapping.fields.get(key, {}).get("type", ""))
            yield {"column": column, "field": key, "type": f"{kind} (new)" if key in new else kind}
