"""The context of bulk operations: server, clients, records of runs."""

import sys
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.reader import PageReader
from smsgw_cli.contacts import field_values
from smsgw_cli.contacts.bulk_run import BulkRun, Show
from smsgw_cli.contacts.contact_index import ListClient
from smsgw_cli.contacts.job_spec import JobSpec
from smsgw_cli.contacts.journal import Journal
from smsgw_cli.contacts.report import Report
from smsgw_cli.contacts.runs import Runs, has_digest
from smsgw_cli.engine.job import TaskClient as Worker
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record
from smsgw_cli.tables import rejects
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.tables.source import digest_of

if TYPE_CHECKING:
    from smsgw_cli.contacts import plan as planning
    from smsgw_cli.contacts.plan import Plan

PLANNING = "smsgw_cli.contacts.plan"
Kind = TypeVar("Kind", bound=JobSpec)


class BulkClient(PageReader, Protocol):
    """The part of the API client needed for bulk operations."""

    @property
    def pacer(self) -> Pacer: ...

    def create(self, path: str, body: Record) -> Record: ...

    def update(self, path: str, body: Record) -> None: ...

    def delete(self, path: str) -> None: ...

    def another(self) -> ListClient: ...


class BulkContext(NamedTuple):
    """A server, identified by `name`.

    `region` is the country of numbers without a leading +, `clients` creates a client for another
    thread.
    """

    api: Callable[[], BulkClient]
    clients: Callable[[], Worker]
    name: str
    runs: Runs
    region: str | None

    def run(self, journal: Journal, throttle: Throttle, report: Report, show: Show) -> BulkRun:
        """A run that records to this journal."""
        return BulkRun(journal, self.clients, self.api().pacer, throttle, report, show)

    def plan(self, table: Table, spec: JobSpec, show: "planning.Show" = lambda _: None) -> "Plan":
        """The plan of a table for its list. Raises what `plan.plan` raises.

        What makes it is loaded while the server answers: 15 ms.
        """
        if PLANNING not in sys.modules:
            Thread(target=_load, args=(PLANNING,), daemon=True).start()
        with closing(self.api().pages(f"contact-lists/{spec.contact_list}/fields")) as fields:
            known = field_values.tagged(fields)
        planning = import_module(PLANNING)
        found: Plan = planning.plan(table, known, spec, region=self.region, show=show)
        return found

    def spec_of(self, number: int, kind: type[Kind]) -> Kind:
        """The job spec of a run. Raises NotFound, and Usage if it cannot be resumed here."""
        metadata = self.runs.metadata(number)
        self.refuse_other(metadata)
        if metadata["wish"]["file"] == "-":
            raise Usage(
                f"import {number} was read from standard input, which is no longer available",
                hint="resume with the same command and the same input",
            )
        return kind(**metadata["wish"])

    def refuse_other_file(self, metadata: Record, table: Table) -> None:
        """Raise Usage if a run was one of a file that has changed since."""
        number, name = metadata["id"], table.source.name
        if not has_digest(metadata, table.source.digest):
            raise Usage(
                f"import {number} cannot be resumed: {name} has changed since; nothing was sent",
                hint=f"restore the file, or undo what was imported: smsgw imports undo {number}",
            )

    def can_resume(self, metadata: Record) -> bool:
        """Whether the file of a run is still there, unchanged."""
        try:
            digest = digest_of(metadata["wish"]["file"], metadata["wish"].get("sheet"))
        except Usage:
            return False
        return has_digest(metadata, digest)

    def keep_rejects(self, path: Path, run: int, note: Callable[[str], None]) -> None:
        """Rename the file of rejects of an earlier run, which `path` is then free for."""
        earlier = self.runs.newest(rejects=str(path.absolute())) if path.is_file() else None
        if earlier != run and (kept := rejects.keep_earlier(path, earlier)):
            note(f"note: the rejected rows of an earlier run are now in {kept}")

    def write_rejects(
        self,
        path: Path,
        table: Table,
        rows: Iterable[tuple[Row, str]],
        journal: Journal,
        note: Callable[[str], None],
    ) -> Path:
        """Write the file of rejects of a run, and note its reasons; returns its path."""
        reasons = rejects.Reasons()
        written = rejects.write_rows(path, table, reasons.counting(rows))
        journal.note(rejects=str(written.absolute()))
        for line in reasons.lines():
            note(line)
        return written

    def refuse_other(self, metadata: Record) -> None:
        """Raise Usage for a run of another server."""
        if metadata.get("server") != self.name:
            here = self.name or "the current profile"
            raise Usage(
                f"import {metadata['id']} belongs to {metadata.get('server')}, not {here}",
                hint="choose the profile with -p",
            )


def _load(module: str) -> None:
    with suppress(Exception):  # the caller meets it too
        import_module(module)


def metadata_of(plan: "Plan", spec: JobSpec) -> Record:
    """The metadata recorded at the start of every run; `wish` has the job spec."""
    file = spec.file if spec.file == "-" else str(Path(spec.file).resolve())
    source = plan.table.source
    # A guess that was confirmed is not asked for again.
    encoding = source.encoding if source.guess else spec.encoding
    wish = {"file": file, "region": plan.mapping.region, "encoding": encoding}
    return {
        "list": spec.contact_list,
        "file": file,
        "digest": source.digest,
        "invalid": plan.invalid,
        "wish": {**spec.as_metadata(), **wish},
    }
