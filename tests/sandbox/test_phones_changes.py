"""Phones that fall silent, are switched off, or run out of quota while messages wait for them."""

from typing import Any

import pytest

from smsgw_cli.sandbox.keys import Change
from smsgw_cli.sandbox.steering import change
from tests.sandbox.conftest import Api, MovingClock, Start

NUMBERS = [f"+1202555{300 + index:04}" for index in range(6)]
HOURS = {"start": "08:00", "end": "17:00"}


class Phones:
    """The phones of a gateway, steered as by `sandbox set`."""

    def __init__(self, api: Api, clock: MovingClock) -> None:
        self.api, self.clock = api, clock

    def set(self, kind: str, key: int, **values: Any) -> None:
        wanted = Change(parts={kind: (key, values)})
        change(self.api.gateway.settings.db, wanted, self.clock)

    def device_status(self, campaign: int = 1) -> str:
        return str(self.api.data(f"/campaigns/{campaign}/devices")[0]["status"])


@pytest.fixture
def phones(api: Api, clock: MovingClock) -> Phones:
    return Phones(api, clock)


@pytest.mark.parametrize(
    ("kind", "off", "on"),
    [
        ("device", {"silent": 0.0}, {"silent": None}),
        ("device", {"enabled": False}, {"enabled": True}),
        ("sim", {"active": False}, {"active": True}),
    ],
)
def test_what_waits_for_a_phone_stays_pending_until_it_is_back(
    phones: Phones, kind: str, off: dict[str, Any], on: dict[str, Any]
) -> None:
    api, clock = phones.api, phones.clock
    api.send(sims=[1], mobile_numbers=NUMBERS[:3])
    api.create("/ussd-pulls/send", ussd_codes=["*123#"], sims=[1])
    phones.set(kind, 1, **off)
    clock.move(days=3)
    assert api.statuses() == ["Pending"] * 3
    assert api.get("/campaigns/1")["status"] == "Processed"
    phones.set(kind, 1, **on)
    assert api.statuses() == ["Pending"] * 3
    clock.move(minutes=2)
    assert api.statuses() == ["Delivered"] * 3
    assert min(message["sent_at"] for message in api.data("/messages")) > "2030-06-06"
    assert api.get("/campaigns/1")["status"] == "Completed"
    assert api.data("/ussd-pulls")[0]["status"] == "Completed"


def test_a_phone_is_used_while_it_is_silent_as_the_server_cannot_know(phones: Phones) -> None:
    phones.set("device", 1, silent=3 * 3600.0)
    phones.api.send(sims=[1])
    phones.clock.move(hours=1)
    assert phones.api.statuses() == ["Pending"]
    assert phones.device_status() == "Pending"


