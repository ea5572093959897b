"""A send of which nobody knows what became is settled by asking, and then told truthfully."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.messages.campaign_match import Answer, match_campaign
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_writes import EndedSend, NewSend
from smsgw_cli.model import Campaign
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.lying import Exchange, lying
from tests.scripted import PAGE, answer, scripted

TO = "--to +12025550123"
SEND = f"messages send {TO} -m Hi"


def campaigns(server: Gateway) -> list[dict[str, Any]]:
    return server.store.rows("campaigns")


def sent(server: Gateway) -> int:
    """How often a send went out."""
    return sum(path.endswith("/send") for _, path, _ in server.requests)


def ledger(run: Run, *options: str) -> Any:
    return run("sends list -o json", *options).json


def page_of(*found: dict[str, Any]) -> bytes:
    """An answer that lists these campaigns."""
    full = [{"type": "SMS", "created_at": "2099-01-01T00:00:00Z", **each} for each in found]
    return answer("200 OK", json.dumps({**json.loads(PAGE), "data": full}).encode())


@pytest.mark.parametrize("fault", ["drop-after", "truncated", "malformed", "empty", "list"])
def test_a_send_that_was_accepted_and_not_told_is_found(
    run: Run, server: Gateway, fault: str
) -> None:
    server.faults.add(f"{fault} POST /messages/send times=1")
    done = run(f"{SEND} -o json")
    assert [row["id"] for row in campaigns(server)] == [done.json["id"]]
    assert sent(server) == 1
    assert "accepted" in done.stderr
    assert [(each["state"], each["campaign"]) for each in ledger(run)] == [("accepted", 1)]


@pytest.mark.parametrize(
    "fault", ["drop-before", "500", "502", "503", "504", "408", "html status=200", "html"]
)
def test_a_send_that_was_lost_goes_out_again_under_its_name(
    run: Run, server: Gateway, fault: str
) -> None:
    server.faults.add(f"{fault} POST /messages/send times=2")
    done = run(f"{SEND} --settle 0 -o json")
    assert [row["id"] for row in campaigns(server)] == [done.json["id"]]
    assert sent(server) == 3
    assert "retrying" in done.stderr
    assert len(ledger(run)) == 1


@pytest.mark.parametrize("options", ["--no-retry", "--retries 0"])
def test_a_lost_send_may_be_left_at_that_and_is_safe_to_run_again(
    run: Run, server: Gateway, options: str
) -> None:
    server.faults.add("502 POST /messages/send times=1")
    failed = run(f"{SEND} --settle 0 {options}", code=6)
    assert "did not accept it" in failed.stderr
    assert (sent(server), campaigns(server)) == (1, [])
    assert [(each["state"], each["said"]) for each in ledger(run)] == [("refused", "not accepted")]


def test_as_often_as_retries_allow_and_no_more(run: Run, server: Gateway) -> None:
    server.faults.add("502 POST /messages/send")
    run(f"{SEND} --settle 0 --retries 3", code=6)
    assert sent(server) == 4


def test_a_server_that_cannot_be_asked_leaves_it_unknown_until_it_can(
    run: Run, server: Gateway
) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    failed = run(f"{SEND} --settle 0 --retries 0", code=8)
    assert "sends settle 1" in failed.stderr
    assert [each["state"] for each in ledger(run)] == ["unknown"]
    done = run("sends settle -o json")
    assert [(each["state"], each["campaign"]) for each in done.json] == [("accepted", 1)]
    assert sent(server) == 1


def test_a_cache_whose_copies_look_fresh_does_not_hide_a_send(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: dict[tuple[str, ...], bytes] = {}

    def keep(exchange: Exchange) -> None:
        if exchange.method == "GET":
            address = (exchange.path, *exchange.query.values())
            exchange.content = copies.setdefault(address, exchange.content)

    with lying(server.url, keep) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        assert run("campaigns list -o json").json == []
        server.faults.add("drop-after POST /messages/send times=1")
        run(f"{SEND} --settle 0 -o json")
    assert len(campaigns(server)) == 1
    assert sent(server) == 1


def test_the_server_is_asked_until_it_has_been_up_for_a_moment(run: Run, server: Gateway) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{SEND} --settle 0.3 --retries 0")
    assert (sent(server), len(campaigns(server))) == (1, 1)


def test_an_answer_without_an_id_is_never_sent_again(run: Run, server: Gateway) -> None:
    del server
    with scripted(answer("200 OK", b"{}"), answer("200 OK", PAGE)) as script:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SMSGW_SERVER", script.url)
            done = run(f"{SEND} --settle 0 --once k -o json")
            assert done.json["id"] is None
            assert "its campaign is not visible" in done.stderr
            assert run(f"{SEND} --settle 0 --once k -o json").json == done.json
            run(f"{SEND} --settle 0 --once k --watch", code=9)
            assert ledger(run)[0]["state"] == "accepted"
        assert sum(b"POST" in request.split(b"\r\n")[0] for request in script.requests) == 1


def test_a_key_prints_the_same_campaign_again(run: Run, server: Gateway) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{SEND} --once monday --settle 0 --retries 0", code=8)
    settled = run(f"{SEND} --once monday --settle 0 -o json")
    again = run(f"{SEND} --once monday -o json")
    assert settled.json == again.json
    assert (sent(server), len(campaigns(server))) == (1, 1)


def test_a_key_whose_send_was_lost_sends(run: Run, server: Gateway) -> None:
    server.faults.add("500 POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{SEND} --once monday --settle 0 --retries 0", code=8)
    run(f"{SEND} --once monday --settle 0")
    run(f"{SEND} --once monday --settle 0")
    assert (sent(server), len(campaigns(server))) == (2, 1)
    first, second = ledger(run)
    assert (first["state"], second["state"]) == ("accepted", "refused")
    assert first["name"] == second["name"]


def test_a_key_with_another_text_is_told(run: Run, server: Gateway) -> None:
    run(f"{SEND} --once monday")
    again = run(f"messages send {TO} -m Bye --once monday")
    assert "was different" in again.stderr
    assert len(campaigns(server)) == 1


def test_a_name_used_before_is_told_apart_by_what_was_there(run: Run, server: Gateway) -> None:
    run(f"{SEND} --name Daily")
    run(f"{SEND} --name Daily")
    server.faults.add("drop-after POST /messages/send times=1")
    assert run(f"{SEND} --name Daily --settle 0 -o json").json["id"] == 3
    server.faults.add("502 POST /messages/send times=1")
    assert run(f"{SEND} --name Daily --settle 0 -o json").json["id"] == 4
    assert len(campaigns(server)) == 4


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ([{}], 0),
        ([{"scheduled_at": "2031-01-01T12:00:00.000000Z"}], 0),
        ([{"scheduled_at": "2031-01-01T12:00:01.000000Z"}], 8),
        ([{}, {}], 8),
        ([{}, {"type": "USSD Pull"}], 0),
        ([{}, {"timezone": "Asia/Tokyo"}], 0),
        ([{}, {"options": {"delay": "61"}}], 0),
        ([{"options": {"delay": "60"}}], 0),
    ],
)
def test_where_nothing_can_tell_it_stays_unknown(
    run: Run, against: Callable[[str], None], others: list[dict[str, Any]], code: int
) -> None:
    """Somebody else made campaigns of this very name while ours was on its way."""
    found = [{"id": 7 + place, "name": "Daily", **each} for place, each in enumerate(others)]
    with scripted(page_of({"id": 6, "name": "Daily"}), b"", page_of(*found)) as script:
        against(script.url)
        line = f"{SEND} --name Daily --at 2031-01-01T12:00:00Z --timezone UTC --delay 60"
        done = run(f"{line} --settle 0 --no-retry", code=code)
        assert ("has the same name 'Daily'" in done.stderr) == (code == 8)


def test_a_campaign_of_another_send_of_ours_is_not_taken_for_this_one(
    run: Run, against: Callable[[str], None]
) -> None:
    daily = {"id": 7, "name": "Daily"}
    accepted = answer("201 Created", json.dumps(daily).encode())
    devices = page_of({"id": 1})
    script_ = (page_of(), accepted, devices, page_of(), b"", page_of(daily))
    with scripted(*script_) as script:
        against(script.url)
        run(f"{SEND} --name Daily")
        run(f"{SEND} --name Daily --settle 0 --no-retry", code=6)


def test_two_lost_sends_of_one_name_are_told_apart(run: Run, server: Gateway) -> None:
    server.faults.add("drop-after POST /messages/send times=2")
    server.faults.add("500 GET /campaigns after=1 times=1")
    run(f"{SEND} --name Daily --settle 0 --retries 0", code=8)
    assert run(f"{SEND} --name Daily --settle 0 -o json").json["id"] == 2
    assert run("sends settle -o json").json[0]["campaign"] == 1


def test_a_send_of_the_same_name_that_is_open_too_leaves_a_doubt(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    first, second = (
        ledger.begin(NewSend("messages/send", {"name": "Daily"}, None, False, watermark=0), each)
        for each in "ab"
    )
    campaign: Campaign = {"id": 1, "name": "Daily", "type": "SMS"}
    assert ledger.ambiguous(first) == [second.id]
    found = match_campaign(
        first, [campaign], ledger.other_campaigns(first), ambiguous=ledger.ambiguous(first)
    )
    assert found.answer is Answer.DOUBTFUL
    ledger.end(EndedSend(second.id, "accepted", dict(campaign)))
    assert ledger.ambiguous(first) == []
    found = match_campaign(
        first, [campaign], ledger.other_campaigns(first), ambiguous=ledger.ambiguous(first)
    )
    assert found.answer is Answer.ABSENT
    ledger.close()


def test_it_is_found_behind_many_newer_campaigns(run: Run, server: Gateway) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{SEND} --settle 0 --retries 0", code=8)
    (row,) = campaigns(server)
    del row["id"]
    for each in range(250):
        server.store.insert("campaigns", {**row, "name": f"other {each}"})
    assert run("sends settle --settle 0 -o json").json[0]["campaign"] == 1


def test_a_send_that_arrives_late_is_waited_for(run: Run, server: Gateway) -> None:
    server.faults.add("latency POST /messages/send delay=1 times=1")
    done = run(f"{SEND} --timeout 0.5 --settle 30 -o json")
    assert [row["id"] for row in campaigns(server)] == [done.json["id"]]
    assert "timeout" in done.stderr


def test_two_campaigns_of_one_send_are_told(run: Run, server: Gateway) -> None:
    """It arrived after it was given up, and had gone out again."""
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{SEND} --settle 0 --retries 0", code=8)
    (row,) = campaigns(server)
    del row["id"]
    server.store.insert("campaigns", row)
    assert "more than once, as campaigns 1, 2" in run("sends settle").stderr


def test_a_server_whose_clock_is_days_behind_is_believed(
    run: Run, against: Callable[[str], None]
) -> None:
    """What it made a moment ago looks three days old to us."""
    name = {"id": 7, "name": "smsgw-0000000000", "created_at": "2001-01-01T00:00:00Z"}
    page = page_of(name).replace(
        b"\r\nConnection", b"\r\nDate: Mon, 01 Jan 2001 00:00:01 GMT\r\nConnection"
    )
    with scripted(b"", page) as script, pytest.MonkeyPatch.context() as patch:
        patch.setattr("smsgw_cli.messages.campaign_names.unique", lambda: "smsgw-0000000000")
        against(script.url)
        assert run(f"{SEND} --settle 0 --no-retry -o json").json["id"] == 7


def test_ussd_codes_are_looked_for_too(run: Run, server: Gateway) -> None:
    server.faults.add("drop-after POST /ussd-pulls/send times=1")
    run("ussd-pulls send --code '*123#' --settle 0")
    assert (sent(server), len(campaigns(server))) == (1, 1)
    assert [(each["kind"], each["recipients"]) for each in ledger(run)] == [("USSD pull", "*123#")]


def test_a_ledger_of_the_first_version_goes_on_working(
    run: Run, server: Gateway, home: Path
) -> None:
    first = run(f"{SEND} --once monday -o json").json
    (path,) = (home / ".local/state/smsgw/sends").glob("*.db")
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE TABLE sends (id INTEGER PRIMARY KEY, key TEXT UNIQUE, path TEXT NOT NULL, "
            "body TEXT NOT NULL, state TEXT NOT NULL, campaign TEXT, started_at TEXT NOT NULL, "
            "ended_at TEXT)"
        )
        began = "2026-01-01T00:00:00+00:00"
        for key, state, campaign in (("monday", "accepted", first), ("old", "unknown", None)):
            body = json.dumps({"mobile_numbers": ["+12025550123"], "message": "Hi"})
            values = [key, "messages/send", body, state, campaign and json.dumps(campaign), began]
            db.execute(
                "INSERT INTO sends (key, path, body, state, campaign, started_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
    db.close()
    assert run(f"{SEND} --once monday -o json").json == first
    assert "without a name" in run(f"{SEND} --once old --settle 0", code=8).stderr
    assert len(campaigns(server)) == 1


def test_a_ledger_of_a_newer_version_is_left_alone(run: Run, server: Gateway, home: Path) -> None:
    run(SEND)
    (path,) = (home / ".local/state/smsgw/sends").glob("*.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert "newer version" in run(SEND, code=1).stderr
    assert len(campaigns(server)) == 1


def test_no_lock_stays_behind(run: Run, server: Gateway, home: Path) -> None:
    del server
    run(SEND)
    run(f"{SEND} --once monday")
    files = [path.suffix for path in (home / ".local/state/smsgw/sends").iterdir()]
    assert files == [".db"]


def test_an_unknown_send_is_repeated_without_whom_it_may_not_reach(
    run: Run, server: Gateway
) -> None:
    run("suppress add +12025550123")
    line = "messages send --to +12025550123,+12025550124 -m Hi --once k --set settle=0 --retries 0"
    server.faults.add("drop-before POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(line, code=8)
    assert "1 recipient skipped" in run(line).stderr
    assert len(server.store.rows("campaigns")) == 1


@pytest.mark.parametrize("line", [f"{SEND} --once k", f"{SEND} --once k --csv people.csv"])
def test_a_key_that_is_known_under_another_address_is_told(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    if "csv" in line:
        line = line.replace(TO, "")
        (home / "people.csv").write_text("phone\n+12025550123\n")
    assert "was used at" not in run(line).stderr
    assert "was used at" not in run(line).stderr
    monkeypatch.setenv("SMSGW_SERVER", server.url.replace("127.0.0.1", "localhost"))
    told = run(line).stderr
    assert "warning: the key 'k' was used at 127.0.0.1" in told
    assert "was used at" not in run(line).stderr


@pytest.mark.parametrize("clock", ["another-boot 1.0", None])
def test_the_time_to_settle_is_waited_again_after_a_reboot(
    run: Run, server: Gateway, home: Path, clock: str | None
) -> None:
    run_unknown(run, server)
    change_ledger(home, "UPDATE sends SET clock = ?", clock)
    started = time.monotonic()
    run("sends settle --set settle=1")
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("moved", ["-1 hour", "+1 hour"])
def test_the_time_to_settle_does_not_go_by_the_wall_clock(
    run: Run, server: Gateway, home: Path, moved: str
) -> None:
    started = time.monotonic()
    run_unknown(run, server)
    sql = "UPDATE sends SET touched_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', touched_at, ?)"
    change_ledger(home, sql, moved)
    run("sends settle --set settle=1")
    assert time.monotonic() - started >= 1


def run_unknown(run: Run, server: Gateway) -> None:
    """A send that the server did not take, of which nobody knows that yet."""
    server.faults.add("drop-before POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{SEND} --set settle=0 --retries 0", code=8)


def change_ledger(home: Path, sql: str, value: str | None) -> None:
    (ledger,) = (home / ".local/state/smsgw/sends").glob("*.db")
    with closing(sqlite3.connect(ledger)) as db, db:
        db.execute(sql, [value])
