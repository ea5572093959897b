"""`campaigns retry` reaches nobody twice and nobody who opted out, and keeps the hours."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.messages.reached_since import LONGEST_PART, part_of
from smsgw_cli.messages.retry_failed import kept
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal

ANN, BOB, FAILS, FAILS_TOO = "+12025550123", "+12025550124", "+12025550199", "+13035550199"


@pytest.fixture
def failed(run: Run, server: Gateway) -> Gateway:
    """Campaign 1: Ann and Bob got it, and two numbers failed."""
    run(f"messages send --to {ANN},{BOB},{FAILS},{FAILS_TOO} -m Hello --delivery-report")
    return server


def change(gateway: Gateway, sql: str, *values: Any) -> None:
    with gateway.store.writing():
        gateway.store.connection.execute(sql, values)


def fail_late(gateway: Gateway, number: str, campaign: int = 1) -> None:
    sql = "UPDATE messages SET outcome = 'Failed', error = 'late' WHERE to_number = ? AND "
    change(gateway, f"{sql} campaign_id = ?", number, campaign)


def arrive(gateway: Gateway, number: str, campaign: int = 1) -> None:
    sql = "UPDATE messages SET outcome = 'Delivered', error = NULL WHERE to_number = ? AND "
    change(gateway, f"{sql} campaign_id = ?", number, campaign)


def sent(gateway: Gateway, campaign: int) -> set[str]:
    rows = gateway.store.rows("messages")
    return {row["to_number"] for row in rows if row["campaign_id"] == campaign}


def campaigns(gateway: Gateway) -> int:
    return len(gateway.store.rows("campaigns"))


def test_a_late_report_is_retried_without_those_of_the_first_retry(
    run: Run, failed: Gateway
) -> None:
    run("campaigns retry 1 --yes")
    fail_late(failed, ANN)
    again = run("campaigns retry 1 --yes -o json")
    assert (again.json["id"], sent(failed, 3)) == (3, {ANN})
    assert "2 recipients skipped: 2 retried before" in again.stderr
    fail_late(failed, BOB)
    run("campaigns retry 1 --yes")
    assert sent(failed, 4) == {BOB}


def test_nothing_is_asked_where_nobody_is_left_and_the_earlier_retry_is_shown(
    run: Run, failed: Gateway
) -> None:
    run("campaigns retry 1 --yes")
    shown = run("campaigns retry 1 -o json")
    assert (shown.json["id"], shown.json["status"]) == (2, "Completed")
    assert "sent again as campaign 2 (2 failed); not sent again" in shown.stderr
    assert run("campaigns retry 1 -q").stdout == "2\n"
    assert run("campaigns retry 1 --dry-run").json == []
    assert campaigns(failed) == 2


def test_the_earlier_retry_is_shown_though_it_was_deleted(run: Run, failed: Gateway) -> None:
    run("campaigns retry 1 --yes")
    run("campaigns delete 2 --yes")
    assert run("campaigns retry 1 -o json").json["id"] == 2
    assert campaigns(failed) == 1


def test_a_retry_with_another_key_counts_without_one(run: Run, failed: Gateway) -> None:
    run("campaigns retry 1 --yes --once 'monday: 9'")
    assert run("campaigns retry 1 -o json").json["id"] == 2
    fail_late(failed, ANN)
    run("campaigns retry 1 --yes --once 'monday: 9'")
    assert sent(failed, 3) == {ANN}


def test_who_got_the_same_since_from_anybody_is_left_out(run: Run, failed: Gateway) -> None:
    fail_late(failed, ANN)
    fail_late(failed, BOB)
    run(f"messages send --to {ANN} -m Hello --once another-machine")
    run(f"messages send --to {BOB} -m 'Hello, Bob'")
    told = run("campaigns retry 1 --yes")
    assert "1 reached since" in told.stderr
    assert sent(failed, 4) == {BOB, FAILS, FAILS_TOO}


def test_who_got_the_same_earlier_is_not(run: Run, failed: Gateway) -> None:
    run(f"messages send --to {FAILS} -m Hello")
    arrive(failed, FAILS, 2)
    change(failed, "UPDATE messages SET sent_at = sent_at - 60000 WHERE campaign_id = 2")
    run("campaigns retry 1 --yes")
    assert sent(failed, 3) == {FAILS, FAILS_TOO}


def test_who_is_about_to_get_the_same_is_left_out(run: Run, failed: Gateway) -> None:
    run(f"messages send --to {FAILS} -m Hello --at 2031-01-01T12:00:00Z")
    run(f"messages send --to {FAILS} -m Hello")
    far = 4_102_444_800_000
    change(failed, "UPDATE messages SET queued_at = ?, sent_at = ? WHERE campaign_id = 3", far, far)
    run("campaigns retry 1 --yes")
    assert sent(failed, 4) == {FAILS_TOO}


@pytest.mark.parametrize("text", ["50% off\\now", "a\nb  c", "Ж" * 200, "{x} \\\\ _%'\""])
def test_the_same_is_found_whatever_the_text(run: Run, server: Gateway, text: str) -> None:
    run(f"messages send --to {FAILS},{FAILS_TOO}", "-m", text)
    run(f"messages send --to {FAILS}", "-m", text)
    arrive(server, FAILS, 2)
    run("campaigns retry 1 --yes")
    assert sent(server, 3) == {FAILS_TOO}


def test_a_part_of_a_text_fits_into_an_address() -> None:
    assert part_of("x" * 1000) == "x" * LONGEST_PART
    assert part_of("a\\longer part\n b") == "longer part"
    assert part_of(None) == part_of("\\\n") == ""


@pytest.fixture
def listed(run: Run, server: Gateway) -> Gateway:
    """Campaign 1 to the list Customers with two contacts that fail, 1 and 2."""
    run("contact-lists create Customers")
    run(f"contacts create Customers {FAILS}")
    run(f"contacts create Customers {FAILS_TOO}")
    return server


@pytest.mark.parametrize("leave", ["update 1 --unsubscribed", "delete 1 --yes"])
@pytest.mark.parametrize("to", ["--list Customers", f"--list Customers --to {ANN}"])
def test_who_left_the_list_of_the_campaign_is_left_out(
    run: Run, listed: Gateway, leave: str, to: str
) -> None:
    run(f"messages send {to} -m Sale")
    run(f"contacts {leave}")
    told = run("campaigns retry 1 --yes")
    assert "1 recipient skipped: 1 unsubscribed since" in told.stderr
    assert sent(listed, 2) == {FAILS_TOO}


@pytest.mark.parametrize("written", ["202-555-0199", "02025550199", "+1 (202) 555-0199", "5550199"])
def test_contacts_are_known_in_any_spelling(run: Run, listed: Gateway, written: str) -> None:
    change(listed, "UPDATE contacts SET mobile_number = ? WHERE id = 1", written)
    change(listed, "UPDATE contacts SET mobile_number = '3035550199' WHERE id = 2")
    run("messages send --list Customers -m Sale")
    change(listed, "UPDATE messages SET to_number = ? WHERE to_number LIKE '%2%'", FAILS)
    change(listed, "UPDATE messages SET to_number = ? WHERE to_number = '3035550199'", FAILS_TOO)
    change(listed, "UPDATE contacts SET subscribed = 0 WHERE id = 1")
    run("campaigns retry 1 --yes")
    assert sent(listed, 2) == {FAILS_TOO}


def test_who_unsubscribed_from_one_of_two_lists_is_still_on_the_other(
    run: Run, listed: Gateway
) -> None:
    run("contact-lists create More")
    run(f"contacts create More {FAILS}")
    run("messages send --list Customers --list More -m Sale")
    run("contacts update 1 --unsubscribed")
    run("campaigns retry 1 --yes")
    assert sent(listed, 2) == {FAILS, FAILS_TOO}


@pytest.mark.parametrize("to", [f"--to {FAILS},{FAILS_TOO}", "--list Customers"])
def test_where_it_is_not_known_what_it_was_sent_to_all_lists_count(
    run: Run, listed: Gateway, to: str
) -> None:
    run(f"messages send {to} -m Sale")
    run("sends remove 1 --yes")
    run("contacts update 1 --unsubscribed")
    change(listed, "UPDATE campaigns SET created_at = created_at - 1000")
    run("campaigns retry 1 --yes")
    assert sent(listed, 2) == {FAILS_TOO}


def test_who_was_sent_to_by_number_though_unsubscribed_before_is_sent_to_again(
    run: Run, listed: Gateway
) -> None:
    run("contacts update 1 --unsubscribed")
    change(listed, "UPDATE contacts SET updated_at = updated_at - 5000")
    run(f"messages send --to {FAILS} -m Sale")
    run("campaigns retry 1 --yes")
    assert sent(listed, 2) == {FAILS}


def test_nobody_left_but_who_unsubscribed_is_no_error(run: Run, listed: Gateway) -> None:
    run("messages send --list Customers -m Sale")
    run("contacts delete 1 2 --yes")
    told = run("campaigns retry 1")
    assert (told.stdout, campaigns(listed)) == ("", 1)
    assert "2 recipients skipped: 2 unsubscribed since" in told.stderr
    run("campaigns retry 1 --yes --allow suppressed")
    assert sent(listed, 2) == {FAILS, FAILS_TOO}


def test_suppressed_recipients_of_one_campaign_do_not_stop_another(
    run: Run, failed: Gateway
) -> None:
    run(f"messages send --to {FAILS_TOO} -m Other")
    run(f"suppress add {FAILS}")
    told = run(f"campaigns retry 1 2 --yes --exclude {FAILS_TOO},{ANN} -o json", code=2)
    assert "all were skipped (on the do-not-contact list, in --exclude)" in told.error["message"]
    told = run("campaigns retry 1 2 --yes -o json")
    assert [each["id"] for each in told.json] == [3, 4]
    assert (sent(failed, 3), sent(failed, 4)) == ({FAILS_TOO}, {FAILS_TOO})
    assert "1 recipient skipped: 1 on the do-not-contact list" in told.stderr


WINDOW = "--active-hours 08:00-17:00 --days mon-fri --timezone America/New_York"


def test_hours_days_zone_priority_and_pace_are_kept(run: Run, server: Gateway) -> None:
    run(f"messages send --to {FAILS} -m Hi {WINDOW} --prioritize --delay 7 --no-delivery-report")
    times = ("queued_at", "processed_at", "transmitted_at", "done_at")
    change(server, f"UPDATE messages SET {', '.join(f'{each} = 1' for each in times)}")
    body = run("campaigns retry 1 --dry-run").json["body"]
    assert {key: body[key] for key in body if key not in ("message", "type", "name", "sims")} == {
        "mobile_numbers": [FAILS], "active_hours": {"start": "08:00", "end": "17:00"},
        "days_of_week": [1, 2, 3, 4, 5],
        "timezone": "America/New_York", "delivery_report": False, "prioritize": True, "delay": 7,
    }  # fmt: skip
    changed = run("campaigns retry 1 --days sat --timezone UTC --delay 0 --dry-run").json["body"]
    assert (changed["days_of_week"], changed["timezone"], changed["delay"]) == ([6], "UTC", 0)
    assert changed["active_hours"] == {"start": "08:00", "end": "17:00"}
    run("campaigns retry 1 --yes")
    again = run("campaigns get 2 -o json").json
    assert (again["active_hours"], again["timezone"]) == ("08:00-17:00", "America/New_York")
    assert (again["days_of_week"], again["options"]["prioritize"]) == ([1, 2, 3, 4, 5], True)


@pytest.mark.parametrize(
    "campaign",
    [
        {"active_hours": "00:00-23:59", "days_of_week": [7, 6, 5, 4, 3, 2, 1], "timezone": "UTC"},
        {"active_hours": None, "days_of_week": None, "options": None, "timezone": "UTC"},
        {"active_hours": "always", "days_of_week": ["monday"], "options": {"prioritize": False}},
        {},
    ],
)
def test_what_is_no_limit_is_not_sent(campaign: dict[str, Any]) -> None:
    assert kept(campaign) == {}


def test_what_was_sent_later_is_left_alone(run: Run, failed: Gateway) -> None:
    change(failed, "UPDATE messages SET sent_at = sent_at - 1000000 WHERE to_number = ?", FAILS)
    told = run("campaigns retry 1 --before 15m --yes")
    assert "1 recipient skipped: 1 sent too recently" in told.stderr
    assert sent(failed, 2) == {FAILS}


def test_where_all_was_sent_later_it_is_told_when_it_may_be_retried(
    run: Run, failed: Gateway
) -> None:
    error = run("campaigns retry 1 --before 15m --yes -o json", code=9).error
    said = "nothing to retry yet: 2 failed messages sent later than --before 15m"
    assert error["message"] == said
    assert re.fullmatch(r"run it again after \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", error["hint"])
    error = run("campaigns retry 1 --before 2020-01-01 --yes -o json", code=9).error
    assert error["hint"] == "use a later time with --before"
    assert campaigns(failed) == 1


def test_what_never_left_is_as_old_as_the_campaign(run: Run, failed: Gateway) -> None:
    change(failed, "UPDATE messages SET sent_at = 4102444800000")
    change(failed, "UPDATE campaigns SET updated_at = updated_at - 1000000")
    run("campaigns retry 1 --before 15m --yes")
    assert sent(failed, 2) == {FAILS, FAILS_TOO}


@pytest.mark.parametrize("before", ["soon", "15", "''"])
def test_a_time_that_is_none_is_refused_before_any_request(
    run: Run, server: Gateway, before: str
) -> None:
    run(f"campaigns retry 1 --before {before} --yes", code=2)
    assert server.requests == []


def test_the_question_warns_of_servers_that_retry_by_themselves(failed: Gateway) -> None:
    asked = on_terminal("campaigns retry 1", answer=lambda: "n\n")
    assert (
        "a server that itself retries failed messages may send them, too; --before 15m"
        in asked.shown
    )
    asked = on_terminal("campaigns retry 1 --before 0s", answer=lambda: "n\n")
    assert "by itself" not in asked.shown


def test_a_retry_of_unknown_outcome_is_looked_for_before_the_next(
    run: Run, failed: Gateway
) -> None:
    failed.faults.add("drop-after POST /messages/send times=1")
    failed.faults.add("503 GET /campaigns times=9")
    run("campaigns retry 1 --yes --set settle=0 --retries 0", code=8)
    failed.faults.clear()
    fail_late(failed, ANN)
    run("campaigns retry 1 --yes --set settle=0 --retries 0")
    assert [sent(failed, each) for each in (2, 3)] == [{FAILS, FAILS_TOO}, {ANN}]


def test_while_it_stays_unknown_nothing_is_sent(run: Run, failed: Gateway) -> None:
    failed.faults.add("drop-after POST /messages/send times=1")
    failed.faults.add("503 GET /campaigns")
    line = "campaigns retry 1 --yes --set settle=0 --retries 0 -o json"
    run(line, code=8)
    fail_late(failed, ANN)
    error = run(line, code=8).error
    assert "an earlier retry of campaign 1 may or may not have been accepted" in error["message"]
    assert "sends settle 2" in error["hint"]
    assert campaigns(failed) == 2


def test_what_a_sending_server_processed_is_not_waited_for(run: Run, server: Gateway) -> None:
    config = "--config sid=x --config token=y"
    run(f"sending-servers create --name Twilio --driver twilio --type SMS {config}")
    run("sender-ids create 1 ACME")
    run(f"messages send --to {ANN},{FAILS} -m Hello --sender-id ACME")
    change(server, "UPDATE messages SET transmitted_at = 4102444800000, done_at = 4102444800000 "
           "WHERE to_number = ?", ANN)  # fmt: skip
    run("campaigns retry 1 --yes")
    assert sent(server, 2) == {FAILS}


def test_two_processes_at_once_send_it_once(run: Run, failed: Gateway, home: Path) -> None:
    line = [sys.executable, "-m", "smsgw_cli", "campaigns", "retry", "1", "--yes", "-o", "json"]
    started = []
    for late in (None, ANN, BOB):
        if late:
            fail_late(failed, late)
        started.append(subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    ended = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], ended
    assert all(json.loads(stdout)["id"] > 1 for stdout, _ in ended)
    again = [row["to_number"] for row in failed.store.rows("messages") if row["campaign_id"] > 1]
    assert len(again) == len(set(again))