def test_a_phone_that_falls_silent_keeps_what_it_has_and_sends_it_later(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    api.send(sims=[1], mobile_numbers=NUMBERS[:3], delay=5)
    clock.move(seconds=13)
    before = api.statuses()
    assert before == ["Pending", "Queued", "Processed"]
    phones.set("device", 1, silent=0.0)
    clock.move(hours=1)
    assert api.statuses() == before
    phones.set("device", 1, silent=None)
    assert api.statuses() == before
    clock.move(minutes=2)
    assert api.statuses() == ["Delivered"] * 3


def test_what_has_left_is_not_sent_again(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    api.send(sims=[1], mobile_numbers=NUMBERS[:2], delay=60)
    clock.move(seconds=40)
    left = api.data("/messages")[0]
    assert (left["status"], api.statuses()[1]) == ("Delivered", "Pending")
    phones.set("device", 1, silent=0.0)
    clock.move(hours=1)
    phones.set("device", 1, silent=None)
    clock.move(hours=1)
    again = next(row for row in api.data("/messages") if row["id"] == left["id"])
    assert again == left


def test_a_campaign_that_starts_while_its_phone_is_silent_waits(phones: Phones) -> None:
    phones.api.send(sims=[1], scheduled_at="2030-06-03T13:00:00Z")
    phones.set("device", 1, silent=0.0)
    phones.clock.move(hours=5)
    assert phones.api.statuses() == ["Pending"]
    phones.set("device", 1, silent=None)
    phones.clock.move(minutes=1)
    assert phones.api.statuses() == ["Delivered"]


def test_two_gateways_on_a_file_see_the_same_change(start: Start, clock: MovingClock) -> None:
    one, other = start(), start()
    one.send(sims=[1])
    Phones(other, clock).set("device", 1, silent=0.0)
    clock.move(hours=1)
    assert one.statuses() == other.statuses() == ["Pending"]
    Phones(one, clock).set("device", 1, silent=None)
    clock.move(minutes=1)
    assert one.statuses() == other.statuses() == ["Delivered"]


def test_a_quota_stalls_a_device_until_the_next_day(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    phones.set("sim", 1, quota=2)
    api.send(sims=[1], mobile_numbers=NUMBERS)
    clock.move(hours=1)
    assert sorted(api.statuses()) == ["Delivered"] * 2 + ["Pending"] * 4
    assert phones.device_status() == "Stalled"
    clock.move(days=1)
    assert sorted(api.statuses()) == ["Delivered"] * 4 + ["Pending"] * 2
    clock.move(days=1)
    assert (api.statuses(), phones.device_status()) == (["Delivered"] * 6, "Succeeded")
    days = [message["sent_at"][:10] for message in reversed(api.data("/messages"))]
    assert days == ["2030-06-03"] * 2 + ["2030-06-04"] * 2 + ["2030-06-05"] * 2


def test_a_quota_is_shared_by_campaigns_and_can_be_raised(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    phones.set("device", 1, quota=3)
    for _ in range(2):
        api.send(sims=[1], mobile_numbers=NUMBERS[:2])
    clock.move(hours=1)
    assert api.statuses(campaign=2) == ["Delivered", "Pending"]
    phones.set("sim", 1, quota=4)
    clock.move(minutes=1)
    assert api.statuses(campaign=2) == ["Delivered", "Delivered"]


def test_a_quota_of_none_holds_back_all(phones: Phones) -> None:
    phones.set("device", 1, quota=0)
    phones.api.send(sims=[1], mobile_numbers=NUMBERS[:2])
    phones.clock.move(days=3)
    assert (phones.api.statuses(), phones.device_status()) == (["Pending"] * 2, "Stalled")
    phones.set("device", 1, quota=None)
    phones.clock.move(minutes=1)
    assert phones.api.statuses() == ["Delivered"] * 2


@pytest.mark.parametrize("quota", [0, 1])
def test_a_quota_counts_messages_not_codes(phones: Phones, quota: int) -> None:
    phones.set("sim", 1, quota=quota)
    phones.api.create("/ussd-pulls/send", ussd_codes=["*123#", "*124#"], sims=[1])
    phones.clock.move(hours=1)
    assert {pull["status"] for pull in phones.api.data("/ussd-pulls")} == {"Completed"}


def test_a_device_stalls_outside_the_hours_and_resumes(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    clock.move(hours=6)  # 18:00
    api.send(sims=[1], active_hours=HOURS)
    assert phones.device_status() == "Stalled"
    clock.move(hours=13, minutes=59)
    assert (phones.device_status(), api.statuses()) == ("Stalled", ["Pending"])
    clock.move(minutes=1)
    assert phones.device_status() == "Queued"
    clock.move(minutes=1)
    assert (phones.device_status(), api.statuses()) == ("Succeeded", ["Delivered"])
    assert HOURS["start"] <= api.data("/messages")[0]["sent_at"][11:16] < HOURS["end"]


def test_a_phone_that_comes_back_keeps_the_hours(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    api.send(sims=[1], active_hours=HOURS)
    phones.set("device", 1, silent=0.0)
    clock.move(hours=8)
    phones.set("device", 1, silent=None)
    clock.move(hours=1)
    assert (api.statuses(), phones.device_status()) == (["Pending"], "Stalled")
    clock.move(hours=12)
    assert api.statuses() == ["Delivered"]


def test_without_a_signal_messages_fail_until_it_is_back(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    api.send(sims=[1], mobile_numbers=NUMBERS[:2], delay=600)
    phones.set("sim", 1, signal=0)
    clock.move(minutes=5)
    phones.set("sim", 1, signal=3)
    clock.move(minutes=11)
    by_number = {message["to"]: message for message in api.data("/messages")}
    assert by_number[NUMBERS[0]]["response"] == {"error": "RESULT_ERROR_NO_SERVICE"}
    assert by_number[NUMBERS[1]]["status"] == "Delivered"


@pytest.mark.parametrize("path", ["/messages/send", "/ussd-pulls/send"])
def test_with_no_phone_left_a_send_is_refused(phones: Phones, path: str) -> None:
    phones.set("device", 1, enabled=False)
    phones.api.done("DELETE", "/devices/2")
    body: dict[str, Any] = {"mobile_numbers": NUMBERS, "message": "Hi", "ussd_codes": ["*123#"]}
    assert list(phones.api.errors(path, **body)) == ["sims"]
    assert phones.api.data("/campaigns") == []


def test_a_device_is_heard_of_until_it_is_silent(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    clock.move(minutes=50)

    def heard() -> str:
        return str(api.get("/devices/1")["updated_at"][11:16])

    assert heard() == "12:45"
    phones.set("device", 1, silent=3 * 3600.0)
    clock.move(days=2)
    assert heard() == "09:50"
    phones.set("device", 1, battery=8)
    assert heard() == "09:50"
    phones.set("device", 1, silent=None)
    assert heard() == "12:50"
    clock.move(minutes=12)
    assert heard() == "13:00"
    phones.set("device", 1, enabled=False)
    clock.move(hours=1)
    assert heard() == "13:02"


def test_it_makes_no_difference_how_often_is_asked(start: Start, clock: MovingClock) -> None:
    """One gateway is asked every few seconds, the other only when something is changed."""
    file = start().gateway.settings.db
    behaviour = {"auto_retry": 2, "fail_rate": 0.3, "fault_seed": 5}
    asked = start(db=file.with_name("asked.db"), **behaviour)
    left = start(db=file.with_name("left.db"), **behaviour)
    numbers = [*NUMBERS, "+12025550141", "+12025550142", "+12025550160", "+12025550176"]
    hourly = {"recurring": True, "frequency": 1, "frequency_unit": "hour"}
    for api in (asked, left):
        api.send(mobile_numbers=numbers, delay=20, **hourly)
        api.send(
            mobile_numbers=numbers, sims=[1, 2], active_hours={"start": "12:10", "end": "13:30"}
        )
        api.create("/ussd-pulls/send", ussd_codes=["*141#", "*198#"], sims=[1, 2])
    steps: list[tuple[str, int, dict[str, Any]]] = [
        ("device", 1, {"silent": 0.0}),
        ("sim", 3, {"quota": 5}),
        ("device", 1, {"silent": None}),
        ("sim", 2, {"signal": 0, "balance": "1.00"}),
        ("sim", 3, {"quota": None}),
        ("device", 2, {"enabled": False}),
        ("sim", 2, {"signal": 2}),
        ("device", 2, {"enabled": True}),
    ]
    for step in steps:
        for _ in range(50):
            clock.move(seconds=23)
            asked.get("/devices")
        for api in (asked, left):
            api.get("/devices")
            Phones(api, clock).set(step[0], step[1], **step[2])
    clock.move(days=1)
    for table in ("messages", "ussd_pulls", "campaigns", "campaign_senders", "arrivals"):
        both = []
        for api in (asked, left):
            api.get("/devices")
            both.append(api.gateway.store.rows(table))
        assert both[0] == both[1], table
    statuses = {row["outcome"] for row in left.gateway.store.rows("messages")}
    assert statuses == {"Delivered", "Failed", "Received"}
