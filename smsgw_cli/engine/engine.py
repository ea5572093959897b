"""Tasks carried out in parallel: threads that take the next row when the pace allows it.

The thread that calls `run` does none itself: it writes the record, in groups, and shows how far
it came. No row goes out before the record has it reserved.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.engine.job import Api, Job, JobResult, OutcomeT, Record, Throttle
from smsgw_cli.engine.queue import WorkQueue
from smsgw_cli.engine.run import Run


class Engine:
    """Carries jobs out, one after the other, at one pace.

    `clients` makes a client for one thread; `pacer` is that of all requests of the command.
    """

    def __init__(self, clients: Callable[[], Api], pacer: Pacer, throttle: Throttle) -> None:
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
        """Carry a job out; `show` takes the outcomes since the last time, now and then.

        Raises SmsgwError if the record cannot be written; nothing goes out after that.
        """
        queue = WorkQueue(job, self._pacer, record)
        threads = queue.begin(self._clients, self._workers)
        return Run(queue, record, lambda: self.stopping, show).carry_out(threads)

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
