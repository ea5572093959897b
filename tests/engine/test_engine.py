"""Nothing goes out before its record is written, and what is uncertain is never called certain."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from smsgw_cli.api.attempt import Attempt, Feedback
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.engine import queue, run
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import JobResult, Task, Throttle
from smsgw_cli.errors import Auth, SmsgwError, Unavailable, Unknown, Usage
from smsgw_cli.model import Record

ROWS = 20
REFUSED_HERE = 7


class Ended(NamedTuple):
    row: int
    state: str


@dataclass
class Rows:
    """As many creations as there are rows."""

    count: int = ROWS

    def tasks(self) -> Iterator[Task]:
        return (Task(row, "POST", "things", {"row": row}) for row in range(1, self.count + 1))

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> Ended | None:
        return Ended(task.row, "done") if found is Disposition.DONE else None

    def on_not_started(self, task: Task) -> Ended:
        return Ended(task.row, "not started")


@dataclass
class Book:
    """A record that remembers when what was reserved."""

    elsewhere: frozenset[int] = frozenset()
    fails_at: int | None = None
    ahead: int = 4
    reserved: int = 0
    reservations: list[tuple[float, int]] = field(default_factory=list)
    outcomes: list[Ended] = field(default_factory=list)
    unknown_rows: set[int] = field(default_factory=set)

    def reserve(self, row: int, outcomes: Sequence[Ended] = ()) -> frozenset[int]:
        self.note(outcomes)
        if self.fails_at is not None and row >= self.fails_at:
            raise SmsgwError("no room")
        self.reservations.append((time.monotonic(), row))
        self.reserved = row
        return self.elsewhere

    def note(self, outcomes: Sequence[Ended]) -> None:
        self.outcomes += outcomes

    def unknown(self, rows: Mapping[int, float]) -> None:
        self.unknown_rows |= rows.keys()

    def rows(self, state: str) -> set[int]:
        return {each.row for each in self.outcomes if each.state == state}


@dataclass
class Server:
    """Says what it is to say of a row, else that it was created."""

    answers: dict[int, Attempt] = field(default_factory=dict)
    seconds: float = 0.0
    went: list[tuple[float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt:
        row: int = body["row"]
        if row == REFUSED_HERE:
            raise Usage("this must not go out")
        with self.lock:
            self.went.append((time.monotonic(), row))
        time.sleep(self.seconds)
        created: Record = {"id": row}
        done = Attempt(Disposition.DONE, Feedback(0.05, 201), created)
        return self.answers.get(row, done)

    @property
    def rows(self) -> list[int]:
        return [row for _, row in self.went]


def carried_out(
    server: Server, book: Book, rows: int = ROWS, workers: int = 4, retries: int = 4
) -> JobResult:
    engine = Engine(lambda: server, Pacer(), Throttle(workers, retries=retries))
    return engine.run(Rows(rows), book, lambda _: None)


def test_no_row_goes_out_before_it_is_reserved_nor_long_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "VALID_FOR", 0.1)
    book, server = Book(ahead=ROWS), Server(seconds=0.08)
    carried_out(server, book, 6, workers=1)
    assert server.rows == [1, 2, 3, 4, 5, 6]
    for when, row in server.went:
        before = [at for at, up_to in book.reservations if up_to >= row and at <= when]
        assert before, row
        assert when - before[-1] <= 0.11, row


def test_rows_that_were_reserved_and_never_taken_are_free_in_the_end() -> None:
    book = Book()
    server = Server({3: Attempt(Disposition.ABORT, Feedback(0.05, 401), error=Auth("no"))})
    result = carried_out(server, book, workers=1)
    assert isinstance(result.error, Auth)
    assert book.reservations[-1][1] == 3
    assert book.rows("done") == {1, 2}
    assert book.rows("not started") == {3}


def test_a_request_that_must_not_be_made_did_not_go_out() -> None:
    book, server = Book(), Server()
    result = carried_out(server, book, workers=1)
    assert isinstance(result.error, Usage)
    assert book.rows("not started") == {REFUSED_HERE}
    assert result.unknown == {}


def test_what_another_run_has_does_not_go_out_and_is_unknown() -> None:
    book, server = Book(elsewhere=frozenset({2, 5})), Server()
    result = carried_out(server, book, 6)
    assert sorted(server.rows) == [1, 3, 4, 6]
    assert result.unknown.keys() == book.unknown_rows == {2, 5}


def test_a_row_whose_request_is_unknown_is_neither_done_nor_free() -> None:
    book = Book()
    server = Server({2: Attempt(Disposition.UNKNOWN, Feedback(0.05, 500), error=Unknown("?"))})
    result = carried_out(server, book, 6, workers=1)
    assert result.error is None
    assert result.unknown.keys() == book.unknown_rows == {2}
    assert book.rows("done") == {1, 3, 4, 5, 6}


def test_nothing_goes_out_once_the_record_cannot_be_written() -> None:
    book, server = Book(fails_at=8), Server()
    with pytest.raises(SmsgwError, match="no room"):
        carried_out(server, Book(fails_at=1))
    with pytest.raises(SmsgwError, match="no room"):
        carried_out(server, book)
    assert set(server.rows) <= set(range(1, 8))


def test_a_server_that_answers_nothing_is_given_up() -> None:
    gone = Attempt(Disposition.RETRY, Feedback(0.05), error=Unavailable("gone"))
    book, server = Book(), Server(dict.fromkeys(range(1, ROWS + 1), gone))
    result = carried_out(server, book, workers=2, retries=0)
    assert isinstance(result.error, Unavailable)
    assert book.rows("done") == set()
    assert result.unknown == {}


@pytest.mark.parametrize("workers", [1, 2, 16])
def test_a_row_that_the_server_always_fails_at_keeps_no_other_from_being_sent(workers: int) -> None:
    failed = Attempt(Disposition.RETRY, Feedback(0.05, 500), error=Unavailable("500 Server Error"))
    book, server = Book(), Server({5: failed})
    result = carried_out(server, book, REFUSED_HERE - 1, workers=workers)
    assert result.error is None
    assert book.rows("done") == {1, 2, 3, 4, 6}
    assert 1 < server.rows.count(5) <= queue.MOST_TRIES
