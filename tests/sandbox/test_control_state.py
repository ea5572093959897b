"""A running gateway steered by HTTP: clock, keys, faults, what comes in, reset and snapshots."""

import json
from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from smsgw_cli.sandbox.keys import Change
from smsgw_cli.sandbox.steering import change
from tests.sandbox.conftest import MONDAY_NOON, Api, Start
from tests.sandbox.control import Steering, steering

__all__ = ["steering"]


def test_the_clock_is_told_moved_set_and_given_back(steering: Steering, api: Api) -> None:
    assert steering.ask("GET", "clock") == {"now": "2030-06-03T12:00:00Z", "ahead": 0}
    moved = steering.ask("PUT", "clock", advance="2h")
    assert moved == {"now": "2030-06-03T14:00:00Z", "ahead": 7200}
    assert steering.ask("PUT", "clock", advance=90)["ahead"] == 7290
    assert api.http.get("/devices").headers["Date"] == "Mon, 03 Jun 2030 14:01:30 GMT"
    day = steering.ask("PUT", "clock", now="2031-01-31T23:00:00+01:00")
    assert day["now"] == "2031-01-31T22:00:00Z"
    answer = steering.http.put("clock", json={"now": None})
    assert answer.json() == {"now": "2030-06-03T12:00:00Z", "ahead": 0}


def test_an_advance_starts_what_is_due(steering: Steering, api: Api) -> None:
    at = (MONDAY_NOON + timedelta(hours=5)).isoformat()
    api.send(scheduled_at=at, timezone="UTC")
    assert steering.get("latest").status_code == 404
    steering.ask("PUT", "clock", advance="4h")
    assert steering.get("latest").status_code == 404
    steering.ask("PUT", "clock", advance="90m")
    assert steering.get("latest").json()["status"] == "Delivered"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, 'the clock takes "now" or "advance"'),
        ({"advance": 1, "now": None}, 'the clock takes "now" or "advance"'),
        ({"advance": "soon"}, "advance must be a duration"),
        ({"advance": True}, "advance must be a duration"),
        ({"advance": -1}, "advance must be a duration"),
        ({"advance": "9999999d"}, "the clock must be from 1970 to 2099"),
        ({"advance": 1e300}, "the clock must be from 1970 to 2099"),
        ({"now": "soon"}, "now must be a time"),
        ({"now": "2100-01-01T00:00:00Z"}, "now must be a time"),
        ({"then": 1}, "unknown field 'then'; fields: now, advance"),
    ],
)
def test_what_is_no_time_is_refused(steering: Steering, body: object, said: str) -> None:
    assert said in steering.refused("PUT", "clock", body)
    assert steering.ask("GET", "clock")["ahead"] == 0


def test_keys_are_set_told_and_taken_back(steering: Steering, api: Api) -> None:
    told = steering.ask("PUT", "settings", speed=50, rate="10/s", latency="0s", fault_seed=3)
    assert (told["speed"], told["rate"], told["fault_seed"]) == (50, 600, 3)
    assert api.http.get("/devices").headers["X-RateLimit-Limit"] == "600"
    assert steering.ask("GET", "settings") == told
    assert steering.ask("PUT", "settings", **told) == told
    answer = steering.http.put("settings", json={"rate": None, "speed": None})
    assert (answer.json()["rate"], answer.json()["speed"]) == (0, 1)


def test_the_clock_is_a_key_too(steering: Steering) -> None:
    assert steering.ask("PUT", "settings", clock="+2h")["clock"] == "2030-06-03T14:00:00Z"
    steering.http.put("settings", json={"clock": None})
    assert steering.ask("GET", "clock")["ahead"] == 0


