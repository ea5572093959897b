"""Watching ends when nothing is left to happen, and costs one small request a status."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Unavailable
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sending.watch import (
    LINGER_SECONDS,
    LONGEST_SILENCE,
    MESSAGE_STATUSES,
    Counts,
    count,
    is_over,
    watch,
)
from tests.conftest import Run

COUNTS = st.fixed_dictionaries({status: st.integers(0, 5) for status in MESSAGE_STATUSES})


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Stages:
    """An API whose campaign has the next of these counts at each poll, the last for ever."""

    def __init__(self, *stages: dict[str, int] | None) -> None:
        self._stages = list(stages)
        self._current: dict[str, int] | None = None

    def count(self, path: str, query: Any = None) -> int:
        status = query["statuses"][0]
        if status == "Pending":
            self._current = self._stages.pop(0) if len(self._stages) > 1 else self._stages[0]
        if self._current is None:
            raise Unavailable("down")
        return self._current.get(status, 0)

    def get(self, path: str, query: Any = None) -> dict[str, Any]:
        return {"status": "Pending"}


def watched(api: Stages, clock: Clock, **campaign: Any) -> Iterator[Counts]:
    return watch(api, {"id": 1, **campaign}, clock=clock, sleep=clock.sleep)


def test_watching_ends_when_all_is_delivered_or_failed() -> None:
    stages = Stages({"Pending": 2}, {"Sent": 2}, {"Delivered": 1, "Failed": 1})
    assert [str(counts) for counts in watched(stages, Clock())] == [
        "2 pending",
        "2 sent",
        "1 delivered, 1 failed",
    ]


def test_messages_that_stay_sent_are_not_waited_for_for_ever() -> None:
    clock = Clock()
    *_, last = watched(Stages({"Sent": 2}), clock)
    assert str(last) == "2 sent"
    assert LINGER_SECONDS <= clock.now < LINGER_SECONDS * 2


def test_a_campaign_without_messages_is_waited_for_only_if_it_is_scheduled() -> None:
    clock = Clock()
    assert [counts.total for counts in watched(Stages({}), clock)][-1] == 0
    assert clock.now < LINGER_SECONDS * 2
    waiting = watched(Stages(*[{}] * 50, {"Delivered": 1}), Clock(), scheduled_at="2031-01-01")
    assert [counts.total for counts in waiting][-1] == 1


def test_trouble_on_the_way_is_waited_out() -> None:
    stages = Stages({"Pending": 1}, None, None, {"Delivered": 1})
    assert [str(counts) for counts in watched(stages, Clock())] == ["1 pending", "1 delivered"]


def test_a_server_that_stays_silent_is_given_up() -> None:
    clock = Clock()
    with pytest.raises(Unavailable):
        list(watched(Stages({"Pending": 1}, None), clock))
    assert clock.now > LONGEST_SILENCE


@given(COUNTS, st.floats(0, LINGER_SECONDS, exclude_max=True))
def test_it_is_never_over_while_something_may_still_happen(
    by_status: dict[str, int], unchanged: float
) -> None:
    left = sum(by_status[status] for status in ("Pending", "Queued", "Processed", "Sent"))
    if left:
        assert not is_over(Counts(by_status), unchanged=unchanged)


@given(COUNTS)
def test_counts_add_up(by_status: dict[str, int]) -> None:
    counts = Counts(by_status)
    assert counts.on_the_way + by_status["Sent"] + counts.ended == counts.total


def test_a_poll_is_one_request_a_status(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123,+12025550124 -m Hi")
    before = len(server.requests)
    run("campaigns watch 1")
    polls = len(server.requests) - before - 1
    assert polls % len(MESSAGE_STATUSES) == 0


def test_a_campaign_of_which_nothing_arrived_fails(run: Run, server: Gateway) -> None:
    failed = run("messages send --to +12025550199 -m Hi --watch", code=1)
    assert "all 1 failed" in failed.stderr
    assert "messages list --campaign 1" in failed.stderr


def test_watching_what_is_not_there_fails(run: Run, server: Gateway) -> None:
    run("campaigns watch 99", code=4)


def test_ussd_pulls_are_counted_where_they_are() -> None:
    asked = []

    class Api(Stages):
        def count(self, path: str, query: Any = None) -> int:
            asked.append((path, query["statuses"]))
            return 1

    assert count(Api({}), {"id": 1, "type": "USSD Pull"}).total == 4
    assert asked[0] == ("ussd-pulls", ["Pending"])


def test_a_campaign_that_nobody_gets_is_over_soon(run: Run, server: Gateway) -> None:
    run("contact-lists create Empty")
    told = run("messages send --list Empty -m Hi --watch").stderr
    assert "has no messages" in told
