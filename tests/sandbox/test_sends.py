"""Sending: what becomes of a request, who gets it, and through what."""

from collections import Counter
from pathlib import Path

import pytest

from smsgw_cli.sandbox.store import receive
from tests.sandbox.conftest import Api, MovingClock

NUMBERS = [f"+1202555{300 + index:04}" for index in range(9)]


def test_a_plain_send_has_every_default(api: Api) -> None:
    assert api.create("/messages/send", mobile_numbers=NUMBERS[:1], message="Hi") == {
        "id": 1,
        "name": "SMS 2030-06-03 12:00",
        "scheduled_at": None,
        "timezone": "UTC",
        "recurring": False,
        "frequency": None,
        "frequency_unit": None,
        "ends_at": None,
        "repeat_at": None,
        "active_hours": "00:00-23:59",
        "days_of_week": [1, 2, 3, 4, 5, 6, 7],
        "status": "Queued",
        "type": "SMS",
        "options": {"delay": "0", "prioritize": False, "delivery_report": False},
        "created_at": "2030-06-03T12:00:00.000000Z",
        "updated_at": "2030-06-03T12:00:00.000000Z",
    }


def test_a_send_comes_out_in_other_forms_than_it_went_in(api: Api) -> None:
    sent = api.send(
        name="Every other day",
        delay=60,
        prioritize=1,
        delivery_report=True,
        recurring=True,
        frequency="2",
        frequency_unit="minute",
        scheduled_at="2030-06-10 09:00",
        ends_at="2030-07-01T00:00:00Z",
        timezone="America/New_York",
        days_of_week=[5, 1, "3"],
        active_hours={"start": "08:00", "end": "17:00"},
    )
    assert sent["active_hours"] == "08:00-17:00"
    assert sent["options"] == {"delay": "60", "prioritize": True, "delivery_report": True}
    assert (sent["frequency"], sent["frequency_unit"]) == (2, "Minute")
    assert sent["scheduled_at"] == "2030-06-10T13:00:00.000000Z"
    assert sent["ends_at"] == "2030-07-01T00:00:00.000000Z"
    assert sent["days_of_week"] == [1, 3, 5]
    assert (sent["status"], sent["repeat_at"]) == ("Queued", None)


@pytest.mark.parametrize("kind", ["MMS", "WhatsApp"])
def test_delivery_reports_are_an_option_of_sms_alone(api: Api, kind: str) -> None:
    sent = api.send(type=kind, delivery_report=True)
    assert sent["options"] == {"delay": "0", "prioritize": False}


def test_an_mms_may_be_a_picture_alone(api: Api) -> None:
    pictures = ["https://example.com/cake.jpg"]
    api.send(type="MMS", message=None, attachments=pictures)
    message = api.get("/messages/1")
    assert (message["content"], message["attachments"]) == (None, pictures)


def test_the_text_is_left_alone(api: Api) -> None:
    api.send(message="Hi {first_name} [last_name] 😊")
    assert api.get("/messages/1")["content"] == "Hi {first_name} [last_name] 😊"


def test_a_message_says_where_it_came_from(seeded: Api) -> None:
    through_sim, through_id = (
        seeded.data("/messages", campaign=seeded.send(**senders)["id"])[0]
        for senders in ({"sims": [2]}, {"sender_ids": [1]})
    )
    assert (through_sim["from"], through_sim["messenger"]) == ("+12025550142", "Sim #2")
    assert (through_id["from"], through_id["messenger"]) == ("GATEWAY", "Sender ID #1")
    assert through_sim["to"] == "+12025550123"


def test_all_active_sims_take_turns_if_none_is_named(api: Api) -> None:
    api.send(mobile_numbers=NUMBERS)
    messengers = [message["messenger"] for message in reversed(api.data("/messages"))]
    assert messengers == ["Sim #1", "Sim #2", "Sim #3"] * 3


def test_named_sims_and_sender_ids_take_turns(seeded: Api) -> None:
    campaign = seeded.send(mobile_numbers=NUMBERS[:4], sims=[3], sender_ids=[2])
    messages = seeded.data("/messages", campaign=campaign["id"])
    assert [message["messenger"] for message in messages] == ["Sender ID #2", "Sim #3"] * 2


def test_a_sim_named_twice_is_one_sender(api: Api) -> None:
    api.send(sims=[2, 2], scheduled_at="2030-07-01")
    (device,) = api.data("/campaigns/1/devices")
    assert [sim["id"] for sim in device["sims"]] == [2]


def test_random_senders_get_as_many_each_in_no_order(api: Api) -> None:
    api.send(mobile_numbers=NUMBERS, random_sender=True)
    messengers = [message["messenger"] for message in reversed(api.data("/messages"))]
    assert Counter(messengers) == {"Sim #1": 3, "Sim #2": 3, "Sim #3": 3}
    assert messengers != ["Sim #1", "Sim #2", "Sim #3"] * 3


def test_a_number_from_several_sources_gets_one_message(api: Api) -> None:
    for list_id in (1, 2):
        api.create("/contact-lists", name="A list")
        api.create(f"/contact-lists/{list_id}/contacts", mobile_number=NUMBERS[0])
    api.create("/contact-lists/2/contacts", mobile_number=NUMBERS[1])
    api.send(mobile_numbers=[NUMBERS[1], NUMBERS[1], NUMBERS[2]], contact_lists=[1, 2])
    numbers = [message["to"] for message in reversed(api.data("/messages"))]
    assert numbers == [NUMBERS[1], NUMBERS[2], NUMBERS[0]]


