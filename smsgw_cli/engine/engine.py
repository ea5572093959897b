"""Executes tasks in parallel, by threads that take the next row when the pacer allows it.

The thread that calls `run` executes none: it writes the record, in groups, and shows progress. No
row is sent before it is reserved in the record.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.engine.job import Job, JobResult, OutcomeT, Record, TaskClient, Throttle
from smsgw_cli.engine.queue import WorkQueue
from smsgw_cli.engine.run import Run


class Engine:
    """Executes jobs, one after the other, with one pacer.

    `clients` creates a client for one thread; `pacer` is shared by all requests of the command.
    """

    def __init__(self, clients: Callable[[], TaskClient], pacer: Pacer, throttle: Throttle) -> None:
        self._clients = clients
        self._workers = throttle.workers
        self._pacer = pacer
        pacer.expect_workers(throttle.workers, throttle.retries)
        self.stopping = False

    def run(
        self,
        job: Job[OutcomeT],
        record: Record[OutcomeT],
        show: Callable[[list[OutcomeT]], None],
    ) -> JobResult:
        """Execute a job; `show` is called with the new outcomes every now and then.

        Raises SmsgwError if the record cannot be written; nothing is sent after that.
        """
        queue = WorkQueue(job, self._pacer, record)
        threads = queue.start(self._clients, self._workers)
        return Run(queue, record, lambda: self.stopping, show).execute(threads)

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Let Ctrl-C and SIGTERM finish the requests in flight; a second one ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, _: object) -> None:
            if self.stopping:
                raise KeyboardInterrupt
            self.stopping = True

        previous = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
