"""The queue that the workers of a job share: which tasks may start, and their outcomes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from typing import Generic

from smsgw_cli.api.attempt import Attempt, Feedback
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.engine.job import Job, OutcomeT, Record, Task, TaskClient
from smsgw_cli.engine.settle_time import clock
from smsgw_cli.errors import SmsgwError, Unavailable, Withheld

POLL = 0.5  # seconds; the longest wait before the pacer is asked again

AHEAD = 4  # rows per worker reserved at first beyond the last one taken

MOST_TRIES = 5  # of a task that the server fails at, while it carries others out


class WorkQueue(Generic[OutcomeT]):
    """The state of one job at work; one lock guards all fields."""

    def __init__(self, job: Job[OutcomeT], pacer: Pacer, record: Record[OutcomeT]) -> None:
        self._job = job
        self._tasks = job.tasks()
        self._pacer = pacer
        self._ahead = self._most_ahead = record.ahead
        self._reserved = self._first_reserved = record.reserved
        self._valid_until = 0.0
        self._is_starved = False
        self._excluded: set[int] = set()
        self._last_row = 0
        self._condition = threading.Condition()
        self._pending: deque[Task] = deque()
        self._failed: deque[Task] = deque()
        self._in_flight: dict[int, Task] = {}
        self._unknown: dict[int, float] = {}
        self._outcomes: list[OutcomeT] = []
        self._stopped = threading.Event()
        self._active_workers = 0
        self.error: SmsgwError | None = None
        self.changed = threading.Event()

    @property
    def has_workers(self) -> bool:
        """Whether any worker is still running."""
        return self._active_workers > 0

    def start(self, clients: Callable[[], TaskClient], workers: int) -> list[threading.Thread]:
        """Start this number of worker threads."""
        self._active_workers = workers
        self._ahead = min(self._most_ahead, AHEAD * workers)
        threads = [
            threading.Thread(target=self._work, args=(clients,), daemon=True, name="engine")
            for _ in range(workers)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _work(self, clients: Callable[[], TaskClient]) -> None:
        """The loop of a worker thread."""
        try:
            api = clients()
            while (task := self._next()) is not None:
                self._execute(api, task)
        except SmsgwError as error:
            self.fail(error)
        except Exception as error:  # a thread must not end without a report
            self.fail(SmsgwError(f"internal error: {error!r}", hint="please report it"))
        finally:
            self._leave()

    def _execute(self, api: TaskClient, task: Task) -> None:
        try:
            attempt = api.attempt(task.method, task.path, task.body)
        except Withheld as error:
            self._withheld(task, error)
        except SmsgwError:  # invalid: nothing was sent
            self._put_back(task)
            raise
        else:
            self._completed(task, attempt)

    def stop(self) -> None:
        """Start no more tasks."""
        with self._condition:
            self._stopped.set()
            self._condition.notify_all()

    def reserve(self, row: int, valid_until: float, excluded: Collection[int]) -> None:
        """Allow rows up to this one, except `excluded`, until `valid_until` (monotonic clock)."""
        with self._condition:
            self._reserved = max(self._reserved, row)
            self._valid_until, self._is_starved = valid_until, False
            self._excluded.update(excluded)
            self._condition.notify_all()

    def collect(self) -> tuple[list[OutcomeT], int | None]:
        """The outcomes since the last call, and the row up to which to reserve, if that is due."""
        with self._condition:
            outcomes, self._outcomes = self._outcomes, []
            if self._last_row > self._reserved > self._first_reserved:  # workers had to wait
                self._ahead = min(self._most_ahead, 2 * self._ahead)
            is_due = self._is_starved or self._last_row + self._ahead // 2 > self._reserved
            return outcomes, max(self._reserved, self._last_row + self._ahead) if is_due else None

    def drain(self) -> tuple[list[OutcomeT], list[OutcomeT], dict[int, float], int]:
        """Stop. Returns the last outcomes, those of tasks not started, the unknown rows with
        their time by `clock`, and the last row that may have been sent."""
        with self._condition:
            self._stopped.set()
            not_started = [
                each for task in self._pending if (each := self._job.on_not_started(task))
            ]
            unknown = {**self._unknown, **dict.fromkeys(self._in_flight, clock())}
            last = min(self._reserved, max(self._last_row, self._first_reserved))
            return self._outcomes, not_started, unknown, last

    def fail(self, error: SmsgwError) -> None:
        """Start no more tasks, because of this error."""
        with self._condition:
            self._end(error)

    def _leave(self) -> None:
        with self._condition:
            self._active_workers -= 1
            if not self._active_workers:
                self.changed.set()

    def _next(self) -> Task | None:
        """The next task, once it may start; None at the end of the job or on a stop."""
        with self._condition:
            while not self._stopped.is_set():
                wait = self._pacer.wait()
                if wait <= 0:
                    task = self._startable()
                    if task is not None and self._start_now(task):
                        return task
                    if self._stopped.is_set():
                        break
                    wait = POLL
                # The pacer is shared, and does not notify this queue of changes by others.
                self._condition.wait(min(wait, POLL))
            return None

    def _start_now(self, task: Task) -> bool:
        """Start a task if the pacer allows it now; otherwise it remains the next one."""
        if self._pacer.begin() > 0:
            self._pending.appendleft(task)
            return False
        task.tries += 1
        self._in_flight[task.row] = task
        if self._pacer.wait() <= 0:
            self._condition.notify()  # another worker may start a task too
        return True

    def _startable(self) -> Task | None:
        """The next task that may start, if any; ends the job if there are no more tasks."""
        while self._pending or self._fetch() or self._fetch_failed():
            task = self._pending[0]
            if task.row > self._reserved or time.monotonic() >= self._valid_until:
                self._is_starved = True
                self.changed.set()
                return None
            self._pending.popleft()
            if task.row not in self._excluded:
                return task
            self._unknown[task.row] = clock()
        if not self._in_flight:
            self._stopped.set()
            self._condition.notify_all()
        return None

    def _fetch(self) -> bool:
        """Fetch the next task from the job; returns whether there was one."""
        for each in self._tasks:
            self._last_row = max(self._last_row, each.row)
            if isinstance(each, Task):
                self._pending.append(each)
                return True
            self._outcomes.append(each)
        return False

    def _fetch_failed(self) -> bool:
        """Take a task that failed before, as no new one is left, and whether there was one."""
        if self._failed:
            self._pending.append(self._failed.popleft())
        return bool(self._pending)

    def _withheld(self, task: Task, error: Withheld) -> None:
        """Refuse a task that the guard did not let out."""
        attempt = Attempt(Disposition.REFUSED, Feedback(0.0), error=error)
        with self._condition:
            self._pacer.cancel()
            self._in_flight.pop(task.row, None)
            self._conclude(task, Disposition.REFUSED, attempt)

    def _put_back(self, task: Task) -> None:
        with self._condition:
            self._in_flight.pop(task.row, None)
            self._pending.append(task)

    def _completed(self, task: Task, attempt: Attempt) -> None:
        disposition = attempt.disposition
        with self._condition:
            self._pacer.end(attempt.feedback)
            self._in_flight.pop(task.row, None)
            self._conclude(task, disposition, attempt)
            if disposition in (Disposition.RETRY, Disposition.UNKNOWN) and self._pacer.is_hopeless:
                self._end(attempt.error or Unavailable("the server does not respond"))

    def _conclude(self, task: Task, disposition: Disposition, attempt: Attempt) -> None:
        if disposition is Disposition.ABORT:
            self._end(attempt.error or SmsgwError("the server's responses are not understood"))
        if disposition is Disposition.RETRY and _is_server_error(attempt):
            if task.tries < MOST_TRIES:
                self._failed.append(task)
                return
            disposition = Disposition.REFUSED
        if disposition in (Disposition.RETRY, Disposition.ABORT):
            self._pending.append(task)
            return
        result = self._job.on_response(task, disposition, attempt)
        if isinstance(result, Task):
            self._pending.append(result)
            return
        if result is not None:
            self._outcomes.append(result)
        if result is None or disposition is Disposition.UNKNOWN:
            self._unknown[task.row] = clock()

    def _end(self, error: SmsgwError) -> None:
        self.error = self.error or error
        self._stopped.set()
        self._condition.notify_all()
        self.changed.set()


def _is_server_error(attempt: Attempt) -> bool:
    """Whether the server failed at this very task: others may well succeed."""
    return attempt.status not in (None, 425) and not attempt.feedback.is_refusal