def test_what_is_set_by_http_is_in_the_file(api: Api, steering: Steering) -> None:
    steering.ask("PUT", "settings", fault=["503 GET /devices", "504 GET /calls"])
    change(api.gateway.settings.db, Change({"latency": 0.0}))
    assert api.http.get("/devices").status_code == 503
    assert api.gateway.store.entries()["fault"].value == ["503 GET /devices", "504 GET /calls"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"sped": 5}, "unknown key 'sped'; keys: speed, "),
        ({"speed": 0}, "speed: must be from 0.001"),
        ({"speed": {}}, "speed: must be a text of at most 1,000 characters, or a number"),
        ({"speed": "9" * 2000}, "speed: must be a text of at most 1,000"),
        ({"rate": "often"}, "rate: must be a rate"),
        ({"fault": "boom"}, "fault: unknown kind of fault 'boom'"),
        ({"fault": ["503"] * 101}, "fault: must be at most 100"),
        ({"clock": "soon"}, "now must be a time"),
        ({"control": "any"}, "unknown key 'control'"),
    ],
)
def test_what_is_no_key_is_refused(steering: Steering, body: object, said: str) -> None:
    assert said in steering.refused("PUT", "settings", body)


def test_a_device_and_a_sim_are_changed_by_id_or_name(steering: Steering, api: Api) -> None:
    device, sim = api.data("/devices")[0], api.data("/devices")[0]["sims"][0]
    changed = steering.ask("PATCH", f"devices/{device['id']}", battery=8, charging=False)
    assert changed == {"id": device["id"], "battery": 8, "charging": False}
    steering.ask("PATCH", f"sims/{sim['label'] or sim['name']}", signal="1", active="no")
    now = api.get(f"/devices/{device['id']}")
    assert (now["battery"], now["is_charging"]) == (8, False)
    assert (now["sims"][0]["signal_strength"], now["sims"][0]["active"]) == (1, False)


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("devices/99", {"battery": 1}, 404, "device 99 not found"),
        ("sims/None", {"signal": 1}, 404, "SIM 'None' not found"),
        ("devices/1", {}, 422, "nothing to set; keys: enabled, battery, charging"),
        ("devices/1", {"battery": 101}, 422, "battery: must be from 0 to 100"),
        ("devices/1", {"battery": None}, 422, "battery: must be a whole number"),
        ("devices/1", {"signal": 1}, 422, "unknown key 'signal'"),
    ],
)
def test_a_change_of_a_part_that_makes_no_sense_is_refused(
    steering: Steering, path: str, body: object, status: int, said: str
) -> None:
    assert said in steering.refused("PATCH", path, body, status)


def test_faults_are_added_told_and_removed(steering: Steering, api: Api) -> None:
    steering.ask("POST", "faults", 201, fault="503 GET /devices  times=2")
    assert [api.http.get("/devices").status_code for _ in range(2)] == [503, 503]
    steering.ask("POST", "faults", 201, fault="504 GET /calls rate=100%")
    assert [api.http.get(path).status_code for path in ("/devices", "/calls")] == [200, 504]
    assert steering.ask("GET", "faults")["data"] == [
        {"fault": "503 GET /devices times=2", "seen": 3, "struck": 2},
        {"fault": "504 GET /calls", "seen": 1, "struck": 1},
    ]
    steering.ask("DELETE", "faults", 204, fault="504 GET /calls rate=1")
    assert api.http.get("/calls").status_code == 200
    assert len(steering.ask("GET", "faults")["data"]) == 1
    steering.ask("DELETE", "faults", 204)
    assert steering.ask("GET", "faults")["data"] == []


def test_what_is_no_fault_is_refused(steering: Steering) -> None:
    assert "unknown kind of fault ''" in steering.refused("POST", "faults", {"fault": ""})
    assert "unknown kind of fault ''" in steering.refused("POST", "faults", {})
    assert "unknown field 'faults'" in steering.refused("POST", "faults", {"faults": "503"})
    for _ in range(100):
        steering.ask("POST", "faults", 201, fault="503 GET /nothing")
    assert steering.refused("POST", "faults", {"fault": "503"}) == "there are 100 faults"


