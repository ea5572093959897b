"""Numbers and codes whose fate is known, chance that is asked for, and further tries."""

import pytest

from smsgw_cli.sandbox import magic
from tests.sandbox.conftest import Api, MovingClock, Start

FICTIONAL = "+1202555"


def fate(api: Api, clock: MovingClock, number: str, **body: object) -> dict[str, object]:
    """A message to `number` a minute after it was sent."""
    campaign = api.send(mobile_numbers=[number], **body)["id"]
    clock.move(minutes=1)
    message: dict[str, object] = api.data("/messages", campaign=campaign)[0]
    return message


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ("0170", "Pending"),
        ("0171", "Queued"),
        ("0172", "Processed"),
        ("0173", "Sent"),
        ("0123", "Delivered"),
        ("0199", "Failed"),
    ],
)
def test_there_is_a_number_for_each_status(
    api: Api, clock: MovingClock, last: str, status: str
) -> None:
    assert fate(api, clock, FICTIONAL + last)["status"] == status
    clock.move(days=400)
    message = api.data("/messages")[0]
    assert message["status"] == status
    assert (message["sent_at"] is None) == (status in ("Pending", "Queued", "Processed"))
    assert (message["delivered_at"] is None) == (status != "Delivered")


@pytest.mark.parametrize("reason", range(1, 11))
def test_there_is_a_number_for_each_reason_of_a_phone(
    api: Api, clock: MovingClock, reason: int
) -> None:
    message = fate(api, clock, f"{FICTIONAL}{180 + reason:04}")
    assert message["status"] == "Failed"
    assert message["response"] == {"error": magic.PHONE_ERRORS[reason - 1]}


def test_a_sending_server_has_reasons_of_its_own(seeded: Api, clock: MovingClock) -> None:
    message = fate(seeded, clock, FICTIONAL + "0199", sender_ids=[1])
    assert message["response"] == {"error": "Insufficient credit"}


def test_a_late_report_comes_an_hour_later(api: Api, clock: MovingClock) -> None:
    assert fate(api, clock, FICTIONAL + "0174")["status"] == "Sent"
    clock.move(minutes=58)
    assert api.statuses() == ["Sent"]
    clock.move(minutes=2)
    assert api.statuses() == ["Delivered"]


@pytest.mark.parametrize("asked", [False, None])
def test_without_a_delivery_report_sent_is_the_end(
    api: Api, clock: MovingClock, asked: bool | None
) -> None:
    message = fate(api, clock, FICTIONAL + "0123", delivery_report=asked)
    assert (message["status"], message["delivered_at"]) == ("Sent", None)
    assert message["sent_at"] == "2030-06-03T12:00:16.000000Z"
    clock.move(days=1)
    assert api.statuses() == ["Sent"]


@pytest.mark.parametrize("kind", ["MMS", "WhatsApp"])
def test_reports_are_of_sms_alone(api: Api, clock: MovingClock, kind: str) -> None:
    assert fate(api, clock, FICTIONAL + "0123", type=kind)["status"] == "Sent"


def test_sent_at_can_be_set_early(start: Start, clock: MovingClock) -> None:
    api = start(sent_at="early")
    api.send()
    assert api.data("/messages")[0]["sent_at"] == "2030-06-03T12:00:00.000000Z"
    clock.move(minutes=1)
    assert api.data("/messages")[0]["sent_at"] == "2030-06-03T12:00:00.000000Z"


def test_there_is_a_code_for_each_status(api: Api, clock: MovingClock) -> None:
    codes = ["*197#", "*198#", "*199#", "*123#"]
    api.create("/ussd-pulls/send", ussd_codes=codes, sims=[1])
    clock.move(days=1)
    found = {pull["code"]: pull["status"] for pull in api.data("/ussd-pulls")}
    assert [found[code] for code in codes] == ["Pending", "Queued", "Failed", "Completed"]


def test_failures_by_chance_are_about_as_many_as_asked_for(
    start: Start, clock: MovingClock
) -> None:
    numbers = [f"+1303{index:07}" for index in range(2_000)]
    api = start(fail_rate=0.1, fault_seed=3)

    def failed() -> set[str]:
        campaign = api.send(mobile_numbers=numbers)["id"]
        clock.move(hours=2)
        found: set[str] = set()
        for page in range(1, 4):
            query = {"campaign": campaign, "statuses[]": "Failed", "page": page}
            found |= {message["to"] for message in api.data("/messages", **query)}
        return found

    first = failed()
    assert 120 < len(first) < 280
    assert failed() != first  # another send has other luck


def test_the_same_seed_has_the_same_failures(start: Start, clock: MovingClock) -> None:
    numbers = [f"+1303{index:07}" for index in range(90)]
    outcomes = []
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        api = start(fail_rate=0.3, fault_seed=seed, db=start().gateway.settings.db.with_name(name))
        api.send(mobile_numbers=numbers)
        clock.move(hours=1)
        outcomes.append(api.statuses())
    assert outcomes[0] == outcomes[1] != outcomes[2]


def test_a_failed_message_is_tried_again(start: Start, clock: MovingClock) -> None:
    api = start(auto_retry=1)
    api.send(mobile_numbers=[FICTIONAL + "0176"])
    seen = []
    for _ in range(60):
        seen += api.statuses()
        clock.move(seconds=2)
    assert list(dict.fromkeys(seen)) == [
        *("Pending", "Queued", "Processed", "Failed", "Sent", "Delivered")
    ]
    assert "Pending" in seen[seen.index("Failed") :]
    assert api.data("/messages")[0]["response"] == []


def test_a_message_that_fails_for_good_is_tried_as_often_as_set(
    start: Start, clock: MovingClock
) -> None:
    api = start(auto_retry=2)
    api.send(mobile_numbers=[FICTIONAL + "0199", FICTIONAL + "0123"], sims=[1])
    statuses = []
    for _ in range(150):
        statuses.append(
            api.statuses(**{"statuses[]": ["Failed", "Pending", "Queued", "Processed"]})
        )
        clock.move(seconds=2)
    tried = [now for before, now in zip([[], *statuses], statuses, strict=False) if now != before]
    assert sum(now == ["Failed"] for now in tried) == 3
    assert api.get("/campaigns/1")["status"] == "Completed"
    assert [row["tries"] for row in api.gateway.store.rows("messages")] == [3, 1]


def test_without_it_a_failure_is_final(api: Api, clock: MovingClock) -> None:
    assert fate(api, clock, FICTIONAL + "0176")["status"] == "Failed"
    clock.move(days=1)
    assert api.statuses() == ["Failed"]


def test_tries_missed_while_nobody_asked_are_made_up_for(start: Start, clock: MovingClock) -> None:
    api = start(auto_retry=1)
    api.send(mobile_numbers=[FICTIONAL + "0176"])
    clock.move(days=1)
    (message,) = api.data("/messages")
    assert message["status"] == "Delivered"
    assert message["delivered_at"] < "2030-06-03T12:03"
