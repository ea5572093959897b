"""What arrives at SIMs: from other SIMs, from people, from operators."""

import json
from contextlib import closing
from typing import Any

import pytest

from smsgw_cli.sandbox import incoming
from smsgw_cli.sandbox.instants import from_datetime
from smsgw_cli.sandbox.keys import Change
from smsgw_cli.sandbox.steering import change
from smsgw_cli.sandbox.store import Store, receive, the_sim
from tests.sandbox.conftest import Api, JsonObject, MovingClock
from tests.sandbox.test_phones_changes import Phones

PERSON = "+12025550177"


@pytest.fixture
def phones(api: Api, clock: MovingClock) -> Phones:
    return Phones(api, clock)


def received(api: Api) -> list[JsonObject]:
    return api.data("/messages", **{"statuses[]": "Received"})


@pytest.mark.parametrize("kind", ["SMS", "MMS", "WhatsApp"])
def test_a_sims_number_receives_what_another_sim_sends(
    api: Api, clock: MovingClock, kind: str
) -> None:
    picture = [] if kind == "SMS" else ["https://example.com/cake.jpg"]
    body = {"type": kind, "attachments": picture} if picture else {}
    api.send(sims=[1], mobile_numbers=["+12025550142"], message="hello", **body)
    assert received(api) == []
    clock.move(minutes=1)
    (message,) = received(api)
    assert (message["from"], message["to"]) == ("+12025550141", "+12025550142")
    assert (message["content"], message["type"], message["messenger"]) == ("hello", kind, "Sim #2")
    assert message["attachments"] == picture
    sent = api.get("/messages/1")
    assert sent["sent_at"] < message["sent_at"] == message["delivered_at"]
    clock.move(days=1)
    assert len(received(api)) == 1


def test_a_sender_id_reaches_a_sim_too(seeded: Api, clock: MovingClock) -> None:
    before = len(received(seeded))
    seeded.send(sender_ids=[1], mobile_numbers=["+12025550142"])
    clock.move(minutes=1)
    assert len(received(seeded)) == before + 1
    assert received(seeded)[0]["from"] == "GATEWAY"


def test_what_fails_arrives_nowhere(phones: Phones) -> None:
    phones.set("sim", 1, signal=0)
    phones.api.send(sims=[1], mobile_numbers=["+12025550142"])
    phones.clock.move(minutes=1)
    assert (received(phones.api), phones.api.statuses()) == ([], ["Failed"])


def test_a_silent_phone_shows_what_it_received_when_it_is_back(phones: Phones) -> None:
    phones.set("device", 2, silent=0.0)
    phones.api.send(sims=[1], mobile_numbers=["+12025550143"])
    phones.clock.move(hours=1)
    assert (received(phones.api), phones.api.statuses()) == ([], ["Delivered"])
    phones.set("device", 2, silent=None)
    (message,) = received(phones.api)
    assert message["sent_at"] == "2030-06-03T13:00:00.000000Z"


def test_what_a_silent_phone_would_send_arrives_after_it_has(phones: Phones) -> None:
    phones.api.send(sims=[1], mobile_numbers=["+12025550143"])
    phones.set("device", 1, silent=0.0)
    phones.clock.move(hours=1)
    assert received(phones.api) == []
    phones.set("device", 1, silent=None)
    phones.clock.move(minutes=1)
    assert len(received(phones.api)) == 1


def test_a_sim_whose_number_is_unknown_still_has_it(phones: Phones) -> None:
    api, clock = phones.api, phones.clock
    phones.set("sim", 2, number=None)
    assert api.get("/devices/1")["sims"][1]["number"] is None
    api.send(sims=[1], mobile_numbers=["+12025550142"])
    api.send(sims=[2], mobile_numbers=["+12025550141"])
    clock.move(minutes=2)
    (message,) = [row for row in received(api) if row["messenger"] == "Sim #2"]
    assert (message["from"], message["to"]) == ("+12025550141", None)
    (answer,) = [row for row in received(api) if row["messenger"] == "Sim #1"]
    assert (answer["from"], answer["to"]) == ("+12025550142", "+12025550141")
    assert api.get("/messages/2")["from"] is None
    phones.set("sim", 2, number="+12025550149")
    assert api.get("/devices/1")["sims"][1]["number"] == "+12025550149"


def text_in(api: Api, clock: MovingClock, text: str) -> None:
    receive(api.gateway.settings.db, sender=PERSON, sim=1, text=text, clock=clock)


@pytest.mark.parametrize("stop", ["STOP", " stop\n", "Stop"])
def test_stop_unsubscribes_in_every_list_and_start_subscribes_again(
    api: Api, clock: MovingClock, stop: str
) -> None:
    for key, number in ((1, PERSON), (2, PERSON), (2, "+12025550123")):
        if key > len(api.data("/contact-lists")):
            api.create("/contact-lists", name=f"List {key}")
        api.create(f"/contact-lists/{key}/contacts", mobile_number=number)
    clock.move(hours=1)

    def subscribed() -> list[tuple[bool, str]]:
        contacts = [api.get(f"/contacts/{key}") for key in (1, 2, 3)]
        return [(each["subscribed"], each["updated_at"][11:13]) for each in contacts]

    text_in(api, clock, stop)
    assert subscribed() == [(False, "13"), (False, "13"), (True, "12")]
    text_in(api, clock, "stop it please")
    text_in(api, clock, "START")
    assert subscribed() == [(True, "13"), (True, "13"), (True, "12")]
    assert [message["status"] for message in received(api)] == ["Received"] * 3


