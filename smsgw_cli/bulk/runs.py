"""The runs there were: their journals in one folder, numbered, and who is at work on which."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from smsgw_cli.bulk.journal import Journal, State
from smsgw_cli.errors import NotFound, SmsgwError, Usage
from smsgw_cli.resource import Record
from smsgw_cli.servers import file_name

RUNNING, FINISHED, UNDONE = "unfinished", "finished", "undone"


class Runs:
    """The runs in a folder. Every method raises SmsgwError if that cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def forget(self, server: str) -> None:
        """Remove what is known of the runs with one server."""
        for journal in self._folder.glob(f"*@{file_name(server)}.db*"):
            journal.unlink(missing_ok=True)

    def numbers(self) -> list[int]:
        """The numbers of all runs, in their order."""
        return sorted(self._paths())

    def journal(self, number: int) -> Journal:
        """The journal of a run. Raises NotFound if there is none."""
        path = self._paths().get(number)
        if path is None:
            raise NotFound(f"there is no import {number}", hint="'smsgw imports list' shows them")
        return Journal(path)

    def facts(self, number: int) -> Record:
        """What a run was, how far it came, and whether that was all."""
        journal = self.journal(number)
        try:
            return {"id": number, **journal.facts(), "counts": journal.counts()}
        finally:
            journal.close()

    def unfinished(self, **wanted: Any) -> list[Record]:
        """The facts of unfinished runs that have these facts, the newest last."""
        return [
            facts
            for number in self.numbers()
            if (facts := self.facts(number)).get("state") == RUNNING
            and all(facts.get(name) == value for name, value in wanted.items())
        ]

    def new(self, server: str, **facts: Any) -> tuple[int, Journal]:
        """A new run, noted durably: its number and journal."""
        with self._lock("numbers", timeout=30):
            number = max(self.numbers(), default=0) + 1
            journal = Journal(self._folder / f"{number}@{file_name(server)}.db")
            journal.note(state=RUNNING, server=server, started_at=_now(), **facts)
        return number, journal

    def remove(self, number: int) -> None:
        """Forget a run; the contacts it made stay."""
        path = self.journal(number).path
        with self.alone(self.facts(number).get("lock", "")):
            for each in (f"{path}-wal", f"{path}-shm", path):
                Path(each).unlink(missing_ok=True)

    @contextmanager
    def alone(self, lock: str) -> Iterator[None]:
        """Keep every other process from importing the same meanwhile; freed if we are killed.

        Raises Usage, naming the run, if another one is at it.
        """
        try:
            with self._lock(lock, timeout=0):
                yield
        except Timeout:
            others = self.unfinished(lock=lock) or [{"id": "another run", "pid": "unknown"}]
            told = f"import {others[-1]['id']} (process {others[-1].get('pid')})"
            raise Usage(
                f"this file is being imported already, by {told}",
                hint="wait for it, or stop it; then the same command goes on where it was",
            ) from None

    @contextmanager
    def _lock(self, name: str, timeout: float) -> Iterator[None]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._folder / f"{name}.lock", timeout=timeout, mode=0o600)
            lock.acquire()
        except Timeout:
            raise
        except OSError as error:
            raise SmsgwError(
                f"the records of imports in {self._folder} cannot be used: {error.strerror}",
                hint="without them a contact might be sent twice, so nothing is sent",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _paths(self) -> dict[int, Path]:
        found = self._folder.glob("*@*.db")
        return {
            int(number): path for path in found if (number := path.name.partition("@")[0]).isdigit()
        }


def fingerprint(*what: Any) -> str:
    """A short name for what is told apart."""
    said = json.dumps(what, sort_keys=True, default=str).encode()
    return hashlib.sha256(said).hexdigest()[:16]


def summary(facts: Record) -> Record:
    """A run as people look at it."""
    counts = facts["counts"]
    return {
        "id": facts["id"],
        "state": facts.get("state"),
        "server": facts.get("server"),
        "list": facts.get("list"),
        "file": facts.get("file"),
        "shard": facts.get("shard"),
        "rows": facts.get("rows"),
        "created": counts[State.CREATED],
        "updated": counts[State.UPDATED],
        "skipped": counts[State.SKIPPED],
        "failed": counts[State.FAILED],
        "undone": counts[State.UNDONE],
        "started_at": facts.get("started_at"),
        "ended_at": facts.get("ended_at"),
    }


def end(journal: Journal, state: str) -> None:
    """Note that a run is over."""
    journal.note(state=state, ended_at=_now(), pid=None)


def begin(journal: Journal, **facts: Any) -> None:
    """Note who is at work on a run."""
    journal.note(state=RUNNING, pid=os.getpid(), ended_at=None, **facts)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
