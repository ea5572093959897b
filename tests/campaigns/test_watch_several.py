"""Several campaigns are watched at the same time, and what ends the watching."""

import json
import time
from typing import Any, cast

import pytest

from smsgw_cli.campaigns.watch import LINGER_SECONDS
from smsgw_cli.campaigns.watches import Watches
from smsgw_cli.errors import Pending
from smsgw_cli.model import Campaign
from smsgw_cli.sandbox.server import Gateway
from tests.campaigns.test_watch import Clock, Stages, slow
from tests.conftest import Run

FAILS = "+12025550199"


@pytest.fixture
def sent(run: Run, server: Gateway) -> Gateway:
    """Campaigns 1 and 2: all of the first arrived, one of two messages of the second failed."""
    run("messages send --to +12025550123,+12025550124 -m Hi --name One --delivery-report")
    run(f"messages send --to +12025550123,{FAILS} -m Hi --name Two --delivery-report")
    return server


class Apart(Stages):
    """An API with stages for each campaign."""

    def __init__(self, **each: Stages) -> None:
        super().__init__({})
        self._each = {int(name[1:]): stages for name, stages in each.items()}

    def count(self, path: str, query: Any = None) -> int:
        return self._each[query["campaign"]].count(path, query)


def watches_of(api: Stages, clock: Clock, *ids: int, timeout: float | None = None) -> Watches:
    campaigns = [cast(Campaign, {"id": each}) for each in ids]
    return Watches(api, campaigns, timeout=timeout, clock=clock, sleep=clock.sleep)


def test_what_stays_sent_is_waited_for_once_for_all() -> None:
    clock = Clock()
    watches = watches_of(Stages({"Sent": 2}), clock, *range(50))
    assert len({watch.campaign["id"] for watch, _ in watches.steps()}) == 50
    assert clock.now < LINGER_SECONDS * 2
    assert watches.counts.total == 100


def test_one_that_is_over_is_not_asked_about_again() -> None:
    short, long = Stages({"Delivered": 1}), Stages(*[{"Pending": 1}] * 5, {"Delivered": 1})
    steps = watches_of(Apart(c1=short, c2=long), Clock(), 1, 2).steps()
    assert [watch.campaign["id"] for watch, _ in steps] == [1, 2, 2, 2, 2, 2, 2]


def test_the_time_is_that_of_all_together_and_each_is_seen_once() -> None:
    clock = Clock()
    api = Apart(c1=Stages({"Pending": 1}), c2=Stages({"Delivered": 1}), c3=Stages({"Sent": 1}))
    watches = watches_of(api, clock, 1, 2, 3, timeout=20)
    with pytest.raises(Pending) as ended:
        list(watches.steps())
    assert clock.now == pytest.approx(20)
    assert ended.value.message == "2 of 3 campaigns not finished after 20 s: 1 pending, 1 sent"
    assert ended.value.hint == "resume with 'smsgw campaigns watch 1 3'"
    assert all(watch.last for watch in watches.each)


def test_the_counts_of_several_are_a_list(run: Run, sent: Gateway) -> None:
    told = run("campaigns watch 1 Two -o json")
    assert [(each["id"], each["total"]) for each in told.json] == [(1, 2), (2, 2)]
    assert told.json[1]["statuses"]["Failed"] == 1
    assert json.loads(told.stderr.splitlines()[-1])["progress"] == {
        "title": "2 campaigns",
        "done": 4,
        "total": 4,
        "detail": "3 delivered, 1 failed",
    }
    assert [line.split("\t")[:2] for line in run("campaigns watch 1 2").stdout.splitlines()] == [
        ["1", "2"],
        ["2", "2"],
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("1 --max-failed 0", 0),
        ("2 --max-failed 0", 7),
        ("1 2 --max-failed 0", 7),
        ("1 2 --max-failed 24%", 7),
        ("1 2 --max-failed 25%", 0),
        ("2 --max-failed 25%", 7),
        ("1 2", 0),
    ],
)
def test_failures_are_a_share_of_all_together(
    run: Run, sent: Gateway, words: str, code: int
) -> None:
    run(f"campaigns watch {words}", code=code)


def test_one_that_is_not_there_is_told_before_anything_is_watched(run: Run, sent: Gateway) -> None:
    assert run("campaigns watch 1 99", code=4).stdout == ""


def test_what_is_known_of_several_is_told_though_time_is_over(run: Run, sent: Gateway) -> None:
    slow(sent)
    ended = run("campaigns watch 1 2 --timeout 0.6 -o json", code=9)
    assert [each["id"] for each in ended.json] == [1, 2]
    assert "campaigns watch 1 2" in ended.error["hint"]


def test_the_option_timeout_is_not_that_of_a_request(run: Run, sent: Gateway) -> None:
    sent.faults.add("latency delay=0.5 GET times=1")
    run("campaigns watch 1 --timeout 0.1 --retries 0")
    sent.faults.add("latency delay=0.5 GET /messages times=1")
    run("campaigns retry 2 --yes --watch --timeout 0.1 --retries 0 --max-failed 100%")
    for line in ("messages send --to +12025550123 -m Hi", "ussd-pulls send '*123#'"):
        sent.faults.add("latency delay=0.5 POST times=1")
        run(f"{line} --watch --timeout 0.1 --retries 0")


@pytest.mark.parametrize("door", ["--set", "variable", "profile"])
def test_the_setting_timeout_is_that_of_a_request_alone(
    run: Run, sent: Gateway, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    words = ""
    if door == "--set":
        words = "--set timeout=0.4"
    elif door == "variable":
        monkeypatch.setenv("SMSGW_TIMEOUT", "0.4")
    else:
        monkeypatch.delenv("SMSGW_SERVER")
        monkeypatch.delenv("SMSGW_TOKEN")
        run(f"profiles add work --server {sent.url} --token-stdin --timeout 0.4", input=sent.token)
    with sent.store.writing():
        done = int((time.time() + 1.2) * 1000)
        sent.store.connection.execute("UPDATE messages SET done_at = ?", (done,))
    run(f"campaigns watch 1 {words}")  # takes longer than that
    assert time.time() * 1000 > done
    sent.faults.add("latency delay=2 GET /campaigns/1")
    run(f"campaigns watch 1 --retries 0 --timeout 60 {words}", code=6)
