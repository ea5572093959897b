"""All runs: numbered journals in one folder, with locks of those in progress."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from smsgw_cli.config.address import file_name
from smsgw_cli.contacts.journal import KIND, Journal, State
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import Record
from smsgw_cli.storage.failures import Cause, UnusableError
from smsgw_cli.storage.locks import Busy, locked

RUNNING, FINISHED, UNDONE, REPLACED = "unfinished", "finished", "undone", "replaced"
NEVER_BEGUN = "never begun"  # killed before its first record was written
SYNC = "sync"  # the kind of run that is no import, and what its lock ends in
PATIENCE = 1.0  # seconds; a lock that is only looked at is free again long before
NUMBERING = 30.0  # seconds to wait for other runs that are getting their numbers


class Runs:
    """The runs in a folder. Every method raises SmsgwError if the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def forget(self, server: str) -> None:
        """Delete the records of the runs of one server."""
        for journal in self._folder.glob(f"*@{file_name(server)}.db*"):
            journal.unlink(missing_ok=True)

    def numbers(self) -> list[int]:
        """The numbers of all runs, in order."""
        return sorted(self._paths())

    def journal(self, number: int) -> Journal:
        """The journal of a run. Raises NotFound."""
        path = self._paths().get(number)
        if path is None:
            raise NotFound(f"import {number} not found", hint="see 'smsgw imports list'")
        return Journal(path)

    def facts(self, number: int) -> Record:
        """What a run was, how far it came, and whether that was all."""
        journal = self.journal(number)
        try:
            known = {"id": number, "state": NEVER_BEGUN, **journal.facts()}
            return {**known, "counts": journal.counts()}
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

    def new(self, server: str, **facts: Any) -> int:
        """The number of a new run, recorded durably."""
        try:
            with self._lock("numbers", timeout=NUMBERING):
                number = max(self.numbers(), default=0) + 1
                with closing(Journal(self._folder / f"{number}@{file_name(server)}.db")) as journal:
                    journal.note(state=RUNNING, server=server, started_at=_now(), **facts)
        except Busy as error:
            locked_out = UnusableError(Cause.LOCKED, "it is locked")
            raise KIND.unusable(self._folder, locked_out) from error
        return number

    def remove(self, number: int) -> None:
        """Delete the record of a run; its contacts are kept."""
        path = self.journal(number).path
        with self._held(self.facts(number).get("lock", "")):
            for each in (f"{path}-wal", f"{path}-shm", path):
                Path(each).unlink(missing_ok=True)

    @contextmanager
    def locked(self, lock: str) -> Iterator[None]:
        """Lock the file and list against other processes, and for a sync the whole list.

        Released if we are killed. Raises Usage with the run if another process holds the lock.
        """
        with self._held(lock):
            # Our own lock first: of two runs that start at once, at least one sees the other.
            for other in self._in_the_way(lock):
                with self._held(other):
                    pass
            yield

    @contextmanager
    def _held(self, lock: str) -> Iterator[None]:
        try:
            with self._lock(lock, timeout=PATIENCE):
                yield
        except Busy:
            others = self.unfinished(lock=lock)
            user = (
                f"import {others[-1]['id']} (process {others[-1].get('pid')})" if others else None
            )
            raise Usage(
                f"this file or list is already in use by {user or 'another run'}",
                hint="wait for it or stop it, then resume with the same command",
            ) from None

    def _in_the_way(self, lock: str) -> list[str]:
        """The conflicting locks: for an import those of syncs, for a sync all of the list."""
        of_list, _, what = lock.rpartition("-")
        wanted = "*" if what == SYNC else SYNC
        found = {path.stem for path in self._folder.glob(f"{of_list}-{wanted}.lock")}
        return sorted(found - {lock})

    def _lock(self, name: str, timeout: float) -> AbstractContextManager[None]:
        failed = partial(KIND.unusable, self._folder)
        return locked(self._folder / f"{name}.lock", failed, timeout=timeout)

    def _paths(self) -> dict[int, Path]:
        found = self._folder.glob("*@*.db")
        return {
            int(number): path for path in found if (number := path.name.partition("@")[0]).isdigit()
        }


def fingerprint(*what: Any) -> str:
    """A short digest that identifies these values."""
    said = json.dumps(what, sort_keys=True, default=str).encode()
    return hashlib.sha256(said).hexdigest()[:16]


def lock_of(server: str, contact_list: int, what: str) -> str:
    """The name of the lock of a run, from list and kind of run."""
    return f"{fingerprint(server, contact_list)}-{what}"


def was_interrupted(facts: Record) -> bool:
    """Whether a run ended with unknown outcomes."""
    # A killed process could not record its end.
    return facts["state"] == RUNNING and bool(facts.get("pid") or facts.get("unknown"))


def summary(facts: Record) -> Record:
    """A run for display."""
    counts = facts["counts"]
    return {
        "id": facts["id"],
        "kind": facts.get("kind", "import"),
        "state": facts.get("state"),
        "server": facts.get("server"),
        "list": facts.get("list"),
        "file": facts.get("file"),
        "shard": facts.get("shard"),
        "rows": facts.get("rows"),
        "created": counts[State.CREATED],
        "updated": counts[State.UPDATED],
        "skipped": counts[State.SKIPPED],
        "unsubscribed": counts[State.UNSUBSCRIBED],
        "deleted": counts[State.DELETED],
        "failed": counts[State.FAILED],
        "undone": counts[State.UNDONE],
        "started_at": facts.get("started_at"),
        "ended_at": facts.get("ended_at"),
    }


def end(journal: Journal, state: str) -> None:
    """Record the end of a run."""
    journal.note(state=state, ended_at=_now(), pid=None)


def begin(journal: Journal, **facts: Any) -> None:
    """Record the process of a run."""
    journal.note(state=RUNNING, pid=os.getpid(), ended_at=None, **facts)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
