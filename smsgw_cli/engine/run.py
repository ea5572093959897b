"""Supervises one job: records outcomes in groups, until the job is done or stopped."""

import threading
import time
from collections.abc import Callable
from typing import Generic

from smsgw_cli.engine.job import JobResult, OutcomeT, Record
from smsgw_cli.engine.queue import WorkQueue

GROUP = 0.06  # seconds between commits: fewer leave more unknown after a crash, more are slow
SHUTDOWN_TIMEOUT = 5.0  # seconds for requests in flight to finish after a stop
# Seconds during which reserved rows may be sent. So the recorded time of the reservation limits
# when the last of them can have been sent, however long the pacer made them wait.
VALID_FOR = 10.0


class Run(Generic[OutcomeT]):
    """One job at work. `is_stopping` is whether to end early; `show` gets new outcomes."""

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

    def execute(self, threads: list[threading.Thread]) -> JobResult:
        """Record and show the outcomes of these worker threads until they end.

        Raises SmsgwError if the record cannot be written; nothing is sent after that.
        """
        deadline = time.monotonic()
        try:
            deadline = self._supervise()
        finally:
            self._queue.stop()
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
        return self._finish()

    def _supervise(self) -> float:
        """Record and show outcomes to the end. Returns the deadline of workers still running."""
        deadline = float("inf")
        while self._queue.has_workers and time.monotonic() < deadline:
            self._queue.changed.wait(GROUP)
            self._queue.changed.clear()
            if self._is_stopping() and deadline == float("inf"):
                self._queue.stop()
                deadline = time.monotonic() + SHUTDOWN_TIMEOUT
            self._write()
        return min(deadline, time.monotonic() + SHUTDOWN_TIMEOUT)

    def _write(self) -> None:
        outcomes, row = self._queue.collect()
        try:
            if row is not None:
                valid_until = time.monotonic() + VALID_FOR
                excluded = self._record.reserve(row, outcomes)
                self._queue.reserve(row, valid_until, excluded)
            elif outcomes:
                self._record.note(outcomes)
        finally:
            self._show(outcomes)

    def _finish(self) -> JobResult:
        outcomes, not_started, unknown, last = self._queue.drain()
        # The workers have ended, so rows reserved and not started are free again.
        self._record.reserve(last, [*outcomes, *not_started])
        if unknown:
            self._record.unknown(unknown)
        self._show(outcomes)
        return JobResult(self._queue.error, self._is_stopping(), unknown)
