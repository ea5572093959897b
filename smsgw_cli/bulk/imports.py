"""Imports of contacts: begun, gone on with, undone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from smsgw_cli.bulk import existing, rejects, rows
from smsgw_cli.bulk import plan as planning
from smsgw_cli.bulk.existing import Existing, Lister
from smsgw_cli.bulk.job import Api as Worker
from smsgw_cli.bulk.jobs import FAIL
from smsgw_cli.bulk.plan import Plan
from smsgw_cli.bulk.report import Report
from smsgw_cli.bulk.rows import Table
from smsgw_cli.bulk.run import Run
from smsgw_cli.bulk.runs import RUNNING, Runs, fingerprint, summary
from smsgw_cli.bulk.wish import Tempo, Wish
from smsgw_cli.errors import Usage
from smsgw_cli.resource import Record

MOST_NAMED = 1_000


class Api(Lister, Protocol):
    """What an import needs of the API's client."""

    @property
    def is_limited(self) -> bool: ...

    def create(self, path: str, body: Record) -> Record: ...


class Imports:
    """Imports into the lists of one server.

    `region` is the country of numbers without a leading +, `clients` makes a client for one
    more thread, `folder` is where runs are recorded.
    """

    def __init__(
        self,
        api: Callable[[], Api],
        clients: Callable[[], Worker],
        *,
        region: str | None,
        server: str,
        folder: Path,
        per_minute: int | None = None,
        retries: int | None = None,
    ) -> None:
        self._api = api
        self._clients = clients
        self._region = region
        self._server = server
        self._per_minute = per_minute
        self._retries = Tempo.retries if retries is None else retries
        self.runs = Runs(folder)

    def wish(self, **asked: Any) -> Wish:
        """What was asked for, checked. Raises Usage for a shard that is none."""
        wish = Wish(**asked)
        _ = wish.part
        return wish

    def tempo(self, workers: int, per_minute: int | None, settle: float) -> Tempo:
        """How fast to go: as asked for, or as the profile says."""
        return Tempo(workers, per_minute or self._per_minute, settle, self._retries)

    def summary(self, number: int) -> Record:
        """A run as people look at it. Raises NotFound if there is none."""
        return summary(self.runs.facts(number))

    def table(self, name: str, encoding: str | None) -> Table:
        """A file as a table; `-` is standard input. Raises Usage if it is none."""
        return rows.table(name, encoding)

    def plan(self, table: Table, wish: Wish) -> Plan:
        """What importing the table would do. Raises what `plan.plan` raises."""
        fields = list(self._api().pages(f"contact-lists/{wish.contact_list}/fields"))
        return planning.plan(
            table,
            fields,
            wish.given,
            create_fields=wish.create_fields,
            ignore_extra=wish.ignore_extra,
            region=wish.region or self._region,
            shard=wish.part,
        )

    def foreseen(self, plan: Plan, wish: Wish) -> Record:
        """What a run would do, in numbers. Raises what reading the list raises."""
        there = existing.existing(self._api(), wish.contact_list)
        known = sum(there.id_of(number) is not None for number in plan.numbers if number > 0)
        return {"rows": plan.count, "create": plan.count - known, wish.existing: known}

    def run(
        self,
        plan: Plan,
        wish: Wish,
        tempo: Tempo,
        show: Callable[[Report], None],
        tell: Callable[[str], None],
    ) -> tuple[Report, Path | None]:
        """Carry the plan out, from where an earlier run of it stopped: how it went, and the
        file of rows that were not imported, if there are any.

        Raises what stopped it if nothing was done, else Partial or Interrupted, which say
        how to go on; Usage if another process is at it.
        """
        digest, part = plan.table.source.digest, wish.part
        lock = fingerprint(self._server, wish.contact_list, digest, wish.shard)
        with self.runs.alone(lock):
            run = self._begun(plan, wish, lock, tell)
            try:
                report = run.carry_out(tempo, show, tell)
                path = rejects.beside(wish.file, part)
                if not report.failed:
                    return report, None
                return report, rejects.write_failed(path, plan, run.journal.failures())
            finally:
                run.journal.close()

    def undo(self, number: int, tempo: Tempo, show: Callable[[Report], None]) -> Report:
        """Delete what a run created. Raises as `run` does."""
        facts = self.runs.facts(number)
        self.refuse_undo(facts)
        with self.runs.alone(facts["lock"]):
            run = Run(number, self.runs.journal(number), self._api(), self._clients, None)
            try:
                return run.undo(tempo, show)
            finally:
                run.journal.close()

    def refuse_undo(self, facts: Record) -> None:
        """Raise Usage for a run with another server, or one that may have created more."""
        self.refuse_other_server(facts)
        # Whoever was killed had no time to say that nobody is at work any more.
        if facts["state"] == RUNNING and (facts.get("pid") or facts.get("unknown")):
            raise Usage(
                f"import {facts['id']} was cut off, and may have created contacts it does not "
                "know of",
                hint=f"'smsgw imports resume {facts['id']}' settles that; then it can be undone",
            )

    def wish_of(self, number: int) -> Wish:
        """What a run was asked for. Raises Usage if it cannot be taken up from here."""
        facts = self.runs.facts(number)
        self.refuse_other_server(facts)
        if facts["wish"]["file"] == "-":
            raise Usage(
                f"import {number} came from standard input, which is gone",
                hint="give the same command the same input: it goes on where it was",
            )
        return Wish(**facts["wish"])

    def refuse_other_server(self, facts: Record) -> None:
        """Raise Usage for a run with another server."""
        if facts.get("server") != self._server:
            raise Usage(
                f"import {facts['id']} is one into {facts.get('server')}, not {self._server}",
                hint="-p says which profile to use",
            )

    def _begun(self, plan: Plan, wish: Wish, lock: str, tell: Callable[[str], None]) -> Run:
        """The run to go on with, or a new one."""
        key = fingerprint(lock, plan.mapping.targets, wish.existing, plan.mapping.region)
        key += f"{plan.table.source.encoding} {wish.skip_bad}"
        earlier = self.runs.unfinished(server=self._server, key=key)
        there = existing.existing(self._api(), wish.contact_list)
        if earlier:
            number = earlier[-1]["id"]
            tell(f"going on with import {number}")
            return self._run(number, plan, wish, there)
        self._tell_changed(wish, tell)
        if wish.existing == FAIL:
            _refuse_existing(plan, there)
        number, journal = self.runs.new(self._server, **self._facts(plan, wish, key, lock, there))
        journal.close()
        return self._run(number, plan, wish, there)

    def _run(self, number: int, plan: Plan, wish: Wish, there: Existing) -> Run:
        run = Run(number, self.runs.journal(number), self._api(), self._clients, plan)
        run.prepare(wish, there)
        return run

    def _facts(
        self, plan: Plan, wish: Wish, key: str, lock: str, there: Existing
    ) -> dict[str, Any]:
        file = wish.file if wish.file == "-" else str(Path(wish.file).resolve())
        return {
            "key": key,
            "lock": lock,
            "list": wish.contact_list,
            "file": file,
            "shard": wish.shard,
            "rows": plan.count + plan.bad,
            "watermark": there.highest,
            "wish": {**wish.as_facts(), "file": file, "region": plan.mapping.region},
        }

    def _tell_changed(self, wish: Wish, tell: Callable[[str], None]) -> None:
        file = str(Path(wish.file).resolve())
        same = {"file": file, "list": wish.contact_list, "shard": wish.shard}
        for facts in self.runs.unfinished(server=self._server, **same):
            tell(
                f"note: import {facts['id']} of this file was not finished, but the file or "
                "the options are others now; this is a new import"
            )


def _refuse_existing(plan: Plan, there: Existing) -> None:
    """Raise Usage, naming them, if rows are on the list already."""
    known = [
        (row, number)
        for row, number in enumerate(plan.numbers)
        if number > 0 and there.id_of(number) is not None
    ]
    if known:
        raise Usage(
            f"{len(known)} rows are on the list already, so nothing was sent",
            errors={
                f"row {row}": [f"+{number} is contact {there.id_of(number)}"]
                for row, number in known[:MOST_NAMED]
            },
            hint="--existing skip leaves them as they are, --existing update changes them",
        )
