"""All runs: numbered journals in one folder, with locks of those in progress."""

import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from smsgw_cli.config.record_name import file_name
from smsgw_cli.contacts.journal import KIND, Journal, State
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import Record
from smsgw_cli.storage.failures import Cause, UnusableError
from smsgw_cli.storage.locks import Busy, locked

RUNNING, FINISHED, UNDONE, REPLACED = "unfinished", "finished", "undone", "replaced"
ENDED = (FINISHED, UNDONE, REPLACED)
NEVER_BEGUN = "never begun"  # killed before its first record was written
SYNC = "sync"  # kind of a run, and suffix of its lock
LOCK_TIMEOUT = 1.0  # seconds; longer than another process takes to test a lock
NUMBERING_TIMEOUT = 30.0  # seconds to wait while other processes create runs


class Runs:
    """The runs in a folder. Every method raises SmsgwError if the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def forget(self, server: str) -> None:
        """Delete the records of the runs of one server."""
        for journal in self._folder.glob(f"*@{file_name(server)}.db*"):
            journal.unlink(missing_ok=True)

    def journal(self, number: int) -> Journal:
        """The journal of a run. Raises NotFound."""
        path = self._paths().get(number)
        if path is None:
            raise NotFound(f"import {number} not found", hint="see 'smsgw imports list'")
        return Journal(path)

    def metadata(self, number: int) -> Record:
        """The metadata of a run, with `id`, `state` and `counts` (by state). Raises NotFound."""
        return _metadata(number, self.journal(number))

    def all(self) -> Iterator[Record]:
        """The metadata of all runs, in order."""
        return itertools.starmap(_metadata, self._journals())

    def unfinished(self, **wanted: Any) -> list[Record]:
        """The metadata of unfinished runs with these values, newest last."""
        runs = (
            _metadata(number, journal)
            for number, journal in self._journals()
            if Journal.recorded_state(journal.path) not in ENDED  # as there may be thousands
        )
        return [each for each in runs if each["state"] == RUNNING and has(each, wanted)]

    def newest(self, **wanted: Any) -> int | None:
        """The number of the newest run with these values of metadata, if there is one."""
        runs = itertools.starmap(_metadata, self._journals(newest_first=True))
        return next((each["id"] for each in runs if has(each, wanted)), None)

    def _journals(self, *, newest_first: bool = False) -> Iterator[tuple[int, Journal]]:
        """The runs and their journals, which are opened on first use."""
        for number, path in sorted(self._paths().items(), reverse=newest_first):
            if path.exists() or path.is_symlink():  # else it was removed: opening would create it
                yield number, Journal(path)

    def new(self, server: str, **metadata: Any) -> int:
        """Record a new run durably; returns its number."""
        try:
            with self._lock("numbers", timeout=NUMBERING_TIMEOUT):
                number = max(self._paths(), default=0) + 1
                with closing(Journal(self._folder / f"{number}@{file_name(server)}.db")) as journal:
                    journal.note(state=RUNNING, server=server, started_at=_now(), **metadata)
        except Busy as error:
            locked_out = UnusableError(Cause.LOCKED, "it is locked")
            raise KIND.unusable(self._folder, locked_out) from error
        return number

    def remove(self, number: int) -> None:
        """Delete the record of a run; its contacts are kept."""
        path = self.journal(number).path
        with self._held(self.metadata(number).get("lock", "")):
            for each in (f"{path}-wal", f"{path}-shm", path):
                Path(each).unlink(missing_ok=True)

    @contextmanager
    def locked(self, lock: str) -> Iterator[None]:
        """Lock the file and list against other processes, and for a sync the whole list.

        The lock is released if the process is killed. Raises Usage with the run if another process
        holds it.
        """
        with self._held(lock):
            # Our own lock first: of two runs that start at once, at least one sees the other.
            for other in self._conflicting(lock):
                with self._held(other):
                    pass
            yield

    @contextmanager
    def _held(self, lock: str) -> Iterator[None]:
        try:
            with self._lock(lock, timeout=LOCK_TIMEOUT):
                yield
        except Busy:
            others = self.unfinished(lock=lock)
            holder = (
                f"import {others[-1]['id']} (process {others[-1].get('pid')})" if others else None
            )
            raise Usage(
                f"this file or list is already in use by {holder or 'another run'}",
                hint="wait for it or stop it, then resume with the same command",
            ) from None

    def _conflicting(self, lock: str) -> list[str]:
        """The conflicting locks: for an import those of syncs, for a sync all of the list."""
        of_list, _, kind = lock.rpartition("-")
        wanted = "*" if kind == SYNC else SYNC
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


def _metadata(number: int, journal: Journal) -> Record:
    with closing(journal):
        known = {"id": number, "state": NEVER_BEGUN, **journal.metadata()}
        return {**known, "counts": journal.counts()}


def has(metadata: Record, wanted: Record) -> bool:
    """Whether a run has these values of metadata."""
    return all(metadata.get(name) == value for name, value in wanted.items())


def fingerprint(*values: Any) -> str:
    """Identifies these values: 16 hexadecimal digits of a SHA-256."""
    content = json.dumps(values, sort_keys=True, default=str).encode()
    return hashlib.sha256(content).hexdigest()[:16]


def lock_of(server: str, contact_list: int, kind: str) -> str:
    """The name of the lock of a run; `kind` is SYNC, or the fingerprint of the imported file."""
    return f"{fingerprint(server, contact_list)}-{kind}"


def import_lock(server: str, contact_list: int, digest: str, shard: object) -> str:
    """The name of the lock of an import of a file with this digest."""
    return lock_of(server, contact_list, fingerprint(digest, shard))


def has_digest(metadata: Record, digest: str) -> bool:
    """Whether a run is one of a file with this digest; True if it did not record that."""
    if "digest" in metadata:
        return bool(metadata["digest"] == digest)
    if metadata.get("kind") == SYNC:
        return True
    server, contact_list = metadata["server"], metadata["list"]
    return bool(
        metadata["lock"] == import_lock(server, contact_list, digest, metadata.get("shard"))
    )


def was_interrupted(metadata: Record) -> bool:
    """Whether a run ended with unknown outcomes."""
    # A killed process could not record its end.
    return metadata["state"] == RUNNING and bool(metadata.get("pid") or metadata.get("unknown"))


def summary(metadata: Record) -> Record:
    """A run as a JSON object, from its metadata.

    `failed` are rows that the server refused, `rejected` those and the invalid ones; None in
    records of 0.1.0.
    """
    counts, invalid = metadata["counts"], metadata.get("invalid")
    return {
        "id": metadata["id"],
        "kind": metadata.get("kind", "import"),
        "state": metadata.get("state"),
        "server": metadata.get("server"),
        "list": metadata.get("list"),
        "file": metadata.get("file"),
        "shard": metadata.get("shard"),
        "rows": metadata.get("rows"),
        "created": counts[State.CREATED],
        "updated": counts[State.UPDATED],
        "skipped": counts[State.SKIPPED],
        "unsubscribed": counts[State.UNSUBSCRIBED],
        "deleted": counts[State.DELETED],
        "failed": counts[State.FAILED],
        "rejected": None if invalid is None else invalid + counts[State.FAILED],
        "undone": counts[State.UNDONE],
        "started_at": metadata.get("started_at"),
        "ended_at": metadata.get("ended_at"),
    }


def end(journal: Journal, state: str) -> None:
    journal.note(state=state, ended_at=_now(), pid=None)


def begin(journal: Journal, **metadata: Any) -> None:
    """Record the process of a run."""
    journal.note(state=RUNNING, pid=os.getpid(), ended_at=None, **metadata)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