def test_keywords_can_be_turned_off(api: Api, clock: MovingClock) -> None:
    api.create("/contact-lists", name="All")
    api.create("/contact-lists/1/contacts", mobile_number=PERSON)
    change(api.gateway.settings.db, Change({"keywords": False}))
    text_in(api, clock, "STOP")
    assert api.get("/contacts/1")["subscribed"]
    change(api.gateway.settings.db, Change({"keywords": None}))
    text_in(api, clock, "STOP")
    assert not api.get("/contacts/1")["subscribed"]


def test_a_stop_sent_by_a_sim_counts_when_it_arrives(api: Api, clock: MovingClock) -> None:
    api.create("/contact-lists", name="All")
    api.create("/contact-lists/1/contacts", mobile_number="+12025550141")
    later = {"scheduled_at": "2030-06-03T13:00:00Z"}
    api.create("/messages/send", contact_lists=[1], message="Hi", **later)
    api.send(sims=[1], mobile_numbers=["+12025550142"], message="STOP")
    clock.move(hours=2)  # both are due; the stop came first
    assert not api.get("/contacts/1")["subscribed"]
    assert api.data("/messages", campaign=1) == []


def take(api: Api, clock: MovingClock, what: Any, **given: Any) -> JsonObject:
    with closing(Store(api.gateway.settings.db)) as store, store.writing():
        row: JsonObject = what(store, from_datetime(clock.now), sim=the_sim(store, 1), **given)
        return row


def test_an_mms_arrives_with_its_attachments(api: Api, clock: MovingClock) -> None:
    files = ["https://example.com/a.jpg", "https://example.com/b.mp4"]
    given = {"kind": "MMS", "sender": PERSON, "text": None, "attachments": files}
    row = take(api, clock, incoming.receive, **given)
    assert json.loads(row["attachments"]) == files
    message = api.get(f"/messages/{row['id']}")
    assert (message["type"], message["content"], message["attachments"]) == ("MMS", None, files)


def test_a_call_comes_in(api: Api, clock: MovingClock) -> None:
    take(api, clock, incoming.receive_call, sender=PERSON)
    take(api, clock, incoming.receive_call, sender=PERSON, kind="Incoming", duration=40)
    kinds = [(call["type"], call["duration"]) for call in api.data("/calls")]
    assert kinds == [("Incoming", 40), ("Missed", 0)]
    assert len(api.data("/calls", answered="1")) == 1


def test_an_operator_answers_a_code_by_hand(api: Api, clock: MovingClock) -> None:
    with pytest.raises(LookupError):
        take(api, clock, incoming.receive_ussd, text="Nobody asked")
    api.create("/ussd-pulls/send", ussd_codes=["*198#"], sims=[1])
    clock.move(minutes=1)
    take(api, clock, incoming.receive_ussd, text="Here you are")
    (pull,) = api.data("/ussd-pulls")
    assert (pull["status"], pull["response"]) == ("Completed", "Here you are")
    assert pull["received_at"] == "2030-06-03T12:01:00.000000Z"


def test_a_code_is_dialled_on_every_sim_that_is_named(api: Api, clock: MovingClock) -> None:
    api.create("/ussd-pulls/send", ussd_codes=["*123#", "*100#"], sims=[1, 3])
    clock.move(minutes=5)
    dialled = sorted((pull["code"], pull["sim_id"]) for pull in api.data("/ussd-pulls"))
    assert dialled == [("*100#", 1), ("*100#", 3), ("*123#", 1), ("*123#", 3)]


def test_without_a_name_a_code_is_dialled_once(api: Api) -> None:
    api.create("/ussd-pulls/send", ussd_codes=["*123#"])
    api.create("/ussd-pulls/send", ussd_codes=["*123#"], sims=[1, 2, 3], random_sender=True)
    assert len(api.data("/ussd-pulls")) == 2


def answers(phones: Phones, *codes: str) -> dict[str, str]:
    campaign = phones.api.create("/ussd-pulls/send", ussd_codes=list(codes), sims=[2])["id"]
    phones.clock.move(minutes=5)
    return {
        pull["code"]: pull["response"] for pull in phones.api.data("/ussd-pulls", campaign=campaign)
    }


def test_the_operator_says_the_balance_that_is_set(phones: Phones) -> None:
    phones.set("sim", 2, balance="3.20")
    found = answers(phones, "*123#", "*100*1#", "*100#", "*100*2#")
    assert all("$3.20" in found[code] for code in ("*123#", "*100*1#"))
    assert found["*100#"].startswith("1. Balance\n2. ")
    assert "GB" in found["*100*2#"]
    phones.set("sim", 2, balance=None)
    assert "$3.20" not in answers(phones, "*123#")["*123#"]


def test_a_balance_set_before_the_code_is_dialled_counts(phones: Phones) -> None:
    phones.api.create("/ussd-pulls/send", ussd_codes=["*123#"], sims=[2])
    phones.set("sim", 2, balance="-0.40")
    phones.clock.move(minutes=1)
    assert "$-0.40" in phones.api.data("/ussd-pulls")[0]["response"]


def test_a_balance_comes_by_sms_after_a_code(phones: Phones) -> None:
    phones.set("sim", 2, balance="3.20")
    assert "SMS" in answers(phones, "*141#")["*141#"]
    (message,) = received(phones.api)
    assert (message["from"], message["to"]) == ("7373", "+12025550142")
    assert message["content"] == "Your balance is $3.20. Valid until 31 Dec."


def test_a_text_to_the_operator_is_answered_with_the_balance(phones: Phones) -> None:
    phones.set("sim", 2, balance="3.20")
    phones.api.send(sims=[2], mobile_numbers=["+12025550160"], message="BAL")
    phones.clock.move(minutes=1)
    (message,) = received(phones.api)
    assert (message["from"], message["messenger"]) == ("+12025550160", "Sim #2")
    assert "$3.20" in message["content"]