@pytest.mark.parametrize("kind", ["SMS", "MMS", "WhatsApp", "sms"])
def test_a_message_comes_in(steering: Steering, api: Api, kind: str) -> None:
    url = "https://example.org/cat.jpg"
    row = steering.ask(
        "POST",
        "receive",
        201,
        **{"type": kind, "from": "+12025550143", "to": 1, "text": "Hi", "attachments": [url]},
    )
    assert row == api.data("/messages")[0]
    assert (row["type"].lower(), row["from"], row["content"]) == (
        kind.lower(),
        "+12025550143",
        "Hi",
    )
    assert (row["status"], row["attachments"]) == ("Received", [url])


def test_a_call_comes_in(steering: Steering, api: Api) -> None:
    missed = steering.ask("POST", "receive", 201, **{"type": "call", "from": "+1", "to": "1"})
    assert (missed["type"], missed["duration"]) == ("Missed", 0)
    taken = steering.ask(
        "POST", "receive", 201, **{"type": "call", "from": "+1", "to": 1, "duration": 30}
    )
    assert taken == api.data("/calls", answered="1")[0]
    assert (taken["type"], taken["duration"]) == ("Incoming", 30)


def test_an_operator_answers_a_code_that_waits(steering: Steering, api: Api) -> None:
    answer = {"type": "USSD", "to": 1, "text": "Balance: 3.20"}
    assert "No USSD code waits" in steering.refused("POST", "receive", answer, 409)
    api.create("/ussd-pulls/send", ussd_codes=["*100#"], sims=[1])
    steering.ask("PUT", "clock", advance=8)
    row = steering.ask("POST", "receive", 201, **answer)
    assert row == api.data("/ussd-pulls")[0]
    assert (row["code"], row["response"], row["status"]) == ("*100#", "Balance: 3.20", "Completed")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "fax"}, "type must be one of SMS, MMS, WhatsApp, call, USSD"),
        ({"to": 99}, "to: SIM 99 not found"),
        ({"to": None}, "to must be a SIM"),
        ({"to": [1]}, "to must be a SIM"),
        ({"from": ""}, "from must be a text of at most 255 characters"),
        ({"from": "9" * 256}, "from must be a text of at most 255 characters"),
        ({"text": 5}, "text must be a text"),
        ({"text": ""}, "text must be a text"),
        ({"text": "x" * 100_001}, "text must be a text of at most 100,000"),
        ({"attachments": "x"}, "attachments must be a list of at most 20 texts"),
        ({"attachments": ["x"] * 21}, "attachments must be a list of at most 20 texts"),
        ({"attachments": [""]}, "attachments must be a text of at most 2,000"),
        ({"type": "call", "duration": "long"}, "duration must be a whole number"),
        ({"type": "USSD", "text": ""}, "text must be a text"),
        ({"body": "Hi"}, "unknown field 'body'"),
    ],
)
def test_what_cannot_come_in_is_refused(
    steering: Steering, api: Api, change: dict[str, object], said: str
) -> None:
    body = {"from": "+12025550143", "to": 1, "text": "Hi", **change}
    assert said in steering.refused("POST", "receive", body)
    assert api.data("/messages") == api.data("/calls") == []


def test_no_attachment_is_ever_fetched(steering: Steering, start: Start) -> None:
    api = start()
    url = f"{api.gateway.url}/api/v1/devices"
    steering.ask("POST", "receive", 201, **{"from": "+1", "to": 1, "attachments": [url]})
    api.gateway.stop()
    assert api.gateway.requests == []


def test_a_reset_leaves_a_new_gateway(steering: Steering, api: Api) -> None:
    steering.ask("PUT", "settings", clock="+2h", fault="503 GET /calls", speed=9)
    api.create("/contact-lists", name="A")
    steering.ask("POST", "reset", 204)
    assert api.data("/contact-lists") == []
    assert steering.ask("GET", "settings")["speed"] == 1
    assert steering.ask("GET", "faults")["data"] == []
    assert steering.ask("GET", "clock")["ahead"] == 0
    assert [each["path"] for each in steering.ask("GET", "requests")["data"]] == [
        "/api/v1/contact-lists"
    ]


