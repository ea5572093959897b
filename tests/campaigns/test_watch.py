"""Watching ends when nothing is left to happen, and costs one small request a status."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.campaigns.senders import CampaignSenders
from smsgw_cli.campaigns.status_counts import Counts, count
from smsgw_cli.campaigns.watch import LINGER_SECONDS, LONGEST_SILENCE, SENDERS_POLL, Step, is_over
from smsgw_cli.campaigns.watches import Watches
from smsgw_cli.errors import Pending, Unavailable
from smsgw_cli.model import OUTGOING_STATUSES, Campaign
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

COUNTS = st.fixed_dictionaries({status: st.integers(0, 5) for status in OUTGOING_STATUSES})


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
        self.carrier = ""
        self.asked_carriers = 0

    def count(self, path: str, query: Any = None) -> int:
        (status,) = query.get("statuses") or [None]
        if status == "Pending":
            self._current = self._stages.pop(0) if len(self._stages) > 1 else self._stages[0]
        if self._current is None:
            raise Unavailable("down")
        return self._current[status] if status in self._current else self._total(status)

    def _total(self, status: str | None) -> int:
        return 0 if status else sum((self._current or {}).values())

    def get(self, path: str, query: Any = None) -> dict[str, Any]:
        return {"status": "Pending"}

    def pages(self, path: str, query: Any = None) -> Iterator[dict[str, Any]]:
        self.asked_carriers += 1
        if self.carrier and path.endswith("/devices"):
            yield {"id": 1, "name": "Kitchen", "status": self.carrier}


def steps_of(
    api: Stages, clock: Clock, timeout: float | None = None, **campaign: Any
) -> Iterator[Step]:
    about = cast(Campaign, {"id": 1, **campaign})
    watches = Watches(api, [about], timeout=timeout, clock=clock, sleep=clock.sleep)
    return (step for _, step in watches.steps())


def watched(api: Stages, clock: Clock, **campaign: Any) -> Iterator[Counts]:
    return (step.counts for step in steps_of(api, clock, **campaign))


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


@pytest.mark.parametrize("report", [False, 0, "0"])
def test_sent_is_the_end_where_no_report_was_requested(report: object) -> None:
    clock = Clock()
    stages = Stages({"Pending": 2}, {"Sent": 1, "Processed": 1}, {"Sent": 2})
    *_, last = watched(stages, clock, options={"delivery_report": report})
    assert (str(last), last.ended) == ("2 sent", 2)
    assert clock.now < LINGER_SECONDS / 10


@pytest.mark.parametrize("options", [{"delivery_report": True}, {}, None, [], "x"])
def test_a_report_that_may_come_is_waited_for(options: object) -> None:
    clock = Clock()
    *_, last = watched(Stages({"Sent": 2}), clock, options=options)
    assert last.ended == 0
    assert clock.now >= LINGER_SECONDS


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
    assert counts.unsent + by_status["Sent"] + counts.ended == counts.total


def test_a_poll_is_one_request_a_status_and_one_for_all(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123,+12025550124 -m Hi")
    before = len(server.requests)
    run("campaigns watch 1")
    polls = [path for _, path, _ in server.requests[before:] if path.endswith("/messages")]
    assert len(polls) % (len(OUTGOING_STATUSES) + 1) == 0


def test_devices_are_asked_about_less_often_than_counts() -> None:
    clock, stages = Clock(), Stages(*[{"Pending": 1}] * 50, {"Delivered": 1})
    steps = list(steps_of(stages, clock))
    polls_of_both = stages.asked_carriers / 2
    assert len(steps) == 51
    assert polls_of_both <= clock.now / SENDERS_POLL + 2


def test_what_changed_on_a_device_is_told_once() -> None:
    stages = Stages({"Pending": 1}, {"Delivered": 1})
    stages.carrier = "Queued"
    steps = steps_of(stages, Clock())
    first = next(steps)
    stages.carrier = "Succeeded"
    last = list(steps)[-1]
    assert list(first.senders.changes(CampaignSenders())) == ["device 1 (Kitchen): Queued"]
    assert list(last.senders.changes(first.senders)) == ["device 1 (Kitchen): Succeeded"]
    assert list(last.senders.changes(last.senders)) == []


def test_what_a_cancelled_device_left_behind_is_not_waited_for_for_ever() -> None:
    clock, stages = Clock(), Stages({"Pending": 2, "Delivered": 1})
    stages.carrier = "Cancelled"
    *_, last = watched(stages, clock)
    assert str(last) == "2 pending, 1 delivered"
    assert clock.now < LINGER_SECONDS * 3


def test_what_waits_for_a_stalled_device_is_waited_for() -> None:
    stages = Stages(*[{"Pending": 1}] * 200, {"Delivered": 1})
    stages.carrier = "Stalled"
    assert [str(counts) for counts in watched(stages, Clock())][-1] == "1 delivered"


class Mixed(Stages):
    """An API whose campaign goes through SIM 1 or a sending server, or both."""

    def __init__(self, *stages: dict[str, int] | None, sims: int = 0, servers: int = 1) -> None:
        super().__init__(*stages)
        self._sims, self._servers = sims, servers

    def count(self, path: str, query: Any = None) -> int:
        return self._sims if "sim" in query else super().count(path, query)

    def pages(self, path: str, query: Any = None) -> Iterator[dict[str, Any]]:
        if path.endswith("/devices") and self._sims:
            yield {"id": 1, "sims": [{"id": 1}]}
        if path.endswith("/sending-servers") and self._servers:
            yield {"id": 2}


def test_processed_by_a_sending_server_is_the_end() -> None:
    clock = Clock()
    *_, last = watched(Mixed({"Pending": 2}, {"Processed": 2, "Delivered": 1}), clock)
    assert (str(last), last.unsent) == ("2 processed, 1 delivered", 0)
    assert LINGER_SECONDS <= clock.now < LINGER_SECONDS * 3


@pytest.mark.parametrize("servers", [0, 1])
def test_processed_by_a_sim_is_on_its_way(servers: int) -> None:
    stages = [{"Processed": 2}] * 100
    api = Mixed(*stages, {"Delivered": 2}, sims=2, servers=servers)
    assert [str(counts) for counts in watched(api, Clock())][-1] == "2 delivered"


HOUR = 3600.0
WINDOW = {"active_hours": "08:00-17:00", "days_of_week": [1, 2, 3, 4, 5], "timezone": "UTC"}
FRIDAY = datetime(2030, 6, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("campaign", "hours"),
    [
        ({}, 6),
        (WINDOW, 2 + 15 + 2 * 24 + 4),
        ({**WINDOW, "timezone": "America/Chicago"}, 6),
        ({"scheduled_at": "2030-06-08T15:00:00Z"}, 24 + 6),
        ({"active_hours": "22:00-06:00"}, 7 + 6),
        ({"active_hours": "?", "days_of_week": "?", "timezone": "Nowhere"}, 6),
    ],
)
def test_a_job_ends_where_nothing_changed_for_six_hours_in_which_it_might_have(
    campaign: dict[str, Any], hours: float
) -> None:
    clock, about = Clock(), cast(Campaign, {"id": 1, **campaign})
    watches = Watches(
        Stages({"Pending": 2}),
        [about],
        patience=6 * HOUR,
        clock=clock,
        sleep=clock.sleep,
        now=lambda: FRIDAY + timedelta(seconds=clock.now),
    )
    with pytest.raises(Pending) as ended:
        list(watches.steps())
    assert ended.value.message == "campaign 1 not finished and unchanged for 6 h: 2 pending"
    assert clock.now / HOUR == pytest.approx(hours, abs=0.1)


def test_a_stalled_device_is_explained() -> None:
    stages = Stages({"Pending": 1})
    stages.carrier = "Stalled"
    (line,) = next(steps_of(stages, Clock())).senders.changes(None)
    assert line.startswith("device 1 (Kitchen): Stalled (its quota is used up, or it is outside")
    assert line.endswith("it resumes automatically)")


def test_what_people_wait_for_comes_first() -> None:
    counts = Counts({"Pending": 7, "Queued": 0, "Sent": 3, "Delivered": 2, "Failed": 1})
    assert counts.news == "2 delivered, 3 sent, 1 failed, 7 pending"


@given(st.floats(0.1, 500))
def test_no_longer_is_waited_than_allowed(timeout: float) -> None:
    clock = Clock()
    with pytest.raises(Pending) as ended:
        list(steps_of(Stages({"Pending": 2}), clock, timeout))
    assert clock.now == pytest.approx(timeout)
    assert "2 pending" in ended.value.message
    assert "campaigns watch 1" in (ended.value.hint or "")


def test_silence_counts_as_waiting_too() -> None:
    clock = Clock()
    with pytest.raises(Pending):
        list(steps_of(Stages(None), clock, 30))
    assert clock.now == pytest.approx(30)


def test_ctrl_c_leaves_the_campaign_alone_and_says_how_to_come_back(
    run: Run, server: Gateway
) -> None:
    run("messages send --to +12025550123 -m Hi --delivery-report")
    slow(server)
    line = [sys.executable, "-m", "smsgw_cli", "campaigns", "watch", "1"]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stderr
        assert any("0 of 1, 1 sent" in line for line in watching.stderr)
        watching.send_signal(signal.SIGINT)
        told = watching.stderr.read()
    assert watching.returncode == 130
    assert "stopped watching; the campaign continues" in told
    assert "resume with 'smsgw campaigns watch 1'" in told
    assert "the API cannot cancel campaigns, see 'smsgw campaigns --help'" in told
    assert [method for method, _, _ in server.requests if method != "GET"] == ["POST"]


def slow(server: Gateway) -> None:
    """Messages of this gateway are never done."""
    with server.store.writing():
        server.store.connection.execute("UPDATE messages SET done_at = 4102444800000")


def test_what_is_not_over_in_time_is_told_by_exit_code_9(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hi --delivery-report")
    slow(server)
    late = run("campaigns watch 1 --timeout 0.8 -o json", code=9)
    assert late.error["kind"] == "pending"
    assert late.json["statuses"]["Sent"] == 1


def test_the_end_is_data_too(run: Run, server: Gateway) -> None:
    numbers = "+12025550123,+12025550124,+12025550199"
    run(f"messages send --to {numbers} -m Hi --sim 1 --delivery-report")
    told = run("campaigns watch 1 -o json")
    assert (told.json["id"], told.json["total"]) == (1, 3)
    assert told.json["statuses"] == {
        "Pending": 0, "Queued": 0, "Processed": 0, "Sent": 0, "Delivered": 2, "Failed": 1,
    }  # fmt: skip
    (device,) = told.json["devices"]
    assert (device["status"], told.json["sending_servers"]) == ("Succeeded", [])
    assert f"campaign 1: device 1 ({device['name'] or device['model']}): Succeeded" in told.stderr


@pytest.mark.parametrize(("allowed", "code"), [("5%", 7), ("33%", 7), ("34%", 0), ("100%", 0)])
def test_a_failed_share_over_the_allowed_one_fails(
    run: Run, server: Gateway, allowed: str, code: int
) -> None:
    line = "messages send --to +12025550123,+12025550124,+12025550199 -m Hi --watch"
    told = run(f"{line} --max-failed {allowed}", code=code)
    assert ("1 of 3 failed (33.3%), more than " in told.stderr) == bool(code)
    run(f"campaigns watch 1 --max-failed {allowed}", code=code)


@pytest.mark.parametrize("line", ["--max-failed many --watch", "--max-failed 101% --watch",
                                  "--max-failed 5% ", "--max-failed 5 --watch"])  # fmt: skip
def test_a_share_that_is_none_is_refused_before_anything_is_sent(
    run: Run, server: Gateway, line: str
) -> None:
    run(f"messages send --to +12025550123 -m Hi {line}", code=2)
    assert server.store.rows("messages") == []


def test_a_campaign_of_which_nothing_arrived_fails(run: Run, server: Gateway) -> None:
    failed = run("messages send --to +12025550199 -m Hi --watch", code=1)
    assert "its only message failed" in failed.stderr
    assert "campaigns report 1" in failed.stderr


def test_watching_what_is_not_there_fails(run: Run, server: Gateway) -> None:
    run("campaigns watch 99", code=4)


def test_ussd_pulls_are_counted_where_they_are() -> None:
    asked = []

    class Api(Stages):
        def count(self, path: str, query: Any = None) -> int:
            asked.append((path, query.get("statuses")))
            return 1 if query.get("statuses") else 4

    assert count(Api({}), {"id": 1, "type": "USSD Pull"}).total == 4
    assert asked[0] == ("ussd-pulls", ["Pending"])


def test_what_moves_on_while_it_is_counted_is_counted_once() -> None:
    class Moving(Stages):
        """Of ten, three become Sent between the count of the pending and that of the sent."""

        def count(self, path: str, query: Any = None) -> int:
            (status,) = query.get("statuses") or ["all"]
            return {"Pending": 10, "Sent": 3, "all": 10}.get(status, 0)

    counts = count(Moving({}), {"id": 1})
    assert counts.total == 10
    assert (counts.by_status["Pending"], counts.by_status["Sent"]) == (7, 3)


def test_a_campaign_that_nobody_gets_is_over_soon_and_a_failure(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw_cli.campaigns.watch.EMPTY_SECONDS", 0.1)
    run("contact-lists create Empty")
    told = run("messages send --list Empty -m Hi --watch -q", code=1).stderr
    assert "warning: list 1 has no subscribed contact" in told
    assert "error: campaign 1 has no messages: no subscribed contact on its lists" in told
    run("campaigns watch 1", code=1)


def test_one_of_several_that_nobody_gets_is_warned_of(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw_cli.campaigns.watch.EMPTY_SECONDS", 0.1)
    run("contact-lists create Empty")
    run("messages send --list Empty -m Hi")
    run("messages send --to +12025550123 -m Hi")
    told = run("campaigns watch 1 2 -q").stderr
    assert "warning: campaign 1 has no messages: no subscribed contact" in told
