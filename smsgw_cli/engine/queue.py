"""What the workers of one job share: who takes which task, when, and what came of it."""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from typing import Generic

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.outcome import Disposition
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.engine.job import Api, Job, OutcomeT, Record, Task
from smsgw_cli.errors import SmsgwError, Unavailable

LOOK_UP = 0.5  # seconds between looks at the pacer, whatever it said


class WorkQueue(Generic[OutcomeT]):
    """The work on one job; every field is guarded by the one lock."""

    def __init__(self, job: Job[OutcomeT], pacer: Pacer, record: Record[OutcomeT]) -> None:
        self._job = job
        self._tasks = job.tasks()
        self._pacer = pacer
        self._ahead = record.ahead
        self._reserved = self._first = record.reserved
        self._valid_until = 0.0
        self._is_starved = False
        self._elsewhere: set[int] = set()
        self._last = 0
        self._room = threading.Condition()
        self._back: deque[Task] = deque()
        self._under_way: dict[int, Task] = {}
        self._unknown: dict[int, float] = {}
        self._outcomes: list[OutcomeT] = []
        self._over = threading.Event()
        self._at_work = 0
        self.error: SmsgwError | None = None
        self.news = threading.Event()

    @property
    def has_workers(self) -> bool:
        """Whether any worker has not left yet."""
        return self._at_work > 0

    def begin(self, clients: Callable[[], Api], workers: int) -> list[threading.Thread]:
        """Set so many threads to work."""
        self._at_work = workers
        threads = [
            threading.Thread(target=self._work, args=(clients,), daemon=True, name="engine")
            for _ in range(workers)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _work(self, clients: Callable[[], Api]) -> None:
        """What a worker does: one task after the other."""
        try:
            api = clients()
            while (task := self._next()) is not None:
                self._carry_out(api, task)
        except SmsgwError as error:
            self.fail(error)
        except Exception as error:  # a thread must not end in silence
            self.fail(SmsgwError(f"internal error: {error!r}", hint="please report it"))
        finally:
            self._leave()

    def _carry_out(self, api: Api, task: Task) -> None:
        try:
            attempt = api.attempt(task.method, task.path, task.body)
        except SmsgwError:  # a request that cannot be made, or must not be: nothing went out
            self._put_back(task)
            raise
        self._completed(task, attempt)

    def stop(self) -> None:
        """Let no more tasks go."""
        with self._room:
            self._over.set()
            self._room.notify_all()

    def reserve(self, row: int, valid_until: float, elsewhere: Collection[int]) -> None:
        """Let rows up to this one go until then, by the monotonic clock, but those `elsewhere`."""
        with self._room:
            self._reserved = max(self._reserved, row)
            self._valid_until, self._is_starved = valid_until, False
            self._elsewhere.update(elsewhere)
            self._room.notify_all()

    def taken(self) -> tuple[list[OutcomeT], int | None]:
        """The outcomes since the last call, and up to where to reserve, if that is due."""
        with self._room:
            outcomes, self._outcomes = self._outcomes, []
            is_due = self._is_starved or self._last + self._ahead // 2 > self._reserved
            return outcomes, max(self._reserved, self._last + self._ahead) if is_due else None

    def drain(self) -> tuple[list[OutcomeT], list[OutcomeT], dict[int, float], int]:
        """Last outcomes, those of tasks not started, unknown rows since when, last row that may
        have gone out."""
        with self._room:
            self._over.set()
            free = [each for task in self._back if (each := self._job.on_not_started(task))]
            unknown = {**self._unknown, **dict.fromkeys(self._under_way, time.time())}
            last = min(self._reserved, max(self._last, self._first))
            return self._outcomes, free, unknown, last

    def fail(self, error: SmsgwError) -> None:
        """Let no more tasks go, because of this."""
        with self._room:
            self._end(error)

    def _leave(self) -> None:
        with self._room:
            self._at_work -= 1
            if not self._at_work:
                self.news.set()

    def _next(self) -> Task | None:
        """The next task, once it may go; None when there is none left or we are to stop."""
        with self._room:
            while not self._over.is_set():
                wait = self._pacer.wait()
                if wait <= 0:
                    task = self._pulled()
                    if task is not None and self._goes(task):
                        return task
                    if self._over.is_set():
                        break
                    wait = LOOK_UP
                # Others may use up what the pacer lets go, and give it back, without a word here.
                self._room.wait(min(wait, LOOK_UP))
            return None

    def _goes(self, task: Task) -> bool:
        """Whether the pacer lets a task go now; it is the next one again if not."""
        if self._pacer.begin() > 0:
            self._back.appendleft(task)
            return False
        task.tries += 1
        self._under_way[task.row] = task
        if self._pacer.wait() <= 0:
            self._room.notify()  # there is room for one more
        return True

    def _pulled(self) -> Task | None:
        """The next task if there is one that may go; ends the work if none will ever come."""
        while self._back or self._pull():
            task = self._back[0]
            if task.row > self._reserved or time.monotonic() >= self._valid_until:
                self._is_starved = True
                self.news.set()
                return None
            self._back.popleft()
            if task.row not in self._elsewhere:
                return task
            self._unknown[task.row] = time.time()
        if not self._under_way:
            self._over.set()
            self._room.notify_all()
        return None

    def _pull(self) -> bool:
        """Take the next task from the job, if there is one, and whether."""
        for each in self._tasks:
            self._last = max(self._last, each.row)
            if isinstance(each, Task):
                self._back.append(each)
                return True
            self._outcomes.append(each)
        return False

    def _put_back(self, task: Task) -> None:
        with self._room:
            self._under_way.pop(task.row, None)
            self._back.append(task)

    def _completed(self, task: Task, attempt: Attempt) -> None:
        found = attempt.disposition
        with self._room:
            self._pacer.end(attempt.feedback)
            self._under_way.pop(task.row, None)
            self._conclude(task, found, attempt)
            if found in (Disposition.RETRY, Disposition.UNKNOWN) and self._pacer.is_hopeless:
                self._end(attempt.error or Unavailable("the server does not respond"))
            self._room.notify()

    def _conclude(self, task: Task, found: Disposition, attempt: Attempt) -> None:
        if found is Disposition.ABORT:
            self._end(attempt.error or SmsgwError("the server's responses are not understood"))
        if found in (Disposition.RETRY, Disposition.ABORT):
            self._back.append(task)
            return
        following = self._job.on_response(task, found, attempt)
        if isinstance(following, Task):
            self._back.append(following)
            return
        if following is not None:
            self._outcomes.append(following)
        if following is None or found is Disposition.UNKNOWN:
            self._unknown[task.row] = time.time()

    def _end(self, error: SmsgwError) -> None:
        self.error = self.error or error
        self._over.set()
        self._room.notify_all()
        self.news.set()
