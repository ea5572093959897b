"""Requests made side by side: threads that take the next row when the pace allows it.

The thread that calls `run` does none itself: it writes the journal, in groups, and shows how
far it came. No row goes out before the journal has it reserved.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.contacts.journal import Journal, Outcome
from smsgw_cli.engine.job import Api, Job, JobResult
from smsgw_cli.engine.queue import WorkQueue

GROUP = 0.06  # seconds between commits: what a crash leaves unknown, against waiting for disks
GOODBYE = 5.0  # seconds that requests under way have once we are told to stop


class Engine:
    """Carries jobs out. `clients` makes a client for one thread, `show` is called now and then."""

    def __init__(
        self,
        clients: Callable[[], Api],
        pacer: Pacer,
        workers: int,
        journal: Journal,
        show: Callable[[list[Outcome]], None],
    ) -> None:
        self._clients = clients
        self._pacer = pacer
        self._workers = workers
        self._journal = journal
        self._show = show
        self.stopping = False

    def run(self, job: Job, reserved: int) -> JobResult:
        """Carry the job out; rows up to `reserved` need no reservation any more.

        Raises SmsgwError if the journal cannot be written; nothing goes out after that.
        """
        shift = WorkQueue(job, self._pacer, reserved)
        threads = shift.begin(self._clients, self._workers)
        try:
            deadline = self._look_after(shift)
        except BaseException:
            shift.stop()
            raise
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return self._ended(shift)

    def _look_after(self, shift: WorkQueue) -> float:
        """Write and show what comes, until it is over. Until when to wait for who still works."""
        deadline = float("inf")
        while shift.has_workers and time.monotonic() < deadline:
            shift.news.wait(GROUP)
            shift.news.clear()
            if self.stopping and deadline == float("inf"):
                shift.stop()
                deadline = time.monotonic() + GOODBYE
            self._write(shift)
        return min(deadline, time.monotonic() + GOODBYE)

    def _write(self, shift: WorkQueue) -> None:
        outcomes, reserve = shift.taken()
        if outcomes or reserve is not None:
            facts = {} if reserve is None else {"reserved": reserve}
            self._journal.note(outcomes, **facts)
            if reserve is not None:
                shift.reserve(reserve)
        self._show(outcomes)

    def _ended(self, shift: WorkQueue) -> JobResult:
        outcomes, free, unknown, last = shift.drain()
        outcomes += free
        # Nobody is at work any more: what was reserved and not taken is as good as new.
        self._journal.note(outcomes, **({"reserved": last} if last else {}))
        self._show([each for each in outcomes if each not in free])
        return JobResult(shift.error, self.stopping, unknown)

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM finish what is under way; a second Ctrl-C ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, _: object) -> None:
            if self.stopping:
                raise KeyboardInterrupt
            self.stopping = True

        before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