def test_unsubscribed_contacts_of_a_list_are_skipped(api: Api) -> None:
    api.create("/contact-lists", name="A list")
    api.create("/contact-lists/1/contacts", mobile_number=NUMBERS[0], subscribed=False)
    api.create("/contact-lists/1/contacts", mobile_number=NUMBERS[1])
    api.create("/messages/send", contact_lists=[1], message="Hi")
    assert [message["to"] for message in api.data("/messages")] == [NUMBERS[1]]


def test_a_send_to_an_empty_list_is_over_at_once(api: Api, clock: MovingClock) -> None:
    api.create("/contact-lists", name="Nobody")
    api.create("/messages/send", contact_lists=[1], message="Hi")
    clock.move(seconds=2)
    assert api.get("/campaigns/1")["status"] == "Completed"


def test_ussd_codes_are_answered(api: Api, clock: MovingClock) -> None:
    campaign = api.create("/ussd-pulls/send", ussd_codes=["*123#", "*199#"], sims=[2])
    assert campaign["type"] == "USSD Pull"
    assert campaign["options"] == {"delay": "0", "prioritize": False}
    seen = [tuple(pull["status"] for pull in api.data("/ussd-pulls"))]
    for _ in range(60):
        clock.move(seconds=1)
        now = tuple(pull["status"] for pull in reversed(api.data("/ussd-pulls")))
        seen += [now] if now != seen[-1] else []
    assert seen[0] == ("Pending", "Pending")
    assert ("Queued", "Queued") in seen
    assert seen[-1] == ("Completed", "Failed")
    failed, completed = api.data("/ussd-pulls")
    assert "$" in completed["response"] or "left" in completed["response"]
    assert completed["received_at"] > completed["sent_at"]
    assert (failed["response"], failed["received_at"], failed["sim_id"]) == (None, None, 2)


def test_devices_show_how_far_a_campaign_is(api: Api, clock: MovingClock) -> None:
    api.send(sims=[1, 2, 3], mobile_numbers=["+12025550123", "+12025550124"])
    path = "/campaigns/1/devices"
    device = api.data(path)[0]
    assert [sim["id"] for sim in device["sims"]] == [1, 2]
    assert (device["id"], device["status"]) == (1, "Pending")
    clock.move(seconds=10)
    assert api.data(path)[0]["status"] == "Queued"
    clock.move(minutes=5)
    assert api.data(path)[0]["status"] == "Succeeded"
    assert len(api.data(path)) == 1


def test_a_device_whose_messages_all_failed_did_its_part(api: Api, clock: MovingClock) -> None:
    api.send(mobile_numbers=["+12025550199"])
    clock.move(minutes=5)
    assert api.data("/campaigns/1/devices")[0]["status"] == "Succeeded"


def test_a_device_that_has_not_sent_all_is_at_work(seeded: Api) -> None:
    assert seeded.data("/campaigns/1/devices")[0]["status"] == "Queued"


def test_the_history_has_the_statuses_that_no_request_leads_to(seeded: Api) -> None:
    (stopped,) = [row for row in seeded.data("/campaigns") if row["name"] == "Stopped halfway"]
    path = f"/campaigns/{stopped['id']}"
    found = [row["status"] for row in seeded.data(f"{path}/devices")]
    found += [row["status"] for row in seeded.data(f"{path}/sending-servers")]
    assert sorted(found) == ["Cancelled", "Cancelling", "Failed"]


def test_sending_servers_show_how_far_a_campaign_is(seeded: Api, clock: MovingClock) -> None:
    campaign = seeded.send(sender_ids=[2, 1])
    path = f"/campaigns/{campaign['id']}/sending-servers"
    assert seeded.data(path) == [
        {
            "id": 2,
            "name": "Twilio",
            "enabled": True,
            "status": "Pending",
            "sender_ids": [{"id": 2, "value": "+15017122661"}],
        }
    ]
    clock.move(minutes=5)
    assert seeded.data(path)[0]["status"] == "Succeeded"


def test_a_scheduled_campaign_shows_the_senders_it_will_use(api: Api) -> None:
    api.send(sims=[3], scheduled_at="2030-07-01")
    (device,) = api.data("/campaigns/1/devices")
    assert (device["id"], device["status"]) == (2, "Pending")


@pytest.mark.parametrize("sim", [1, "1", "+12025550141", "Main line", "T-Mobile"])
def test_a_message_arrives_at_a_sim(api: Api, clock: MovingClock, sim: int | str) -> None:
    db = api.gateway.settings.db
    receive(db, sender="+12025550177", sim=sim, text="STOP", clock=clock)
    (message,) = api.data("/messages")
    assert message["status"] == "Received"
    assert (message["from"], message["to"]) == ("+12025550177", "+12025550141")
    assert (message["content"], message["messenger"]) == ("STOP", "Sim #1")
    assert message["sent_at"] == "2030-06-03T12:00:00.000000Z"


def test_an_unknown_sim_receives_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"SIM 'O2' not found; SIMs: 1 \(\+12025550141\)"):
        receive(tmp_path / "new.db", sender="+12025550177", sim="O2", text="Hi")
    with pytest.raises(ValueError, match=f"SIM {10**20} not found"):
        receive(tmp_path / "new.db", sender="+12025550177", sim=10**20, text="Hi")
