"""Lists, devices, sending servers and sender ids; and what deleting takes along."""

from typing import Any

import pytest

from tests.sandbox.conftest import Api


def count(api: Api, table: str, **where: Any) -> int:
    rows = api.gateway.store.rows(table)
    return sum(all(row[key] == value for key, value in where.items()) for row in rows)


def test_a_list_can_be_renamed(api: Api) -> None:
    api.create("/contact-lists", name="Old")
    api.done("PUT", "/contact-lists/1", name="New")
    assert api.get("/contact-lists/1") == {"id": 1, "name": "New"}
    assert api.errors("/contact-lists/1", "PUT", name="n" * 256) == {
        "name": ["The name field must not be greater than 255 characters."]
    }


def test_a_new_gateway_has_two_phones_and_three_sims(api: Api) -> None:
    devices = api.data("/devices")
    assert len(devices) == 2
    assert [sim["id"] for device in reversed(devices) for sim in device["sims"]] == [1, 2, 3]
    assert all(sim["number"].startswith("+1202555") for sim in devices[0]["sims"])


def test_a_device_can_be_named(api: Api) -> None:
    api.done("PUT", "/devices/2", name="Desk")
    assert api.get("/devices/2")["name"] == "Desk"
    assert api.errors("/devices/2", "PUT") == {"name": ["The name field is required."]}


def test_a_campaign_can_be_named(seeded: Api) -> None:
    seeded.done("PUT", "/campaigns/1", name="Better")
    assert seeded.get("/campaigns/1")["name"] == "Better"
    assert seeded.errors("/campaigns/1", "PUT")


def test_a_sending_server_shows_what_it_was_given(api: Api) -> None:
    given = {
        "name": "Twilio",
        "driver": "twilio",
        "supported_types": ["SMS", "MMS"],
        "config": {"auth_token": "secret", "nested": {"deep": [1, None]}},
        "enabled": False,
    }
    created = api.create("/sending-servers", **given)
    assert {key: created[key] for key in given} == given
    assert api.get("/sending-servers/1") == created


def test_an_update_replaces_the_whole_sending_server(api: Api) -> None:
    given = {"name": "A", "driver": "x", "supported_types": ["SMS"]}
    api.create("/sending-servers", **given, config={"key": "1"}, enabled=False)
    api.done("PUT", "/sending-servers/1", **given)
    after = api.get("/sending-servers/1")
    assert (after["config"], after["enabled"]) == ({}, True)
    assert list(api.errors("/sending-servers/1", "PUT", name="B")) == ["driver", "supported_types"]


def test_a_type_no_message_has_is_refused(api: Api) -> None:
    errors = api.errors("/sending-servers", name="A", driver="x", supported_types=["Fax"])
    assert errors == {"supported_types.0": ["The selected supported_types.0 is invalid."]}


def test_a_sender_id_belongs_to_a_server_once(seeded: Api) -> None:
    assert seeded.create("/sending-servers/1/sender-ids", value="SHOP") == {
        "id": 4,
        "value": "SHOP",
    }
    assert seeded.errors("/sending-servers/1/sender-ids", value="SHOP") == {
        "value": ["The value has already been taken."]
    }
    seeded.create("/sending-servers/2/sender-ids", value="SHOP")
    assert seeded.http.post("/sending-servers/99/sender-ids", json={}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/calls",
        "/campaigns",
        "/contact-lists",
        "/contacts",
        "/devices",
        "/fields",
        "/messages",
        "/sender-ids",
        "/sending-servers",
        "/ussd-pulls",
    ],
)
def test_what_is_deleted_is_gone(seeded: Api, path: str) -> None:
    seeded.done("DELETE", f"{path}/1")
    assert seeded.http.delete(f"{path}/1").status_code == 404


def test_ids_are_not_used_again(api: Api) -> None:
    api.create("/contact-lists", name="A")
    api.done("DELETE", "/contact-lists/1")
    assert api.create("/contact-lists", name="B")["id"] == 2


def test_a_campaign_takes_its_messages_along(seeded: Api) -> None:
    others = count(seeded, "messages") - count(seeded, "messages", campaign_id=1)
    seeded.done("DELETE", "/campaigns/1")
    assert count(seeded, "messages") == others > 0


def test_a_campaign_takes_its_ussd_pulls_along(seeded: Api) -> None:
    assert count(seeded, "ussd_pulls", campaign_id=2)
    seeded.done("DELETE", "/campaigns/2")
    assert count(seeded, "ussd_pulls") == 0


def test_a_list_takes_its_contacts_and_fields_along(seeded: Api) -> None:
    seeded.done("DELETE", "/contact-lists/1")
    for table in ("contacts", "fields"):
        assert count(seeded, table, contact_list_id=1) == 0
        assert count(seeded, table, contact_list_id=2) > 0


def test_a_field_takes_its_values_along(seeded: Api) -> None:
    assert '"1"' in seeded.gateway.store.rows("contacts")[0]["custom"]
    seeded.done("DELETE", "/fields/1")
    assert '"1"' not in seeded.gateway.store.rows("contacts")[0]["custom"]
    assert '"2"' in seeded.gateway.store.rows("contacts")[0]["custom"]


def test_a_device_takes_its_sims_and_all_of_theirs_along(seeded: Api) -> None:
    seeded.done("DELETE", "/devices/1")
    for table in ("messages", "ussd_pulls", "calls"):
        assert count(seeded, table, sim_id=1) == count(seeded, table, sim_id=2) == 0
        assert count(seeded, table, sim_id=3) > 0
    assert count(seeded, "sims", device_id=1) == 0
    assert count(seeded, "campaigns", id=1) == 1


def test_a_sending_server_takes_its_sender_ids_and_their_messages_along(seeded: Api) -> None:
    seeded.done("DELETE", "/sending-servers/1")
    assert count(seeded, "sender_ids", sending_server_id=1) == 0
    assert count(seeded, "messages", sender_id=1) == 0
    assert count(seeded, "messages", sender_id=2) > 0


def test_a_sender_id_takes_its_messages_along(seeded: Api) -> None:
    assert count(seeded, "messages", sender_id=1) == 1
    seeded.done("DELETE", "/sender-ids/1")
    assert count(seeded, "messages", sender_id=1) == 0
