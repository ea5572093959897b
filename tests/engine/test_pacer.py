"""When requests go, decided by pure functions: no test here sleeps."""

import heapq
from dataclasses import dataclass
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.contacts.reconcile import seconds_left
from smsgw_cli.engine.concurrency import Concurrency
from smsgw_cli.engine.disposition import Disposition, classify
from smsgw_cli.engine.pacer import WINDOW, Pace
from smsgw_cli.errors import Auth, SmsgwError, Unavailable, Unknown
from smsgw_cli.model import Record

TAKEN = SmsgwError("no", errors={"mobile_number": ["has already been taken."]})
ANOTHER_TAKEN = SmsgwError("no", errors={"name": ["is taken"]})


@dataclass(frozen=True)
class Answer:
    status: int | None = 201
    was_sent: bool = True
    body: Record | None = None
    error: SmsgwError | None = None
    seconds: float = 0.05
    retry_after: float | None = None
    remaining: int | None = None
    most: int | None = None


class Limiter:
    """Laravel's: a window that begins with its first request."""

    def __init__(self, most: int, *, tells: bool = True) -> None:
        self.most, self.tells = most, tells
        self.ends, self.left, self.refused = -inf, 0, 0

    def answer(self, now: float, took: float) -> Answer:
        if now >= self.ends:
            self.ends, self.left = now + WINDOW, self.most
        most = self.most if self.tells else None
        if self.left == 0:
            self.refused += 1
            wait = float(-(-(self.ends - now) // 1))
            return Answer(429, seconds=took, retry_after=wait, remaining=0 if most else None)
        self.left -= 1
        return Answer(seconds=took, remaining=self.left if most else None, most=most)


def finished(pace: Pace, limiter: Limiter, rows: int, took: float = 0.05) -> float:
    """When so many rows are done, by a clock that moves by itself."""
    now, done = 0.0, 0
    coming: list[tuple[float, int, Answer]] = []
    sent = 0
    while done < rows:
        wait = pace.wait(now) if done + len(coming) < rows else inf
        if wait <= 0:
            pace.went(now)
            sent += 1
            heapq.heappush(coming, (now + took, sent, limiter.answer(now + took / 2, took)))
            continue
        if coming and coming[0][0] <= now + wait:
            now, _, answer = heapq.heappop(coming)
            pace.came(now, answer)
            done += answer.status == 201
        else:
            assert wait < inf, "nothing under way, and nothing may go"
            now += wait
    return now


@pytest.mark.parametrize(("rows", "best"), [(1_000, 61.0), (3_000, 245.0)])
def test_a_limit_that_is_told_is_used_up_and_not_hit(rows: int, best: float) -> None:
    limiter = Limiter(600)
    took = finished(Pace(16), limiter, rows)
    windows = (rows - 1) // 600
    assert took < windows * (WINDOW + 0.3) + 3 <= best + 3
    assert limiter.refused <= 1


def test_a_window_that_others_began_costs_one_refusal() -> None:
    limiter = Limiter(600)
    limiter.ends, limiter.left = 30.0, 100
    assert finished(Pace(16), limiter, 500) < 34
    assert limiter.refused <= 1


def test_a_limit_that_is_not_told_is_found() -> None:
    limiter = Limiter(600, tells=False)
    assert finished(Pace(16), limiter, 1_800) < 200
    assert limiter.refused < 40


@given(
    st.integers(1, 64),
    st.integers(1, 50),
    st.integers(1, 200),
    st.floats(0.001, 2.0),
    st.booleans(),
)
def test_never_more_under_way_than_are_left_or_allowed(
    workers: int, most: int, rows: int, took: float, tells: bool
) -> None:
    class Watched(Pace):
        def went(self, now: float) -> None:
            super().went(now)
            assert self.under_way <= workers

    limiter = Limiter(most, tells=tells)
    finished(Watched(workers), limiter, rows, took)
    if tells:
        assert limiter.refused <= rows // most + 1


@given(st.lists(st.sampled_from([201, 422, 429, 500, 503, None]), max_size=200))
def test_whatever_is_answered_the_pace_goes_on_or_gives_up(statuses: list[int | None]) -> None:
    pace, now = Pace(16), 0.0
    for status in statuses:
        wait = pace.wait(now)
        assert 0 <= wait < 120
        now += wait
        while pace.wait(now) > 0:
            now += pace.wait(now)
        pace.went(now)
        assert 1 <= pace.limit <= 16
        pace.came(now + 0.05, Answer(status))
        now += 0.05


def test_ones_own_limit_holds_in_any_minute() -> None:
    pace, now, gone = Pace(16, per_minute=10), 0.0, list[float]()
    while len(gone) < 35:
        now += pace.wait(now)
        pace.went(now)
        gone.append(now)
        pace.came(now, Answer())
    assert all(late - early >= WINDOW for early, late in zip(gone, gone[10:], strict=False))


def test_a_dead_server_is_given_up_after_growing_pauses() -> None:
    pace, now = Pace(16, retries=3), 0.0
    while not pace.is_hopeless:
        now += pace.wait(now)
        pace.went(now)
        pace.came(now, Answer(None, was_sent=False, seconds=0.0))
    assert 2 < now < 10
    pace.went(now)
    pace.came(now, Answer())
    assert not pace.is_hopeless


def rounds(
    control: Concurrency, count: int, seconds: float, *, busy_from: int = 1_000, now: float = 0.0
) -> None:
    """So many rounds of a server that takes `seconds`, longer if more than `busy_from` come."""
    for _ in range(count):
        limit = control.limit
        took = seconds * max(1.0, limit / busy_from)
        for place in range(2 * limit):
            control.answered(now + took * (1 + place // limit), took, limit)
        now += 2 * took


def test_more_at_once_as_long_as_that_delivers_more() -> None:
    control = Concurrency(64)
    assert control.limit == 8
    rounds(control, 4, 0.05)
    assert control.limit == 64


def test_a_server_that_gets_no_faster_is_not_pressed() -> None:
    control = Concurrency(256)
    rounds(control, 40, 0.05, busy_from=8)
    assert control.limit < 40


def test_waits_under_four_milliseconds_are_no_evidence() -> None:
    control = Concurrency(16)
    rounds(control, 40, 0.0002, busy_from=1)
    assert control.limit == 16


def test_trouble_cuts_once_and_room_is_found_again() -> None:
    control = Concurrency(32)
    rounds(control, 3, 0.05)
    control.troubled(10.0, 0.05)
    assert control.limit == 19
    control.troubled(10.01, 0.05)  # of the same moment
    assert control.limit == 19
    rounds(control, 40, 0.05, now=11.0)
    assert control.limit == 32


@pytest.mark.parametrize(
    ("method", "answer", "expected"),
    [
        ("POST", Answer(body={"id": 1}), Disposition.DONE),
        ("POST", Answer(body=None), Disposition.UNKNOWN),
        ("POST", Answer(422, error=TAKEN), Disposition.ALREADY_EXISTS),
        ("POST", Answer(422, error=ANOTHER_TAKEN), Disposition.REFUSED),
        ("POST", Answer(429), Disposition.RETRY),
        ("POST", Answer(429, retry_after=301.0), Disposition.ABORT),
        ("POST", Answer(503), Disposition.UNKNOWN),
        ("POST", Answer(503, retry_after=1.0), Disposition.RETRY),
        ("POST", Answer(500), Disposition.UNKNOWN),
        ("POST", Answer(401, error=Auth("no")), Disposition.ABORT),
        ("POST", Answer(404), Disposition.ABORT),
        ("POST", Answer(None, error=Unknown("lost")), Disposition.UNKNOWN),
        ("POST", Answer(None, was_sent=False, error=Unavailable("refused")), Disposition.RETRY),
        ("POST", Answer(None, was_sent=False, error=SmsgwError("certificate")), Disposition.ABORT),
        ("PUT", Answer(500), Disposition.RETRY),
        ("PUT", Answer(204), Disposition.DONE),
        ("PUT", Answer(404), Disposition.REFUSED),
        ("DELETE", Answer(404), Disposition.DONE),
    ],
)  # fmt: skip
def test_what_an_answer_means(method: str, answer: Answer, expected: Disposition) -> None:
    assert classify(method, answer) is expected


def test_unknown_rows_are_left_alone_since_the_last_of_them() -> None:
    assert seconds_left({1: 100.0, 2: 130.0}, 60.0, 140.0) == 50.0
    assert seconds_left({1: 100.0}, 60.0, 200.0) == 0.0
    assert seconds_left({1: 100.0}, 60.0, 50.0) == 60.0  # the clock was set back
    assert seconds_left({}, 60.0, 0.0) == 0.0
