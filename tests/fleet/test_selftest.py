"""SIMs text each other: what is sent, what arrives, and what is said about it."""

import csv
import io
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.api.client import Client
from smsgw_cli.commands import _device_selftest
from smsgw_cli.fleet.selftest_observed import REPORT_TIME
from smsgw_cli.fleet.selftest_watch import SelfTestWatch
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.fleet.conftest import Behind
from tests.lying import Exchange
from tests.terminal import at_terminal

RING = [(1, 2), (2, 3), (3, 1)]
ONE = "devices selftest 1 2 --yes -o json"
NOW = "--timeout 0.01"  # a look at what has arrived by now
TIMES = ("queued", "sent", "delivered", "received")


@pytest.fixture
def phones(server: Gateway) -> Control:
    """The gateway that the environment names, to be steered; its phones are fast."""
    return Control(server.url, server.token)


@pytest.fixture
def real_time(phones: Control) -> Control:
    """The same with phones as slow as real ones, so that time passes only where a test says so."""
    phones.set(speed=1)
    return phones


@pytest.fixture
def passing_time(real_time: Control, monkeypatch: pytest.MonkeyPatch) -> Control:
    """The same where waiting moves the clock of the server, and ours."""
    ahead = 0.0

    def sleep(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds
        real_time.advance(seconds)

    real_time.advance("1h")  # a clock that is far ahead is told from one that is a second off
    watch = partial(SelfTestWatch, clock=lambda: ahead, sleep=sleep)
    monkeypatch.setattr(_device_selftest, "SelfTestWatch", watch)
    return real_time


def sends(server: Gateway) -> int:
    """How often a send went out."""
    return sum(path.endswith("/send") for _, path, _ in server.requests)


def texts(server: Gateway) -> list[tuple[int, str]]:
    """The sending SIM and the number of each text that was sent."""
    rows = server.store.rows("messages")
    return [(each["sim_id"], each["to_number"]) for each in rows if each["campaign_id"]]


def set_sim(server: Gateway, sim: int, column: str, value: str) -> None:
    """Let a SIM have what no key of the sandbox gives it."""
    with server.store.writing():
        server.store.update("sims", sim, {column: value})


def pairs(rows: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(row["from"], row["to"]) for row in rows]


def nonce(server: Gateway) -> str:
    (found,) = {each["content"].split()[-1] for each in server.store.rows("messages")}
    return str(found)


def test_each_sim_texts_the_next_once_round(run: Run, server: Gateway) -> None:
    rows = run("devices selftest --yes -o json").json
    assert pairs(rows) == RING
    assert {row["result"] for row in rows} == {"ok"}
    assert texts(server) == [(1, "+12025550142"), (2, "+12025550143"), (3, "+12025550141")]
    assert all(row[each] >= 0 for row in rows for each in ("sent", "delivered", "received"))
    assert [row["campaign"] for row in rows] == [1, 2, 3]


def test_a_sim_texts_every_other(run: Run, server: Gateway) -> None:
    assert pairs(run("devices selftest 2 --yes -o json").json) == [(2, 1), (2, 3)]
    assert texts(server) == [(2, "+12025550141"), (2, "+12025550143")]


@pytest.mark.parametrize("sender", ["3", "Marketing", "AT&T", "+12025550143"])
def test_a_sim_is_named_as_everywhere(run: Run, server: Gateway, sender: str) -> None:
    rows = run("devices selftest --yes -o json", sender, "Main line").json
    assert pairs(rows) == [(3, 1)]
    assert (rows[0]["from_name"], rows[0]["to_name"]) == ("Marketing", "Main line")


def test_the_times_are_those_at_which_it_happened(
    run: Run, server: Gateway, real_time: Control
) -> None:
    (row,) = run(f"{ONE} {NOW}", code=9).json
    assert [row[each] for each in TIMES] == [None] * 4
    real_time.advance("10m")
    (row,) = run(f"{ONE} {NOW}").json
    (sent, received) = sorted(server.store.rows("messages"), key=lambda each: each["id"])
    started = sent["transmitted_at"] / 1000 - row["sent"]
    assert 14 <= row["sent"] <= 18  # a phone begins after 15 s, and takes one to send
    assert row["delivered"] == pytest.approx(sent["done_at"] / 1000 - started, abs=1)
    assert row["received"] == pytest.approx(received["sent_at"] / 1000 - started, abs=1)
    assert row["queued"] is None  # nobody looked when it was


def test_a_status_is_told_as_it_is_seen(run: Run, passing_time: Control) -> None:
    done = run(ONE)
    (row,) = done.json
    assert row["result"] == "ok"
    assert row["queued"] == pytest.approx(5, abs=2)
    assert row["sent"] == pytest.approx(16, abs=2)
    assert row["queued"] < row["sent"] < row["delivered"] <= row["received"]


def test_sent_is_the_end_without_a_report(run: Run, passing_time: Control) -> None:
    (row,) = run(f"{ONE} --set delivery_report=no").json
    assert (row["result"], row["status"], row["delivered"]) == ("ok", "Sent", None)


def test_a_report_that_is_lost_is_waited_for_seconds(run: Run, passing_time: Control) -> None:
    passing_time.set_sim(2, number="+12025550173")  # whose reports are lost
    before = passing_time.clock()["ahead"]
    (row,) = run(ONE).json
    assert (row["result"], row["status"], row["delivered"]) == ("ok", "Sent", None)
    waited = passing_time.clock()["ahead"] - before
    assert waited == pytest.approx(row["received"] + REPORT_TIME, abs=3)


def test_three_minutes_are_waited(run: Run, passing_time: Control) -> None:
    passing_time.set_device(1, silent="1m")
    before = passing_time.clock()["ahead"]
    run(ONE, code=9)
    assert passing_time.clock()["ahead"] - before == pytest.approx(180, abs=10)


def test_it_is_a_row_in_every_format(run: Run, server: Gateway) -> None:
    rows = list(csv.DictReader(io.StringIO(run("devices selftest 1 --yes -o csv").stdout)))
    assert [(each["from"], each["to"], each["result"]) for each in rows] == [
        ("1", "2", "ok"),
        ("1", "3", "ok"),
    ]
    table = run("devices selftest 1 2 --yes -o table").stdout.splitlines()
    assert max(map(len, table)) <= 80
    assert table[0].split()[-4:] == ["QUEUED", "SENT", "DELIVERED", "RECEIVED"]
    assert run("devices selftest 1 2 --yes -q").stdout == "1\n"


def test_it_asks_first_and_sends_nothing_without_an_answer(run: Run, server: Gateway) -> None:
    refused = run("devices selftest 1 2", code=2)
    assert "Send 1 text (SIM 1 to SIM 2)?" in refused.stderr
    assert "--yes" in refused.stderr
    assert sends(server) == 0


def test_at_a_terminal_it_asks_each_time(server: Gateway) -> None:
    line = ["devices", "selftest", "1", "2"]
    assert at_terminal(line, b"n\n").code == 1
    assert sends(server) == 0
    for _ in range(2):
        assert at_terminal(line, b"y\n").code == 0
    assert sends(server) == 2


def test_a_dry_run_shows_the_requests_and_keeps_nothing(
    run: Run, server: Gateway, home: Path
) -> None:
    requests = run("devices selftest -n -o json").json
    assert [(each["path"], each["body"]["sims"]) for each in requests] == [
        ("/api/v1/messages/send", [sim]) for sim in (1, 2, 3)
    ]
    assert sends(server) == 0
    assert not list(home.rglob("*.db"))


def test_off_a_terminal_a_sim_sends_one_an_hour(run: Run, server: Gateway) -> None:
    phones = Control(server.url, server.token)
    first = run(ONE).json
    again = run(ONE)
    assert again.json == first
    assert "at most one an hour without a terminal" in again.stderr
    assert run("devices selftest 1 2 -o json").json == first  # nothing to ask about
    assert run("devices selftest 1 3 -o json --yes").json == first  # the last of this SIM
    assert sends(server) == 1
    phones.advance("61m")
    assert run(ONE).json != first
    assert sends(server) == 2


def test_an_hourly_job_that_starts_a_little_early_sends(
    run: Run, server: Gateway, phones: Control
) -> None:
    run(ONE)
    phones.advance("57m")
    run(ONE)
    assert sends(server) == 1
    phones.advance("2m")
    run(ONE)
    assert sends(server) == 2


def test_a_sim_that_was_not_tested_yet_is_in_the_same_hour(run: Run, server: Gateway) -> None:
    run(ONE)
    assert pairs(run("devices selftest --yes -o json").json) == RING
    assert [sim for sim, _ in texts(server)] == [1, 2, 3]


def test_one_that_failed_says_why_and_again_within_the_hour(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_sim(1, signal=0)
    for _ in range(2):
        failed = run(f"{ONE}", code=1)
        assert failed.json[0]["result"] == "failed"
        assert failed.error["message"] == (
            "SIM 1 to SIM 2: failed: no service: the phone has no mobile network"
        )
        assert "messages get 1" in failed.error["hint"]
    assert sends(server) == 1


def test_one_that_arrives_after_the_server_has_tried_again_is_well_in_the_end(
    run: Run, server: Gateway, passing_time: Control
) -> None:
    passing_time.set(auto_retry=1)
    passing_time.set_sim(2, number="+12025550176")  # fails at the first try
    assert run(ONE, code=1).json[0]["status"] == "Failed"
    passing_time.advance("5m")
    (row,) = run(ONE).json
    assert (row["result"], row["reason"]) == ("ok", None)
    assert sends(server) == 1


def test_a_sim_that_the_server_has_chosen_for_another_is_told(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_device(2, silent="1m")
    run("devices selftest 1 3 --yes --timeout 0.01", code=9)
    with server.store.writing():
        server.store.update("messages", 1, {"sim_id": 2})
    phones.set_device(2, silent=None)
    assert run("devices selftest 1 3 --yes -o json").json[0]["reason"] == "it was sent by SIM 2"


def test_the_time_of_an_arrival_is_after_it_was_last_looked_for(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_device(2, silent="1m")
    phones.advance("1h")
    run("devices selftest 1 3 --yes --timeout 0.01", code=9)
    phones.advance("10m")
    run("devices selftest 1 3 --yes", code=9)
    phones.advance("1m")
    phones.set_device(2, silent=None)
    received = max(each["id"] for each in server.store.rows("messages"))
    with server.store.writing():  # the time of the network, not that of the phone
        times = dict.fromkeys(("sent_at", "done_at"), server.store.rows("messages")[0]["sent_at"])
        server.store.update("messages", received, times)
    (row,) = run("devices selftest 1 3 --yes -o json").json
    assert row["received"] == pytest.approx(660, abs=10)


def test_one_that_does_not_arrive_is_exit_9_until_it_does(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_device(2, silent="1m")
    lost = run("devices selftest 1 3 --yes -o json --timeout 0.6", code=9)
    assert (lost.json[0]["result"], lost.json[0]["received"]) == ("not received", None)
    assert lost.error["message"] == "SIM 1 to SIM 3: not received in time; it is Delivered"
    assert run("devices selftest 1 3 --yes -o json", code=9).json == lost.json  # at once
    phones.set_device(2, silent=None)
    assert run("devices selftest 1 3 --yes -o json").json[0]["result"] == "ok"
    assert sends(server) == 1


def test_a_phone_that_is_off_is_named_as_what_to_look_at(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_device(1, silent="1m")
    pending = run(f"{ONE} {NOW}", code=9)
    assert "it is Pending" in pending.error["message"]
    assert "devices list" in pending.error["hint"]


def test_a_send_of_unknown_fate_is_proven_by_its_arrival(run: Run, server: Gateway) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns")
    assert run(f"{ONE} --set settle=0 --retries 0").json[0]["result"] == "ok"
    assert sends(server) == 1


def test_without_it_the_fate_stays_unknown_and_nothing_is_sent_again(
    run: Run, server: Gateway
) -> None:
    server.faults.add("drop-before POST /messages/send times=1")
    server.faults.add("500 GET /campaigns")
    for _ in range(2):
        lost = run(f"{ONE} {NOW} --set settle=0 --retries 0", code=8)
        assert lost.json[0]["result"] == "unknown"
        assert "sends settle" in lost.error["hint"]
    assert sends(server) == 1


def test_one_that_the_server_refuses_does_not_stop_the_others(run: Run, server: Gateway) -> None:
    server.faults.add("422 POST /messages/send times=1")
    refused = run("devices selftest --yes -o json", code=5)
    assert [row["result"] for row in refused.json] == ["rejected", "ok", "ok"]


def test_one_that_was_refused_has_cost_nothing_and_may_be_sent_at_once(
    run: Run, server: Gateway
) -> None:
    server.faults.add("422 POST /messages/send times=1")
    run(ONE, code=5)
    assert run(ONE).json[0]["result"] == "ok"


def test_a_server_that_goes_away_after_the_first_text_keeps_the_others_for_the_next_run(
    run: Run, server: Gateway
) -> None:
    server.faults.add("503 POST /messages/send after=1 times=1")
    line = "devices selftest --yes -o json --retries 0 --set settle=0"
    away = run(line, code=6)
    assert [row["result"] for row in away.json] == ["ok", None, None]
    assert [row["result"] for row in run(line).json] == ["ok"] * 3
    assert len(texts(server)) == 3


def test_the_same_text_sent_again_by_somebody_is_not_taken_for_it(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_device(2, silent="1m")
    run("devices selftest 1 3 --yes --timeout 0.01", code=9)
    run(f"messages send --to +12025550199 -m 'smsgw selftest {nonce(server)}'")
    assert run("devices selftest 1 3 --yes -o json", code=9).json[0]["status"] == "Delivered"


def test_it_goes_before_what_waits_in_the_queue(run: Run, server: Gateway) -> None:
    run(ONE)
    assert run("campaigns get 1 -o json").json["options"]["prioritize"] is True


def test_a_server_that_is_away_before_the_send_is_exit_6_and_the_next_run_sends(
    run: Run, server: Gateway
) -> None:
    server.faults.add("503 POST /messages/send times=1")
    away = run(f"{ONE} --retries 0 {NOW} --set settle=0", code=6)
    assert away.json[0]["result"] is None
    assert run(ONE).json[0]["result"] == "ok"
    assert len(server.store.rows("campaigns")) == 1


def test_a_server_that_is_away_while_it_is_waited_for_leaves_it_open(
    run: Run, server: Gateway
) -> None:
    server.faults.add("503 GET /messages")
    away = run(f"{ONE} {NOW} --retries 0", code=9)
    assert away.json[0]["result"] is None
    assert "cannot determine whether the text arrived" in away.error["message"]
    server.faults.clear()
    assert run(ONE).json[0]["result"] == "ok"
    assert sends(server) == 1


def test_a_server_whose_filter_finds_no_part_of_a_text_is_read_without_it(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Client.pages

    def exact(api: Client, path: str, query: Any = None) -> Any:
        return iter(()) if "message" in (query or {}) else pages(api, path, query)

    monkeypatch.setattr(Client, "pages", exact)
    rows = run("devices selftest --yes -o json").json
    assert [row["result"] for row in rows] == ["ok"] * 3


def test_a_list_that_is_cut_short_is_read_again(run: Run, server: Gateway) -> None:
    server.faults.add("empty-page GET /messages times=1")
    assert run(ONE).json[0]["result"] == "ok"


@pytest.mark.parametrize(
    "changed",
    [
        "{}",
        "{lower}",
        "Telco: you have a message: {} Reply STOP to opt out",
        "{} (1/2)",
    ],
)
def test_it_is_known_by_its_nonce_alone(
    run: Run, server: Gateway, phones: Control, changed: str
) -> None:
    phones.set_device(2, silent="1m")  # what the sandbox would deliver itself is held back
    run("devices selftest 1 3 --yes --timeout 0.01", code=9)
    word = nonce(server)
    phones.receive(changed.format(word, lower=word.lower()), sender="+12025550141", to=3)
    done = run("devices selftest 1 3 --yes -o json")
    assert done.json[0]["result"] == "ok"
    assert "warning" not in done.stderr


@pytest.mark.parametrize("sender", ["7373", "Telco", "+12025550199"])
def test_a_sender_that_was_changed_and_another_sim_are_told(
    run: Run, server: Gateway, phones: Control, sender: str
) -> None:
    phones.set_device(2, silent="1m")
    run("devices selftest 1 3 --yes --timeout 0.01", code=9)
    phones.receive(f"smsgw selftest {nonce(server)}", sender=sender, to=2)
    done = run("devices selftest 1 3 --yes -o json")
    reason = f"it arrived on SIM 2; its sender is shown as {sender}"
    assert done.json[0]["reason"] == reason
    assert f"warning: SIM 1 to SIM 3: {reason}" in done.stderr


@pytest.mark.parametrize("sender", ["2025550141", "(202) 555-0141", "12025550141", "+12025550141"])
def test_a_sender_as_it_is_dialled_at_home_is_the_same(
    run: Run, server: Gateway, phones: Control, sender: str
) -> None:
    phones.set_device(2, silent="1m")
    run("devices selftest 1 3 --yes --timeout 0.01", code=9)
    phones.receive(f"smsgw selftest {nonce(server)}", sender=sender, to=3)
    assert run("devices selftest 1 3 --yes -o json").json[0]["reason"] is None


def test_a_sim_without_a_number_sends_and_gets_nothing(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_sim(2, number=None)
    done = run("devices selftest --yes -o json")
    assert pairs(done.json) == [(1, 3), (3, 1), (2, 1)]
    assert {row["result"] for row in done.json} == {"ok"}
    assert "warning: SIM 2 is not texted: its number is unknown" in done.stderr
    refused = run("devices selftest 1 2 --yes -o json", code=2)
    assert refused.error["message"] == "the number of SIM 2 is unknown"


def test_a_sim_alone_has_nobody_to_text(run: Run, server: Gateway, phones: Control) -> None:
    phones.set_sim(2, active=False)
    phones.set_device(2, enabled=False)
    for line in ("devices selftest --yes", "devices selftest 1 --yes"):
        refused = run(line, "-o", "json", code=2)
        assert "SIM 2 is inactive; SIM 3 is in a phone that is logged out" in refused.stderr
    assert sends(server) == 0


@pytest.mark.parametrize(
    ("line", "message", "code"),
    [
        ("1 1", "SIM 1 cannot be tested with itself", 2),
        ("1 2", "SIM 2 is inactive", 2),
        ("2 1", "SIM 2 is inactive", 2),
        ("2", "SIM 2 is inactive", 2),
        ("1 3", "SIM 3 is in a phone that is logged out: Google Pixel 7a", 2),
        ("1 9", "SIM 9 not found", 4),
        ("nobody 1", "SIM 'nobody' not found", 4),
    ],
)
def test_sims_that_cannot_take_part_are_refused(
    run: Run, server: Gateway, phones: Control, line: str, message: str, code: int
) -> None:
    phones.set_sim(2, active=False)
    phones.set_device(2, enabled=False)
    assert run(f"devices selftest {line} --yes -o json", code=code).error["message"] == message
    assert sends(server) == 0


def test_a_sim_without_an_id_takes_no_part(run: Run, behind: Behind) -> None:
    def nameless(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/devices"):
            body = exchange.json
            body["data"][0]["sims"] += [{}, {"id": None, "number": "+12025550111"}, {"id": "9"}]
            exchange.json = body

    behind(nameless)
    assert len(run("devices selftest -n").json) == 3


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+120255501", "SIM 19 to SIM 20, 20 more)"), ("", "SIM 19 is not texted: its number is")],
)
def test_a_large_fleet_is_named_in_part(run: Run, behind: Behind, number: str, shown: str) -> None:
    def large(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/devices"):
            body = exchange.json
            sims = [{"id": each, "number": number and f"{number}{each}"} for each in range(10, 40)]
            body["data"] = [{**body["data"][0], "sims": sims}]
            body["meta"]["total"] = 1
            exchange.json = body

    behind(large)
    error = run("devices selftest", code=2).stderr.split("error: ")[1]
    assert shown in error
    assert "20 more" in error
    assert "SIM 25" not in error


def test_two_records_of_one_sim_do_not_text_each_other(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_sim(2, number="+12025550141")
    done = run("devices selftest --yes -o json")
    assert "warning: SIM 2 has the same number as SIM 1" in done.stderr
    assert pairs(done.json) == [(1, 3), (3, 1)]
    run("devices selftest 1 2 --yes", code=2)


def test_a_number_as_it_is_dialled_at_home_is_read_by_the_country_of_its_sim(
    run: Run, server: Gateway
) -> None:
    set_sim(server, 2, "number", "(202) 555-0149")
    run("devices selftest 1 2 --yes --timeout 0.01", code=9)
    assert texts(server) == [(1, "+12025550149")]


def test_a_sim_on_the_do_not_contact_list_is_not_texted(run: Run, server: Gateway) -> None:
    run("suppress add +12025550143")
    refused = run("devices selftest --yes -o json", code=2)
    assert refused.error["message"] == (
        "SIM 3 (+12025550143) is on the do-not-contact list; nothing was sent"
    )
    assert refused.error["hint"] == "smsgw suppress remove +12025550143"
    assert sends(server) == 0


def test_it_goes_out_in_quiet_hours_as_it_wakes_nobody_up(run: Run, server: Gateway) -> None:
    assert run(f"{ONE} --set quiet_hours=00:00-23:58").json[0]["result"] == "ok"
    assert run("campaigns get 1 -o json").json["active_hours"] == "00:00-23:59"


def test_it_is_not_the_last_send_and_its_text_opts_nobody_out(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hi")
    run(ONE)
    assert run("campaigns watch last -o json").json["id"] == 1
    assert run("suppress from-replies -o json").json["found"] == 0
    keys = [each["key"] for each in run("sends list -o json").json]
    assert re.fullmatch("selftest/[2-9A-Z]{11}", keys[0])


def test_names_of_sims_are_shown_and_not_obeyed(run: Run, server: Gateway) -> None:
    set_sim(server, 1, "label", "\x1b[31mred[/red]\n|")
    shown = run("devices selftest 1 2 --yes -o table").stdout
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 3
