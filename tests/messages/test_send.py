"""What goes out is what was asked for, once, and the exit code tells the truth about it."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.messages import send_locks
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.lying import Exchange, lying
from tests.scripted import PAGE, answer, scripted

TO = "--to +12025550123"
NAME = re.compile("smsgw-[0-9a-z]{10}")
CAMPAIGN = json.dumps({"id": 7, "name": "x"}).encode()
NO_ROUTE = b'{"message": "The POST method is not supported for route messages/send."}'


def body(run: Run, options: str, *args: str) -> Any:
    """The body a send would have."""
    return run(f"messages send --dry-run {options}", *args).json["body"]


def test_only_what_was_given_goes_into_the_body_and_a_name_to_find_it_by(
    run: Run, server: Gateway
) -> None:
    sent = body(run, f"{TO} -m Hello")
    assert NAME.fullmatch(sent.pop("name"))
    assert sent == {"mobile_numbers": ["+12025550123"], "message": "Hello"}
    assert body(run, f"{TO} -m Hello --name Mine")["name"] == "Mine"
    assert server.requests == []


def test_everything_that_can_be_given_goes_into_the_body(run: Run, server: Gateway) -> None:
    run("contact-lists create Customers")
    sent = run(
        "messages send --dry-run --to '+12025550123,+1 202-555-0124' --to +12025550123 "
        "--list Customers --sim +12025550141 --sim 2 --random-sender --message-file - --type mms "
        "--attachment https://example.com/a.jpg --delivery-report --delay 60 --prioritize "
        "--name Sale --at 2031-01-01T12:00:00Z --timezone Europe/Berlin --every '2 weeks' "
        "--until 2031-06-01 --days fri-mon --active-hours 8:00-17:30",
        input="Hello\nthere\n",
    ).json["body"]
    assert sent == {
        "mobile_numbers": ["+12025550123", "+12025550124"],
        "contact_lists": [1],
        "sims": [1, 2],
        "random_sender": True,
        "message": "Hello\nthere",
        "type": "MMS",
        "attachments": ["https://example.com/a.jpg"],
        "delivery_report": True,
        "delay": 60,
        "prioritize": True,
        "name": "Sale",
        "scheduled_at": "2031-01-01T12:00:00Z",
        "timezone": "Europe/Berlin",
        "recurring": True,
        "frequency": 2,
        "frequency_unit": "week",
        "ends_at": "2031-06-01T21:59:59Z",
        "days_of_week": [1, 5, 6, 7],
        "active_hours": {"start": "08:00", "end": "17:30"},
    }


def test_a_recurring_campaign_arrives_as_it_was_meant(run: Run, server: Gateway) -> None:
    made = run(
        f"messages send {TO} -m Hi --at 2031-01-01T12:00 --timezone Asia/Tokyo --every day "
        "--until 2031-02-01T00:00 --days weekdays -o json",
        code=2,
    )
    assert "unknown weekday" in made.error["message"]
    made = run(
        f"messages send {TO} -m Hi --at 2031-01-01T12:00 --timezone Asia/Tokyo --every day "
        "--until 2031-02-01T00:00 --days mon-fri --active-hours 08:00-17:00 -o json"
    ).json
    assert made["scheduled_at"] == "2031-01-01T03:00:00.000000Z"
    assert made["ends_at"] == "2031-01-31T15:00:00.000000Z"
    assert made["days_of_week"] == [1, 2, 3, 4, 5]
    assert made["active_hours"] == "08:00-17:00"
    assert (made["recurring"], made["frequency"], made["frequency_unit"]) == (True, 1, "Day")


def test_recipients_are_read_from_a_file(run: Run, home: Path) -> None:
    (home / "to.txt").write_text("+12025550123\n\n+12025550124\r\n+12025550123\n")
    with scripted(answer("201 Created", CAMPAIGN)) as script:
        sent = run_with(run, script.url, "messages send --to @to.txt -m Hi")
        assert sent.exit_code == 0
        sent = json.loads(script.requests[0].partition(b"\r\n\r\n")[2])
        assert sent["mobile_numbers"] == ["+12025550123", "+12025550124"]


def run_with(run: Run, url: str, line: str, code: int = 0) -> Any:
    """Run against a URL."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMSGW_SERVER", url)
        patch.setenv("SMSGW_TOKEN", "hush-hush")
        return run(line, code=code)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("-m Hi", "no recipient"),
        (TO, "no message given"),
        (f"{TO} -m ''", "no message given"),
        ("--to 555-1234 -m Hi", "no country code"),
        ("--to +1555 -m Hi", "not a valid phone number"),
        ("--to '+12025550123,hello' -m Hi", "'hello'"),
        (f"{TO} -m Hi --message-file x", "cannot be combined"),
        (f"{TO} --message-file nowhere.txt", "cannot read nowhere.txt"),
        ("--to @nowhere.txt -m Hi", "cannot read nowhere.txt"),
        (f"{TO} -m Hi --at yesterdayish", "cannot read"),
        (f"{TO} -m Hi --at 2031-02-30", "cannot read"),
        (f"{TO} -m Hi --timezone Mars/Base", "must be a time zone"),
        (f"{TO} -m Hi --every fortnight", "as an interval"),
        (f"{TO} -m Hi --every '0 days'", "as an interval"),
        (f"{TO} -m Hi --until 2031-01-01", "add --every"),
        (f"{TO} -m Hi --days mon,noday", "unknown weekday"),
        (f"{TO} -m Hi --active-hours 25:00-26:00", "as hours"),
        (f"{TO} -m Hi --active-hours 20:00-08:00", "end before they start"),
        (f"{TO} -m Hi --days mon --timezone Etc/GMT+5", "does not know the time zone"),
        (f"{TO} -m Hi --exclude ''", "--exclude is empty"),
        (f"{TO} -m Hi --map tel=mobile_number", "for the columns of a file"),
        (f"{TO} -m Hi --delay -1", "as a duration"),
        (f"{TO} -m Hi --delay 0.5", "whole number"),
        (f"{TO} -m Hi --type Pigeon", "'Pigeon'"),
        (f"{TO} -m Hi --csv x.csv", "omit --to"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_server_is_asked(
    run: Run, options: str, said: str
) -> None:
    failed = run(f"messages send {options}", code=2)  # though there is no profile
    assert said in failed.stderr


def test_a_wrong_number_in_a_file_is_named_with_its_line(run: Run, home: Path) -> None:
    (home / "to.txt").write_text("+12025550123\nnobody\n")
    assert "to.txt, line 2: 'nobody'" in run("messages send --to @to.txt -m Hi", code=2).stderr


def test_numbers_without_a_plus_are_of_the_profiles_region(run: Run, server: Gateway) -> None:
    run(f"profiles add work --server {server.url} --token-stdin --region US", input="x")
    assert body(run, "--to '(202) 555-0123' -m Hi")["mobile_numbers"] == ["+12025550123"]


def test_a_name_that_matches_nothing_sends_nothing(run: Run, server: Gateway) -> None:
    assert (
        "contact list 'Nobody' not found" in run("messages send --list Nobody -m Hi", code=4).stderr
    )
    assert "SIM 'Nobody' not found" in run(f"messages send {TO} --sim Nobody -m Hi", code=4).stderr
    assert server.store.rows("campaigns") == []


def test_what_the_server_refuses_is_told_field_by_field(run: Run, server: Gateway) -> None:
    failed = run(f"messages send {TO} --sim 99 -m Hi -o json", code=5)
    assert failed.error["errors"] == {"sims.0": ["The selected sims.0 is invalid."]}


def test_a_send_the_server_did_not_take_goes_out_again(run: Run, server: Gateway) -> None:
    server.faults.add("429 POST /messages/send times=2 retry-after=0")
    run(f"messages send {TO} -m Hi")
    assert len(server.store.rows("campaigns")) == 1


@pytest.mark.parametrize("status", ["404 Not Found", "405 Method Not Allowed"])
def test_a_server_that_takes_no_post_is_sent_the_documented_get(run: Run, status: str) -> None:
    with scripted(answer(status, NO_ROUTE), answer("201 Created", CAMPAIGN)) as script:
        sent = run_with(run, script.url, f"messages send {TO} -m Hi -q")
        assert sent.stdout == "7\n"
        assert [request.split()[0] for request in script.requests[:2]] == [b"POST", b"GET"]
        first, second = (request.partition(b"\r\n\r\n")[2] for request in script.requests[:2])
        assert first == second


def test_a_profile_can_fix_how_it_sends(run: Run) -> None:
    refused = answer("405 Method Not Allowed", NO_ROUTE)
    with scripted(refused, answer("201 Created", CAMPAIGN)) as script:
        run(f"profiles add w --server {script.url} --token-stdin --send-method post", input="t")
        run(f"messages send {TO} -m Hi", code=1)
        run("profiles update w --send-method get")
        run(f"messages send {TO} -m Hi")
        assert [request.split()[0] for request in script.requests[:2]] == [b"POST", b"GET"]


def test_a_get_that_may_have_been_accepted_is_looked_for_before_it_is_repeated(run: Run) -> None:
    with scripted(b"", answer("200 OK", PAGE), answer("201 Created", CAMPAIGN)) as script:
        run(f"profiles add w --server {script.url} --token-stdin --send-method get", input="t")
        run(f"messages send {TO} -m Hi --settle 0")
        asked = [request.split()[1].partition(b"?")[0] for request in script.requests[:3]]
        assert asked == [b"/api/v1/messages/send", b"/api/v1/campaigns", b"/api/v1/messages/send"]


def test_a_key_sends_once_and_prints_the_same_campaign_again(run: Run, server: Gateway) -> None:
    first = run(f"messages send {TO} -m Hi --once monday -o json")
    again = run(f"messages send {TO} -m Hi --once monday -o json")
    assert first.json == again.json
    assert "not sent again" in again.stderr
    run(f"messages send {TO} -m Hi --once tuesday")
    assert len(server.store.rows("campaigns")) == 2


def test_a_key_whose_send_was_refused_may_be_used_again(run: Run, server: Gateway) -> None:
    run(f"messages send {TO} --sim 99 -m Hi --once monday", code=5)
    run(f"messages send {TO} -m Hi --once monday")
    assert len(server.store.rows("campaigns")) == 1


def test_processes_racing_with_one_key_send_once(
    server: Gateway, process: Callable[..., Any]
) -> None:
    ends: list[int] = []

    def race() -> None:
        ends.append(process(f"messages send {TO} -m Hi --once monday").returncode)

    racers = [threading.Thread(target=race) for _ in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert ends == [0] * 6
    assert len(server.store.rows("campaigns")) == 1


def test_nothing_is_sent_where_it_cannot_be_noted(run: Run, server: Gateway, home: Path) -> None:
    (home / ".local").write_text("in the way")
    failed = run(f"messages send {TO} -m Hi", code=1)
    assert "record of sends" in failed.stderr
    assert server.store.rows("campaigns") == []


def test_the_ledger_is_for_its_owner_alone(run: Run, server: Gateway, home: Path) -> None:
    run(f"messages send {TO} -m Hi")
    ledgers = list((home / ".local/state/smsgw/sends").glob("*.db"))
    assert [oct(ledger.stat().st_mode & 0o777) for ledger in ledgers] == ["0o600"]


def test_ussd_codes_are_dialled_and_answered(run: Run, server: Gateway) -> None:
    run("ussd-pulls send --code '*123#' --sim 1 --watch")
    pull = run("ussd-pulls list -o json").json[0]
    assert (pull["code"], pull["status"], pull["sim_id"]) == ("*123#", "Completed", 1)


@pytest.mark.parametrize("days", [-400, -2, 0, 2, 400])
@pytest.mark.parametrize("date", [True, False])
def test_a_lost_send_is_found_however_wrong_the_servers_clock_is(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch, days: int, date: bool
) -> None:
    run(f"messages send {TO} -m Before")
    server.faults.add("drop-after POST /messages/send times=1")

    def misdate(exchange: Exchange) -> None:
        exchange.has_date = date
        if exchange.is_of("GET", "/campaigns"):
            body = exchange.json
            for campaign in body["data"]:
                made = datetime.fromisoformat(campaign["created_at"]) + timedelta(days=days)
                campaign["created_at"] = made.isoformat()
            exchange.json = body

    with lying(server.url, misdate) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        run(f"messages send {TO} -m Hi --settle 0")
    assert [row["message"] for row in server.store.rows("campaigns")] == ["Before", "Hi"]


def test_a_lost_send_is_found_on_a_list_with_the_oldest_first(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a list shows the same name as before on page 1, and the new send on the last page."""

    def turn(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/campaigns"):
            body = exchange.json
            number = int(exchange.query.get("page", 1))
            every = sorted(server.store.rows("campaigns"), key=lambda row: row["id"])
            shown = every[(number - 1) * 2 : number * 2]
            body["data"] = [{"id": row["id"], "name": row["name"], "type": "SMS"} for row in shown]
            last = max(1, -(-len(every) // 2))
            body["meta"] |= {"current_page": number, "last_page": last, "per_page": 2}
            exchange.json = body

    with lying(server.url, turn) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        for _ in range(5):
            run(f"messages send {TO} -m Hi --name promo --settle 0")
        server.faults.add("drop-after POST /messages/send times=1")
        run(f"messages send {TO} -m Hi --name promo --settle 0")
        assert len(server.store.rows("campaigns")) == 6
        server.faults.add("drop-before POST /messages/send times=1")
        run(f"messages send {TO} -m Hi --name promo --settle 0")
    assert len(server.store.rows("campaigns")) == 7


DENIED = [
    {"success": False, "error": "Insufficient credits"},
    {"errors": {"message": ["Insufficient credits"]}},
    {"message": "Insufficient credits"},
]


@pytest.mark.parametrize("denied", DENIED)
@pytest.mark.parametrize("status", [200, 201])
def test_a_success_with_an_error_in_it_is_unknown_for_good(
    run: Run,
    server: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    denied: dict[str, Any],
    status: int,
) -> None:
    def deny(exchange: Exchange) -> None:
        if exchange.is_of("POST", "/messages/send"):
            server.store.delete("campaigns", exchange.json["id"])
            exchange.status, exchange.json = status, denied

    with lying(server.url, deny) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        for _ in range(2):
            told = run(f"messages send {TO} -m Hi --once k --settle 0", code=8)
            assert "Insufficient credits" in told.stderr
        assert "unknown" in run("sends settle --settle 0", code=8).stdout
        assert sum(each.startswith("POST") for each in proxy.asked) == 1


def test_a_success_with_an_error_in_it_is_looked_for(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(exchange: Exchange) -> None:
        if exchange.is_of("POST", "/messages/send"):
            exchange.json = DENIED[0]

    with lying(server.url, deny) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        assert run(f"messages send {TO} -m Hi --once k --settle 0 -q").stdout == "1\n"


@pytest.mark.parametrize("status", [401, 403, 404, 405, 418])
def test_a_send_that_a_firewall_blocks_is_looked_for_and_not_repeated(
    run: Run, server: Gateway, status: int
) -> None:
    server.faults.add(f"html POST /messages/send status={status}")
    told = run(f"messages send {TO} -m Hi --once k --settle 0", code=6)
    assert "lost" in told.stderr
    server.faults.clear()
    run(f"messages send {TO} -m Hi --once k --settle 0")
    assert len(server.store.rows("campaigns")) == 1
    assert sum(method == "POST" for method, *_ in server.requests) == 2


@pytest.mark.parametrize(
    ("options", "key", "value", "told"),
    [
        ("--at 2031-01-01T12:00:00Z", "scheduled_at", None, "scheduled_at is null instead of"),
        ("--at 2031-01-01T12:00:00Z", "scheduled_at", "2031-01-01T11:00:00Z", "scheduled_at is"),
        ("--active-hours 08:00-17:00", "active_hours", "09:00-17:00", 'instead of "08:00-17:00"'),
        ("--days mon,tue", "days_of_week", [1], "days_of_week is [1] instead of [1, 2]"),
        ("--days mon --timezone Asia/Tokyo", "timezone", "UTC", 'timezone is "UTC" instead of'),
        ("--type WhatsApp", "type", "SMS", 'type is "SMS" instead of "WhatsApp"'),
        ("--delivery-report", "options", {"delivery_report": False}, "delivery_report is false"),
    ],
)
def test_a_campaign_that_is_not_as_requested_is_told(
    run: Run,
    server: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    options: str,
    key: str,
    value: Any,
    told: str,
) -> None:
    line = f"messages send {TO} -m Hi {options}"
    assert "not as requested" not in run(line).stderr
    assert run("sends get 1 -o json").json["differences"] == []

    def misunderstand(exchange: Exchange) -> None:
        if exchange.is_of("POST", "/messages/send"):
            exchange.json = {**exchange.json, key: value}

    with lying(server.url, misunderstand) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        sent = run(f"{line} -q")
        assert "warning: 1 campaign is not as requested, such as campaign 2: " in sent.stderr
        assert told in sent.stderr
        assert told in run("sends get 1 -o json").json["differences"][0]


def test_a_command_that_hangs_is_named_and_not_waited_for_for_ever(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_locks, "PATIENCE", 0.1)
    line = [sys.executable, "-m", "smsgw_cli", *f"messages send {TO} -m Hi --once k".split()]
    server.faults.add("latency delay=600 POST /messages/send times=1")
    with subprocess.Popen(line, stderr=subprocess.DEVNULL) as hanging:
        while not server.faults.active[0].struck:
            time.sleep(0.01)
        told = run(f"messages send {TO} -m Hi --once k", code=6)
        hanging.kill()
    assert f"another process (pid {hanging.pid}, for " in told.stderr
    assert "nothing was sent" in told.stderr


def test_what_the_server_says_once_is_said_once(run: Run, against: Callable[[str], None]) -> None:
    said = "The mobile_numbers.0 field must be a valid number."
    refusal = {"message": said, "errors": {"mobile_numbers.0": [said]}}
    with scripted(answer("422 Unprocessable Content", json.dumps(refusal).encode())) as server:
        against(server.url)
        assert run(f"messages send {TO} -m Hi", code=5).stderr.count(said) == 1


@pytest.mark.parametrize("verb", ["send", "preview"])
def test_recipient_and_text_without_options_are_told_theirs(
    run: Run, server: Gateway, verb: str
) -> None:
    refused = run(f"messages {verb} +12025550123 Hello", code=2).stderr
    assert "hint: use --to NUMBERS and -m TEXT; see " in refused
