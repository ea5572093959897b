"""One job at work: what its workers did is recorded in groups, until it is over or is stopped."""

import threading
import time
from collections.abc import Callable
from typing import Generic

from smsgw_cli.engine.job import JobResult, OutcomeT, Record
from smsgw_cli.engine.queue import WorkQueue

GROUP = 0.06  # seconds between commits: what a crash leaves unknown, against waiting for disks
SHUTDOWN_TIMEOUT = 5.0  # seconds that requests under way have once we are to stop
# Seconds for which rows that were reserved may go out. A record that says when it reserved them
# thereby says when the last of them can have gone out, however long the pace made them wait.
VALID_FOR = 10.0


class Run(Generic[OutcomeT]):
    """The work on one job. `is_stopping` says whether it is to end early, `show` takes outcomes."""

    def __init__(
        self,
        queue: WorkQueue[OutcomeT],
        record: Record[OutcomeT],
        is_stopping: Callable[[], bool],
        show: Callable[[list[OutcomeT]], None],
    ) -> None:
        self._queue = queue
        self._record = record
        self._is_stopping = is_stopping
        self._show = show

    def carry_out(self, threads: list[threading.Thread]) -> JobResult:
        """Record and show what these workers do.

        Raises SmsgwError if that cannot be recorded; nothing more goes out then.
        """
        deadline = time.monotonic()
        try:
            deadline = self._attend()
        finally:
            self._queue.stop()
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
        return self._ended()

    def _attend(self) -> float:
        """Record and show what comes, until it is over. When to give up those still at work."""
        deadline = float("inf")
        while self._queue.has_workers and time.monotonic() < deadline:
            self._queue.news.wait(GROUP)
            self._queue.news.clear()
            if self._is_stopping() and deadline == float("inf"):
                self._queue.stop()
                deadline = time.monotonic() + SHUTDOWN_TIMEOUT
            self._write()
        return min(deadline, time.monotonic() + SHUTDOWN_TIMEOUT)

    def _write(self) -> None:
        outcomes, row = self._queue.taken()
        try:
            if row is not None:
                valid_until = time.monotonic() + VALID_FOR
                elsewhere = self._record.reserve(row, outcomes)
                self._queue.reserve(row, valid_until, elsewhere)
            elif outcomes:
                self._record.note(outcomes)
        finally:
            self._show(outcomes)

    def _ended(self) -> JobResult:
        outcomes, free, unknown, last = self._queue.drain()
        # Nobody is at work any more: what was reserved and not taken is as good as new.
        self._record.reserve(last, [*outcomes, *free])
        if unknown:
            self._record.unknown(unknown)
        self._show(outcomes)
        return JobResult(self._queue.error, self._is_stopping(), unknown)