def test_a_snapshot_brings_all_back(steering: Steering, api: Api) -> None:
    api.create("/contact-lists", name="A")
    steering.ask("PUT", "clock", advance="1h")
    saved = steering.ask("POST", "snapshot", 201)["id"]
    api.create("/contact-lists", name="B")
    steering.ask("PUT", "clock", advance="1h")
    steering.ask("POST", "faults", 201, fault="503 GET /calls")
    for _ in range(2):
        steering.ask("POST", "restore", 204, id=saved)
        assert [each["name"] for each in api.data("/contact-lists")] == ["A"]
        assert steering.ask("GET", "clock")["ahead"] == 3600
        assert api.http.get("/calls").status_code == 200
        assert api.create("/contact-lists", name="C")["id"] == 2
    assert api.gateway.store.token() == api.gateway.token


def test_a_snapshot_that_is_not_there(steering: Steering) -> None:
    assert "No such snapshot" in steering.refused("POST", "restore", {"id": "none"}, 404)
    assert "id must be a text" in steering.refused("POST", "restore", {})
    first = steering.ask("POST", "snapshot", 201)["id"]
    for _ in range(50):
        steering.ask("POST", "snapshot", 201)
    assert "No such snapshot" in steering.refused("POST", "restore", {"id": first}, 404)


def test_a_state_for_each_token(steering: Steering, api: Api) -> None:
    other = steering.fresh(api)
    asked = {**other.http.headers, "Accept": "application/json"}
    mine = httpx.Client(base_url=f"{api.gateway.url}/api/v1/", headers=asked)
    with other.http, mine:
        mine.post("contact-lists", json={"name": "Mine"})
        other.ask("PUT", "clock", advance="2h")
        other.ask("POST", "faults", 201, fault="503 GET /calls")
        saved = other.ask("POST", "snapshot", 201)["id"]
        assert mine.get("calls").status_code == 503
        assert api.data("/contact-lists") == api.data("/calls") == []
        assert steering.ask("GET", "clock")["ahead"] == 0
        assert len(other.ask("GET", "requests")["data"]) == 2
        steering.refused("POST", "restore", {"id": saved}, 404)
        assert len(mine.get("devices").json()["data"]) == 2
        other.ask("DELETE", "tokens", 204)
        assert mine.get("devices").status_code == 401
        assert other.get("clock").status_code == 401


def test_a_token_begins_as_the_gateway_was_started(start: Start) -> None:
    api = start(speed=7.0, faults=("503 GET /calls",))
    main = Steering(api)
    found = main.fresh(api)
    with closing(main.http), found.http:
        assert found.ask("GET", "settings")["speed"] == 7
        assert found.ask("GET", "faults")["data"][0]["fault"] == "503 GET /calls"


def test_tokens_are_limited_and_the_main_one_stays(
    steering: Steering, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw_cli.sandbox.control.states.MAX_TOKENS", 2)
    for _ in range(2):
        steering.fresh(api).http.close()
    assert "there are 2 tokens" in steering.refused("POST", "tokens", {}, 409)
    assert "the main token" in steering.refused("DELETE", "tokens", {}, 403)


def test_files_of_tokens_go_with_the_gateway(steering: Steering, api: Api) -> None:
    steering.fresh(api).http.close()
    folder = api.gateway._states.file("x").parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert any(folder.iterdir())
    api.gateway.stop()
    assert not folder.exists()


def test_json_needs_no_content_type(steering: Steering) -> None:
    answer = steering.http.put("clock", content=json.dumps({"advance": "1h"}))
    assert answer.json()["ahead"] == 3600
