"""When requests go: told the time by a clock that tests set, so that none of them sleeps."""

import heapq
from copy import deepcopy
from math import inf

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsgw_cli.api.attempt import Feedback
from smsgw_cli.api.concurrency import INITIAL, Concurrency
from smsgw_cli.api.pacer import LONG_WAIT, WINDOW, Pacer
from smsgw_cli.engine.settle_time import seconds_left

TOOK = 0.05


class Clock:
    """The time that a pacer is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Limiter:
    """Laravel's: a window that begins with its first request."""

    def __init__(self, most: int, *, tells: bool = True) -> None:
        self.most, self.tells = most, tells
        self.ends, self.left, self.refused = -inf, 0, 0

    def answer(self, now: float, took: float) -> Feedback:
        if now >= self.ends:
            self.ends, self.left = now + WINDOW, self.most
        most = self.most if self.tells else None
        if self.left == 0:
            self.refused += 1
            wait = float(-(-(self.ends - now) // 1))
            return Feedback(took, 429, wait, 0 if most else None)
        self.left -= 1
        return Feedback(took, 201, None, self.left if most else None, most)


class Bucket:
    """nginx's limit_req with nodelay: what exceeds the burst is refused, without Retry-After."""

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second, self.burst = per_second, burst
        self.excess, self.at, self.refused = -1.0, 0.0, 0

    def answer(self, now: float, took: float) -> Feedback:
        excess = max(0.0, self.excess - self.per_second * (now - self.at) + 1)
        if excess > self.burst:
            self.refused += 1
            return Feedback(took, 429)
        self.excess, self.at = excess, now
        return Feedback(took, 201)


class Sliding:
    """HAProxy's http_req_rate: the requests of a period, refused ones too, and a share of those of
    the period before."""

    def __init__(self, most: int, period: float) -> None:
        self.most, self.period = most, period
        self.began, self.before, self.count, self.refused = 0.0, 0, 0, 0

    def answer(self, now: float, took: float) -> Feedback:
        while now >= self.began + self.period:
            self.began, self.before, self.count = self.began + self.period, self.count, 0
        self.count += 1
        left = 1 - (now - self.began) / self.period
        if self.before * left + self.count > self.most:
            self.refused += 1
            return Feedback(took, 429)
        return Feedback(took, 201)


def paced(workers: int, per_minute: int | None = None, retries: int = 4) -> tuple[Pacer, Clock]:
    clock = Clock()
    pacer = Pacer(per_minute, clock=clock, cpu=idle)
    pacer.expect_workers(workers, retries)
    return pacer, clock


def finished(
    workers: int, limiter: Limiter | Bucket | Sliding, rows: int, took: float = TOOK
) -> float:
    """When so many rows are done, by a clock that moves by itself."""
    pacer, clock = paced(workers)
    done = sent = 0
    coming: list[tuple[float, int, Feedback]] = []
    while done < rows:
        wait = pacer.begin() if done + len(coming) < rows else inf
        if wait <= 0:
            sent += 1
            assert len(coming) < workers
            answer = limiter.answer(clock.now + took / 2, took)
            heapq.heappush(coming, (clock.now + took, sent, answer))
        elif coming and coming[0][0] <= clock.now + wait:
            clock.now, _, answer = heapq.heappop(coming)
            pacer.end(answer)
            done += answer.status == 201
        else:
            assert wait < inf, "nothing under way, and nothing may go"
            clock.now += wait
    return clock.now


@pytest.mark.parametrize(("rows", "best"), [(1_000, 61.0), (3_000, 245.0)])
def test_a_limit_that_is_told_is_used_up_and_not_hit(rows: int, best: float) -> None:
    limiter = Limiter(600)
    took = finished(16, limiter, rows)
    windows = (rows - 1) // 600
    assert took < windows * (WINDOW + 0.3) + 3 <= best + 3
    assert limiter.refused <= 1


def test_a_window_that_others_began_costs_one_refusal() -> None:
    limiter = Limiter(600)
    limiter.ends, limiter.left = 30.0, 100
    assert finished(16, limiter, 500) < 34
    assert limiter.refused <= 1


def test_a_limit_that_is_not_told_is_found() -> None:
    limiter = Limiter(600, tells=False)
    assert finished(16, limiter, 1_800) < 200
    assert limiter.refused < 40


@pytest.mark.parametrize("took", [0.005, 0.02, 0.05, 0.2])
@pytest.mark.parametrize(
    ("limiter", "rows", "most"),
    [
        (Bucket(20, 5), 500, 35),
        (Bucket(20, 20), 500, 35),
        (Bucket(20, 5), 200, 18),
        (Bucket(100, 10), 2_000, 32),
        (Sliding(100, 10.0), 500, 65),
        (Sliding(600, 60.0), 1_500, 170),
    ],
    ids=["20/s+5", "20/s+20", "20/s+5 short", "100/s+10", "100 in 10 s", "600 in 60 s"],
)
def test_the_rate_of_a_limiter_that_tells_nothing_is_found(
    limiter: Bucket | Sliding, rows: int, most: float, took: float
) -> None:
    limiter = deepcopy(limiter)
    assert finished(16, limiter, rows, took) < most
    assert limiter.refused <= max(0.06 * rows, 18)  # 16 were on their way


def test_responses_of_before_a_refusal_do_not_end_the_probe() -> None:
    pacer, clock = paced(16)
    for _ in range(3):
        assert pacer.begin() == 0
    clock.now += 0.01
    pacer.end(Feedback(0.01, 429))
    clock.now += 10
    pacer.end(Feedback(10.01, 201))
    pacer.end(Feedback(10.01, 201))
    assert pacer.begin() == 0
    assert pacer.begin() == inf  # the probe goes alone


def test_the_end_of_a_window_that_is_told_is_waited_for_and_no_longer() -> None:
    pacer, clock = paced(4)
    for _ in range(3):
        clock.now += (wait := pacer.begin())
        assert wait < 1.5
        if wait:
            assert pacer.begin() == 0
        pacer.end(Feedback(TOOK, 201, limit_remaining=0, limit_reset=1.0))


@given(
    st.integers(1, 64),
    st.integers(1, 50),
    st.integers(1, 200),
    st.floats(0.001, 2.0),
    st.booleans(),
)
@example(7, 2, 7, 1.0, True)
def test_never_more_under_way_than_are_left_or_allowed(
    workers: int, most: int, rows: int, took: float, tells: bool
) -> None:
    limiter = Limiter(most, tells=tells)
    finished(workers, limiter, rows, took)
    if tells:
        at_first = max(0, min(workers, INITIAL, rows) - most)  # before any answer has told it
        assert limiter.refused <= at_first + rows // most + 1


@given(st.lists(st.sampled_from([201, 422, 429, 500, 503, None]), max_size=200))
@example([429, 429, *(201, 429, 429, 429, 429) * 6])
def test_whatever_is_answered_the_pacer_goes_on_or_gives_up(statuses: list[int | None]) -> None:
    pacer, clock = paced(16)
    for status in statuses:
        while (wait := pacer.begin()) > 0:
            assert wait < 120
            clock.now += wait
        assert 1 <= pacer.limit <= 16
        clock.now += TOOK
        pacer.end(Feedback(TOOK, status))


def test_our_own_limit_holds_in_any_minute_for_workers_and_conversations_together() -> None:
    pacer, clock = paced(16, per_minute=10)
    gone: list[float] = []
    while len(gone) < 35:
        clock.now += pacer.wait()
        if len(gone) % 3:
            assert pacer.begin() == 0
            gone.append(clock.now)
            pacer.end(Feedback(TOOK, 201))
        else:
            pacer.acquire()
            gone.append(clock.now)
            pacer.release(Feedback(TOOK, 200))
    assert all(late - early >= WINDOW for early, late in zip(gone, gone[10:], strict=False))


def test_what_was_read_before_counts_for_the_window_of_the_workers() -> None:
    pacer, clock = paced(16)
    pacer.acquire()
    pacer.release(Feedback(TOOK, 200, limit_remaining=59, limit=60))
    for left in range(58, -1, -1):
        assert pacer.begin() == 0
        pacer.end(Feedback(TOOK, 201, limit_remaining=left, limit=60))
    assert WINDOW <= pacer.begin() < WINDOW + 1
    clock.now += WINDOW + 1
    assert pacer.begin() == 0
    assert pacer.begin() == inf  # the first of a window goes alone


def test_retry_after_pauses_everything_and_too_long_a_one_nothing() -> None:
    pacer, clock = paced(16)
    pacer.acquire()
    pacer.release(Feedback(TOOK, 503, 7.0))
    assert pacer.begin() == 7.0
    clock.now += 7.0
    assert pacer.begin() == 0
    pacer.end(Feedback(TOOK, 429, 3600.0))
    assert pacer.begin() == 0


def test_a_long_wait_is_announced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, told = Clock(), list[float]()
    pacer = Pacer(1, announce=told.append, clock=clock, cpu=idle)

    def wait(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(pacer._condition, "wait", wait)
    for _ in range(2):
        pacer.acquire()
        pacer.release(Feedback(TOOK, 200))
    assert told == [WINDOW]
    assert told[0] >= LONG_WAIT


def test_a_dead_server_is_given_up_after_growing_pauses() -> None:
    pacer, clock = paced(16, retries=3)
    while not pacer.is_hopeless:
        clock.now += pacer.begin()
        if pacer.in_flight or pacer.begin() == 0:
            pacer.end(Feedback(0.0))
    assert 2 < clock.now < 10
    assert pacer.begin() > 0
    clock.now += 60
    assert pacer.begin() == 0
    pacer.end(Feedback(TOOK, 201))
    assert not pacer.is_hopeless


def given_up(pacer: Pacer, clock: Clock, reply: Feedback) -> int:
    """How many requests one worker makes of a server that answers all of them so."""
    made = 0
    while not pacer.is_hopeless:
        wait = pacer.begin()
        clock.now += max(wait, reply.seconds)
        if wait <= 0:
            pacer.end(reply)
            made += 1
    return made


@pytest.mark.parametrize("status", [408, 425, 503])
def test_requests_that_are_to_be_repeated_are_not_repeated_at_full_speed(status: int) -> None:
    pacer, clock = paced(1, retries=3)
    assert given_up(pacer, clock, Feedback(TOOK, status)) < 10
    assert clock.now > 3


def test_a_server_that_refuses_everything_is_given_up_after_five_minutes() -> None:
    pacer, clock = paced(16, retries=0)
    assert given_up(pacer, clock, Feedback(TOOK, 429, 60.0)) < 10
    assert 300 < clock.now < 400
    clock.now += pacer.begin()
    assert pacer.begin() == 0
    pacer.end(Feedback(TOOK, 201))
    assert not pacer.is_hopeless


def idle() -> float:
    """The CPU time of a process that only waits."""
    return 0.0


def rounds(
    control: Concurrency, count: int, seconds: float, *, busy_from: int = 1_000, now: float = 0.0
) -> None:
    """So many rounds of a server that takes `seconds`, longer if more than `busy_from` come."""
    for _ in range(count):
        limit = control.limit
        took = seconds * max(1.0, limit / busy_from)
        for place in range(2 * limit):
            control.on_success(now + took * (1 + place // limit), took, limit)
        now += 2 * took


def test_more_at_once_as_long_as_that_delivers_more() -> None:
    control = Concurrency(64, idle)
    assert control.limit == 8
    rounds(control, 4, 0.05)
    assert control.limit == 64


def test_two_answers_without_a_limit_are_enough_for_32_at_once() -> None:
    control, told = Concurrency(256, idle), Concurrency(256, idle)
    for _ in range(2):
        control.on_success(0.05, 0.05, 8)
        told.on_success(0.05, 0.05, 8, shows_limit=True)
    assert (control.limit, told.limit) == (32, 8)


@pytest.mark.parametrize(
    ("answers", "at_once"),
    [
        ([], 8),
        ([Feedback(TOOK, 200)], 16),
        ([Feedback(TOOK, 200)] * 3, 32),
        ([Feedback(TOOK, 200)] * 2 + [Feedback(TOOK, 200, limit_remaining=59, limit=60)], 8),
        ([Feedback(TOOK, 200)] * 2 + [Feedback(TOOK, 503)], 8),
    ],
)
def test_answers_before_the_first_task_count_too(answers: list[Feedback], at_once: int) -> None:
    pacer = Pacer()
    for each in answers:
        pacer.acquire()
        pacer.release(each)
    pacer.expect_workers(32, 4)
    assert pacer.limit == at_once


def test_a_server_that_gets_no_faster_is_not_pressed() -> None:
    control = Concurrency(256, idle)
    rounds(control, 40, 0.05, busy_from=8)
    assert control.limit < 40


def test_waits_under_four_milliseconds_are_no_evidence() -> None:
    control = Concurrency(16, idle)
    rounds(control, 40, 0.0002, busy_from=1)
    assert control.limit == 16


@pytest.mark.parametrize(
    ("own", "low", "high"), [(0.0005, 1, 3), (0.0001, 8, 12), (0.00001, 32, 32)]
)
def test_no_more_at_once_than_keep_our_own_cpu_busy(own: float, low: int, high: int) -> None:
    """A server that takes 1 ms, and `own` seconds of our CPU for each request."""
    now = used = 0.0
    control = Concurrency(32, lambda: used)
    for _ in range(400):
        took = max(0.001 + own, control.limit * own)
        now, used = now + took, used + control.limit * own
        for _ in range(control.limit):
            control.on_success(now, took, control.limit)
    assert low <= control.limit <= high


def test_trouble_cuts_once_and_room_is_found_again() -> None:
    control = Concurrency(32, idle)
    rounds(control, 3, 0.05)
    control.on_failure(10.0, 0.05)
    assert control.limit == 19
    control.on_failure(10.01, 0.05)  # of the same moment
    assert control.limit == 19
    rounds(control, 40, 0.05, now=11.0)
    assert control.limit == 32


def test_unknown_rows_are_left_alone_since_the_last_of_them() -> None:
    assert seconds_left({1: 100.0, 2: 130.0}, 60.0, 140.0) == 50.0
    assert seconds_left({1: 100.0}, 60.0, 200.0) == 0.0
    assert seconds_left({1: 100.0}, 60.0, 50.0) == 60.0  # the clock was set back
    assert seconds_left({}, 60.0, 0.0) == 0.0
