"""Shows what an import would do: for people on a terminal, else as JSON."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from smsgw_cli.cli.session import Session
from smsgw_cli.contacts.contact_index import ContactIndex
from smsgw_cli.contacts.import_preview import ImportPreview
from smsgw_cli.contacts.job_spec import FAIL, SKIP, UPDATE
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.model import Record
from smsgw_cli.sms.parts import first_few

CONTACTS_SHOWN = 3
EXISTING = {SKIP: "already on the list", UPDATE: "to update", FAIL: "already on the list"}
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "vertical bar"}


def show_preview(session: Session, plan: Plan, index: ContactIndex, existing: str) -> None:
    """Print what the import of a plan would do on stdout."""
    out, preview = session.out, ImportPreview(plan, index, existing)
    if not out.is_first_page_view:
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
