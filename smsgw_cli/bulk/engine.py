"""Requests made side by side: threads that take the next row when the pace allows it.

The thread that calls `run` does none itself: it writes the journal, in groups, and shows how
far it came. No row goes out before the journal has it reserved.
"""

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from smsgw_cli.bulk.journal import Journal, Outcome
from smsgw_cli.bulk.pace import Pace
from smsgw_cli.bulk.verdict import Attempt, Verdict, verdict
from smsgw_cli.errors import SmsgwError, Unavailable
from smsgw_cli.resource import Record

GROUP = 0.06  # seconds between commits: what a crash leaves unknown, against waiting for disks
AHEAD = 512  # rows reserved beyond the last one taken
GOODBYE = 5.0  # seconds that requests under way have once we are told to stop


class Api(Protocol):
    """What a worker needs of its client."""

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt: ...


@dataclass
class Task:
    """A request for a row. `contact` is the id of whom it is about, where that is known."""

    row: int
    method: str
    path: str
    body: Record | None = None
    contact: int | None = None


Next = Task | Outcome | None
"""What comes of a task: another one, or the row's outcome; None leaves it unknown."""


class Job(Protocol):
    """Where tasks come from, and what their answers mean. Called by one thread at a time."""

    def tasks(self) -> Iterator[Task | Outcome]: ...

    def concluded(self, task: Task, found: Verdict, attempt: Attempt) -> Next: ...

    def untouched(self, task: Task) -> Outcome | None:
        """What to note of a row whose task surely had no effect."""


@dataclass
class Ending:
    """How a job ended: what stopped it, and the rows of which nobody knows what became."""

    error: SmsgwError | None = None
    interrupted: bool = False
    unknown: dict[int, float] = field(default_factory=dict)


class Engine:
    """Carries jobs out. `clients` makes a client for one thread, `show` is called now and then."""

    def __init__(
        self,
        clients: Callable[[], Api],
        pace: Pace,
        workers: int,
        journal: Journal,
        show: Callable[[list[Outcome]], None],
    ) -> None:
        self._clients = clients
        self._pace = pace
        self._workers = workers
        self._journal = journal
        self._show = show
        self.stopping = False

    def run(self, job: Job, reserved: int) -> Ending:
        """Carry the job out; rows up to `reserved` need no reservation any more.

        Raises SmsgwError if the journal cannot be written; nothing goes out after that.
        """
        shift = _Shift(job, self._pace, reserved)
        threads = [
            threading.Thread(target=shift.work, args=(self._clients,), daemon=True, name="import")
            for _ in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        try:
            deadline = self._look_after(shift, threads)
        except BaseException:
            shift.stop()
            raise
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return self._ended(shift)

    def _look_after(self, shift: "_Shift", threads: list[threading.Thread]) -> float:
        """Write and show what comes, until it is over. Until when to wait for who still works."""
        deadline = float("inf")
        while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
            shift.news.wait(GROUP)
            shift.news.clear()
            if self.stopping and deadline == float("inf"):
                shift.stop()
                deadline = time.monotonic() + GOODBYE
            self._write(shift)
        return min(deadline, time.monotonic() + GOODBYE)

    def _write(self, shift: "_Shift") -> None:
        outcomes, reserve = shift.taken()
        if outcomes or reserve is not None:
            facts = {} if reserve is None else {"reserved": reserve}
            self._journal.note(outcomes, **facts)
            if reserve is not None:
                shift.reserve(reserve)
        self._show(outcomes)

    def _ended(self, shift: "_Shift") -> Ending:
        outcomes, free, unknown, last = shift.rest()
        outcomes += free
        # Nobody is at work any more: what was reserved and not taken is as good as new.
        self._journal.note(outcomes, **({"reserved": last} if last else {}))
        self._show([each for each in outcomes if each not in free])
        return Ending(shift.error, self.stopping, unknown)

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


class _Shift:
    """What the workers of one job share; every field is guarded by the one lock."""

    def __init__(self, job: Job, pace: Pace, reserved: int) -> None:
        self._job = job
        self._tasks = job.tasks()
        self._pace = pace
        self._reserved = self._first = reserved
        self._last = 0
        self._room = threading.Condition()
        self._back: deque[Task] = deque()
        self._under_way: dict[int, Task] = {}
        self._unknown: dict[int, float] = {}
        self._outcomes: list[Outcome] = []
        self._over = threading.Event()
        self.error: SmsgwError | None = None
        self.news = threading.Event()

    def work(self, clients: Callable[[], Api]) -> None:
        """What a worker does: one task after the other."""
        try:
            api = clients()
            while (task := self._next()) is not None:
                began = time.monotonic()
                attempt = api.attempt(task.method, task.path, task.body)
                self._came(task, attempt, began)
        except SmsgwError as error:
            self._fail(error)
        except Exception as error:  # a thread must not end in silence
            self._fail(SmsgwError(f"a mistake in smsgw itself: {error!r}", hint="please report it"))

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
            ahead = self._last + AHEAD // 2 > self._reserved
            return outcomes, self._last + AHEAD if ahead else None

    def rest(self) -> tuple[list[Outcome], list[Outcome], dict[int, float], int]:
        """Last outcomes, rows free to be sent again, unknown rows since when, last row taken."""
        with self._room:
            self._over.set()
            free = [each for task in self._back if (each := self._job.untouched(task))]
            unknown = {**self._unknown, **dict.fromkeys(self._under_way, time.time())}
            return self._outcomes, free, unknown, max(self._last, self._first)

    def _next(self) -> Task | None:
        """The next task, once it may go; None when there is none left or we are to stop."""
        with self._room:
            while not self._over.is_set():
                wait = self._pace.wait(time.monotonic())
                if wait <= 0:
                    task = self._pulled()
                    if task is not None:
                        return self._go(task)
                    if self._over.is_set():
                        break
                    wait = float("inf")
                self._room.wait(None if wait == float("inf") else wait)
            return None

    def _go(self, task: Task) -> Task:
        now = time.monotonic()
        self._pace.went(now)
        self._under_way[task.row] = task
        if self._pace.wait(now) <= 0:
            self._room.notify()  # there is room for one more
        return task

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

    def _came(self, task: Task, attempt: Attempt, began: float) -> None:
        found = verdict(task.method, attempt)
        with self._room:
            now = time.monotonic()
            self._pace.came(now, attempt)
            self._under_way.pop(task.row, None)
            self._conclude(task, found, attempt)
            if found in (Verdict.AGAIN, Verdict.UNKNOWN) and self._pace.is_hopeless:
                self._end(attempt.error or Unavailable("the server does not answer"))
            self._room.notify()

    def _conclude(self, task: Task, found: Verdict, attempt: Attempt) -> None:
        if found is Verdict.AGAIN or found is Verdict.STOP:
            self._back.append(task)
            if found is Verdict.STOP:
                self._end(attempt.error or SmsgwError("the server answers nothing we know"))
            return
        concluded = self._job.concluded(task, found, attempt)
        if isinstance(concluded, Task):
            self._back.append(concluded)
        elif isinstance(concluded, Outcome):
            self._outcomes.append(concluded)
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
