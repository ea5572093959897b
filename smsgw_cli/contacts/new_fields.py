"""Creates the missing fields of a list before its contacts."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from smsgw_cli.contacts.bulk_context import BulkClient
from smsgw_cli.contacts.bulk_run import BulkRun
from smsgw_cli.contacts.unused_fields import record_of
from smsgw_cli.engine.job import JobResult
from smsgw_cli.errors import SmsgwError, Unknown
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan


def create_fields(
    api: BulkClient, contact_list: int, plan: "Plan", run: BulkRun, note: Callable[[str], None]
) -> None:
    """Create the fields that the list lacks, and record them. Raises as `BulkRun.do` does."""
    path = f"contact-lists/{contact_list}/fields"
    created = list(run.journal.metadata().get("fields", ()))
    if plan.final_fields:
        planned = [*run.journal.metadata().get("planned", ()), *(f["tag"] for f in plan.new_fields)]
        run.journal.note(planned=planned)
    for field in plan.new_fields:
        try:
            found = _create(api, path, dict(field), run.throttle.settle, note)
        except SmsgwError as error:
            run.conclude(JobResult(error))
            return
        run.report.fields_created += 1
        created += [record_of(found)] if found else []
        run.journal.note(fields_created=run.report.fields_created, fields=created)


def complete_fields(api: BulkClient, contact_list: int, plan: "Plan", run: BulkRun) -> None:
    """Give the fields that the run created what no contact was to be refused or filled for: that
    they are required, and their defaults. Raises as `BulkRun.do` does."""
    planned = set(run.journal.metadata().get("planned", ()))
    if not planned:
        return
    try:
        with closing(api.pages(f"contact-lists/{contact_list}/fields")) as fields:
            for found in list(fields):
                final = plan.final_fields.get(found["tag"])
                if found["tag"] in planned and final and not final.items() <= found.items():
                    api.update(f"fields/{found['id']}", dict(final))
    except SmsgwError as error:
        run.conclude(JobResult(error))


def _create(
    api: BulkClient, path: str, field: Record, settle: float, note: Callable[[str], None]
) -> Record | None:
    """Create a field; after a lost response, check whether it exists.

    Returns None if it does, as somebody else may have created it.
    """
    try:
        return api.create(path, field)
    except Unknown as error:
        note(f"{error.message}; checking in {settle:.0f} s")
        time.sleep(settle)
        if any(each.get("tag") == field["tag"] for each in api.pages(path)):
            return None
        return api.create(path, field)
