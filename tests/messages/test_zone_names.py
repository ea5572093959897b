"""A server that knows a time zone by another name only."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.scripted import answer, scripted

TO = "--to +12025550123 -m Hi"
SEND = f"messages send {TO} --sender-id 1"


INVALID = {"timezone": ["The timezone field must be a valid timezone."]}


def _refused(errors: Any) -> bytes:
    body = json.dumps({"message": "invalid", "errors": errors}).encode()
    return answer("422 Unprocessable Content", body)


def _made(zone: str) -> bytes:
    return answer("201 Created", json.dumps({"id": 7, "name": "n", "timezone": zone}).encode())


@pytest.mark.parametrize(
    ("zone", "sent", "other"),
    [
        ("Europe/Kyiv", "Europe/Kyiv", "Europe/Kiev"),
        ("Europe/Kiev", "Europe/Kyiv", "Europe/Kiev"),
        ("Asia/Calcutta", "Asia/Kolkata", "Asia/Calcutta"),
    ],
)
def test_a_server_with_an_older_list_of_zones_is_asked_once_more(
    run: Run, monkeypatch: pytest.MonkeyPatch, zone: str, sent: str, other: str
) -> None:
    with scripted(_refused(INVALID), _made(other)) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        told = run(f"{SEND} --days mon --timezone {zone}")
    bodies = [json.loads(each.partition(b"\r\n\r\n")[2]) for each in server.requests]
    assert [each["timezone"] for each in bodies] == [sent, other]
    assert bodies[0]["name"] == bodies[1]["name"]
    assert "warning" not in told.stderr  # it is the zone that was asked for


def test_a_mailing_asks_once_more_as_well(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    (home / "a.csv").write_text("phone,name\n+12025550123,Ann\n+12025550124,Bob\n")
    made = _made("Europe/Kiev")
    with scripted(_refused(INVALID), made, made.replace(b'"id": 7', b'"id": 8')) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        run(
            "messages send --csv a.csv -m {name} --sender-id 1 --days mon "
            "--timezone Europe/Kyiv --workers 1"
        )
    zones = [b"Kyiv" in request for request in server.requests]
    assert zones == [True, False, False]  # the next message has the name that was taken


@pytest.mark.parametrize(
    ("zone", "errors"),
    [
        ("Europe/Berlin", INVALID),  # it has no other name
        ("Europe/Kyiv", {**INVALID, "message": ["too long"]}),
        ("Europe/Kyiv", {"days_of_week": ["invalid"]}),
    ],
)
def test_other_refusals_are_final(
    run: Run, monkeypatch: pytest.MonkeyPatch, zone: str, errors: Any
) -> None:
    with scripted(_refused(errors)) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        run(f"{SEND} --days mon --timezone {zone}", code=5)
    assert len(server.requests) == 1


def test_a_second_refusal_is_final(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(_refused(INVALID), _refused(INVALID)) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        run(f"{SEND} --days mon --timezone Europe/Kyiv", code=5)
    assert len(server.requests) == 2
