"""Restores the contact lists of a backup through the engine of imports."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from smsgw_cli.backup import contacts_plan
from smsgw_cli.backup.contacts_plan import RestoreSpec
from smsgw_cli.backup.layout import contacts_of
from smsgw_cli.backup.lists import Match, create_list
from smsgw_cli.backup.source import Backup
from smsgw_cli.contacts import plan as planning
from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.contacts.bulk_run import Show
from smsgw_cli.contacts.import_preview import ImportPreview
from smsgw_cli.contacts.imports import Import
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.contacts.report import Report
from smsgw_cli.engine.job import Throttle

STDIN = "-"  # in place of a file that is gone when the archive has been read


class ListToRestore(NamedTuple):
    """A list of a backup, what it is on the server, and the plan of its contacts from a `file`."""

    match: Match
    plan: Plan
    file: str

    @property
    def name(self) -> str:
        return self.match.saved.name

    def spec(self, target: int, existing: str) -> RestoreSpec:
        saved = self.match.saved.number
        return RestoreSpec(target, self.file, existing=existing, skip_bad=True, saved=saved)


def planned(
    backup: Backup, match: Match, show: planning.Show, *, is_archive: bool
) -> ListToRestore:
    """A list with its plan. Raises Usage if its contacts have changed since they were verified."""
    name = contacts_of(match.saved.number)
    path, digest = backup.folder / name, backup.digests[name]
    plan = contacts_plan.plan(path, digest, match.saved.fields, match.missing, show)
    return ListToRestore(match, plan, STDIN if is_archive else str(path))


class Restore(NamedTuple):
    """Restores lists to the server of `context`; `existing` is what becomes of the contacts that
    are there: skip or update."""

    context: BulkContext
    throttle: Throttle
    existing: str
    note: Callable[[str], None]

    def counts(self, wanted: ListToRestore) -> dict[str, int]:
        """What would become of the contacts; see `ImportPreview.counts`."""
        target, plan = wanted.match.target, wanted.plan
        if target is None:
            return {"rows": plan.count, "create": plan.count, self.existing: 0}
        with self._import(wanted, target).reading() as contacts:
            return ImportPreview(plan, contacts.index(plan), self.existing).counts

    def carry_out(self, wanted: ListToRestore, show: Show) -> tuple[int, Report, Path | None]:
        """Restore a list; returns its id, the report, and the file of contacts that were refused.

        Raises as `Import.run` does, and what creating a list raises.
        """
        target = wanted.match.target
        if target is None:
            api, settle = self.context.api(), self.throttle.settle
            target = create_list(api, wanted.name, settle, self.note)
        plan, imported = wanted.plan, self._import(wanted, target)
        with imported.locked(plan.table), imported.reading() as contacts:
            return target, *imported.run(plan, contacts.index(plan), self.throttle, show)

    def _import(self, wanted: ListToRestore, target: int) -> Import:
        return Import(self.context, wanted.spec(target, self.existing), self.note)
