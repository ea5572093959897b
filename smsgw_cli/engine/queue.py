"""What the workers of one job share: who takes which task, when, and what came of it."""

import threading
import time
from collections import deque
from collections.abc import Callable

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.outcome import Disposition
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.contacts.journal import Outcome
from smsgw_cli.engine.job import Api, Job, Task
from smsgw_cli.errors import SmsgwError, Unavailable

RESERVE_AHEAD = 512  # rows reserved beyond the last one taken
LOOK_UP = 0.5  # seconds between looks at the pacer, whatever it said


class WorkQueue:
    """The work on one job; every field is guarded by the one lock."""

    def __init__(self, job: Job, pacer: Pacer, reserved: int) -> None:
        self._job = job
        self._tasks = job.tasks()
        self._pacer = pacer
        self._reserved = self._first = reserved
        self._last = 0
        self._room = threading.Condition()
        self._back: deque[Task] = deque()
        self._under_way: dict[int, Task] = {}
        self._unknown: dict[int, float] = {}
        self._outcomes: list[Outcome] = []
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
            threading.Thread(target=self._work, args=(clients,), daemon=True, name="import")
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
                self._completed(task, api.attempt(task.method, task.path, task.body))
        except SmsgwError as error:
            self._fail(error)
        except Exception as error:  # a thread must not end in silence
            self._fail(SmsgwError(f"a mistake in smsgw itself: {error!r}", hint="please report it"))
        finally:
            self._leave()

    def stop(self) -> None:
        """Let no more tasks go."""
        with self._room:
            self._over.set()
            self._room.notify_all()

    def reserve(self, row: int) -> None:
        with self._room:
            self._reserved = max(self._reserved, row)
            self._room.notify_all()

    def taken(self) -> tuple[list[Outcome], int | None]:
        """The outcomes since the last call, and up to where to reserve, if that is due."""
        with self._room:
            outcomes, self._outcomes = self._outcomes, []
            ahead = self._last + RESERVE_AHEAD // 2 > self._reserved
            return outcomes, self._last + RESERVE_AHEAD if ahead else None

    def drain(self) -> tuple[list[Outcome], list[Outcome], dict[int, float], int]:
        """Last outcomes, rows free to be sent again, unknown rows since when, last row taken."""
        with self._room:
            self._over.set()
            free = [each for task in self._back if (each := self._job.on_not_started(task))]
            unknown = {**self._unknown, **dict.fromkeys(self._under_way, time.time())}
            return self._outcomes, free, unknown, max(self._last, self._first)

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
        self._under_way[task.row] = task
        if self._pacer.wait() <= 0:
            self._room.notify()  # there is room for one more
        return True

    def _pulled(self) -> Task | None:
        """The next task if there is one that may go; ends the shift if none will ever come."""
        if not self._back:
            self._pull()
        if self._back:
            task = self._back.popleft()
            if task.row <= self._reserved:
                return task
            self._back.appendleft(task)
            self.news.set()
        elif not self._under_way:
            self._over.set()
            self._room.notify_all()
        return None

    def _pull(self) -> None:
        for each in self._tasks:
            self._last = max(self._last, each.row)
            if isinstance(each, Task):
                self._back.append(each)
                return
            self._outcomes.append(each)

    def _completed(self, task: Task, attempt: Attempt) -> None:
        found = attempt.disposition
        with self._room:
            self._pacer.end(attempt.reply)
            self._under_way.pop(task.row, None)
            self._conclude(task, found, attempt)
            if found in (Disposition.RETRY, Disposition.UNKNOWN) and self._pacer.is_hopeless:
                self._end(attempt.error or Unavailable("the server does not answer"))
            self._room.notify()

    def _conclude(self, task: Task, found: Disposition, attempt: Attempt) -> None:
        if found is Disposition.RETRY or found is Disposition.ABORT:
            self._back.append(task)
            if found is Disposition.ABORT:
                self._end(attempt.error or SmsgwError("the server answers nothing we know"))
            return
        on_response = self._job.on_response(task, found, attempt)
        if isinstance(on_response, Task):
            self._back.append(on_response)
        elif isinstance(on_response, Outcome):
            self._outcomes.append(on_response)
        else:
            self._unknown[task.row] = time.time()

    def _end(self, error: SmsgwError) -> None:
        self.error = self.error or error
        self._over.set()
        self._room.notify_all()
        self.news.set()

    def _fail(self, error: SmsgwError) -> None:
        with self._room:
            self._end(error)
