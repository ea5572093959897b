"""What every resource has in common: lists in all formats, names for ids, deletions that tell."""

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.seed import seed
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

LISTS = {
    "calls list": "calls",
    "campaigns list": "campaigns",
    "contact-lists list": "contact_lists",
    "devices list": "devices",
    "devices sims": "sims",
    "fields list Members": "fields",
    "contacts list Customers": "contacts",
    "messages list": "messages",
    "sender-ids list": "sender_ids",
    "sending-servers list": "sending_servers",
    "ussd-pulls list": "ussd_pulls",
}
THINGS = {
    "campaigns": "campaigns",
    "contact-lists": "contact_lists",
    "devices": "devices",
    "fields": "fields",
    "contacts": "contacts",
    "messages": "messages",
    "sender-ids": "sender_ids",
    "sending-servers": "sending_servers",
    "ussd-pulls": "ussd_pulls",
}
RENAMED = {"campaigns": "campaigns", "contact-lists": "contact_lists", "devices": "devices"}


@pytest.fixture
def seeded(server: Gateway) -> Gateway:
    """The gateway the environment names, with something of everything."""
    seed(server.settings.db)
    return server


def ids_in(gateway: Gateway, line: str) -> set[int]:
    """The ids that a list must show."""
    rows = gateway.store.rows(LISTS[line])
    wanted = {"fields list Members": 2, "contacts list Customers": 1}.get(line)
    return {row["id"] for row in rows if wanted in (None, row.get("contact_list_id"))}


@pytest.mark.parametrize("line", LISTS)
def test_a_list_is_complete_in_every_format(run: Run, seeded: Gateway, line: str) -> None:
    expected = ids_in(seeded, line)
    assert len(expected) > 1
    whole = run(f"{line} -o json").json
    lines = run(f"{line} -o ndjson").stdout.splitlines()
    assert [json.loads(each) for each in lines] == whole
    assert len(whole) == len(expected)
    assert {each["id"] for each in whole} == expected
    comma = csv.DictReader(io.StringIO(run(f"{line} -o csv").stdout))
    tab = csv.DictReader(io.StringIO(run(f"{line} -o tsv").stdout), delimiter="\t", quoting=3)
    for rows in (list(comma), list(tab)):
        assert [int(row["id"]) for row in rows] == [each["id"] for each in whole]
        assert all(set(each) <= set(rows[0]) for each in whole)
    assert [int(each) for each in run(f"{line} -q").stdout.split()] == [e["id"] for e in whole]
    assert "ID" in run(f"{line} -o table").stdout


@pytest.mark.parametrize("noun", THINGS)
def test_one_thing_is_shown_in_every_format(run: Run, seeded: Gateway, noun: str) -> None:
    identity = max(row["id"] for row in seeded.store.rows(THINGS[noun]))
    whole = run(f"{noun} get {identity} -o json").json
    assert whole["id"] == identity
    assert json.loads(run(f"{noun} get {identity} -o ndjson").stdout) == whole
    for format in ("csv", "tsv"):
        header = run(f"{noun} get {identity} -o {format}").stdout.splitlines()[0]
        assert set(header.replace("\t", ",").split(",")) >= set(whole)
    assert run(f"{noun} get {identity} -q").stdout == f"{identity}\n"
    assert (
        "created_at" not in whole or "created_at" in run(f"{noun} get {identity} -o table").stdout
    )


@pytest.mark.parametrize("noun", RENAMED)
@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "tsv", "table"])
def test_an_update_is_told_in_every_format(
    run: Run, seeded: Gateway, noun: str, format: str
) -> None:
    told = run(f"{noun} update 1 --name 'A new name' -o {format}").stdout
    assert "updated" in told
    assert seeded.store.rows(RENAMED[noun])[0]["name"] == "A new name"


@pytest.mark.parametrize("noun", [*THINGS, "calls"])
def test_a_deletion_asks_deletes_and_tells(run: Run, seeded: Gateway, noun: str) -> None:
    table = THINGS.get(noun, noun)
    identity = seeded.store.rows(table)[0]["id"]
    refused = run(f"{noun} delete {identity}", code=2)
    assert "--yes" in refused.stderr
    assert f"Delete {'USSD pull' if noun == 'ussd-pulls' else noun[:-1].replace('-', ' ')}" in (
        refused.stderr
    )
    assert any(row["id"] == identity for row in seeded.store.rows(table))
    told = run(f"{noun} delete {identity} --yes -o json").json
    assert told == {"id": identity, "result": "deleted"}
    assert all(row["id"] != identity for row in seeded.store.rows(table))
    run(f"{noun} delete {identity} --yes", code=4)


def test_what_goes_along_is_told_in_numbers(run: Run, seeded: Gateway) -> None:
    told = run("contact-lists delete Customers", code=2).stderr
    assert "Delete contact list 1 (Customers): 12 contacts, 2 fields?" in told
    told = run("contact-lists delete Customers Members", code=2).stderr
    assert "Delete 2 contact lists (1 Customers, 2 Members): 20 contacts, 14 fields?" in told


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("devices delete 1", "device 1 (Front desk)"),
        ("campaigns delete 3", "campaign 3 (Summer sale)"),
        ("messages delete 1", "message 1 (+12025550171)"),
        ("fields delete 2", "field 2 (City)"),
        ("sender-ids delete 1", "sender id 1 (GATEWAY)"),
        ("calls delete 1", "call 1"),
    ],
)
def test_a_question_names_what_it_is_about_and_where(
    run: Run, seeded: Gateway, line: str, named: str
) -> None:
    told = run(line, code=2).stderr
    assert f"Delete {named}" in told
    assert f"? ({seeded.url})" in told


def test_a_question_names_the_profile(
    run: Run, seeded: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMSGW_SERVER")
    monkeypatch.delenv("SMSGW_TOKEN")
    run(f"profiles add work {seeded.url} --token-stdin", input=seeded.token)
    told = run("contact-lists delete 2", code=2).stderr
    assert "Delete contact list 2 (Members): 8 contacts, 12 fields? (profile work)" in told


def test_many_are_deleted_from_standard_input(run: Run, seeded: Gateway) -> None:
    ids = run("contacts list Customers -q").stdout
    told = run("contacts delete - --yes -o json", input=ids).json
    assert [each["id"] for each in told] == [int(each) for each in ids.split()]
    assert run("contacts list Customers -o json").json == []


def test_what_is_gone_is_passed_over_and_told(run: Run, seeded: Gateway) -> None:
    partial = run("contacts delete 1 999 2 --yes -o json", code=7)
    assert [each["id"] for each in partial.json] == [1, 2]
    assert partial.error["message"] == "2 deleted, 1 not found"
    assert partial.error["hint"] == "contact 999 not found"
    named = run("contact-lists delete Nobodies Customers --yes -o json", code=7)
    assert "'Nobodies'" in named.error["hint"]
    assert [each["name"] for each in seeded.store.rows("contact_lists")] == ["Members"]


def test_a_deletion_that_is_stopped_midway_says_what_is_left(run: Run, seeded: Gateway) -> None:
    seeded.faults.add(Fault.parse("503 DELETE /contacts/3"))
    partial = run("contacts delete 1 2 3 4 --yes --retries 0 -o json", code=7)
    assert [each["id"] for each in partial.json] == [1, 2, 4]
    assert partial.error["message"].startswith("3 deleted, 1 not: ")
    assert partial.error["hint"] == "not deleted: 3"
    assert len(seeded.store.rows("contacts")) == 17


def test_a_refused_deletion_is_told_and_the_others_are_made(run: Run, seeded: Gateway) -> None:
    seeded.faults.add(Fault.parse("409 DELETE /contacts/2"))
    partial = run("contacts delete 1 2 3 --yes -o json", code=7)
    assert [each["id"] for each in partial.json] == [1, 3]
    assert partial.error["status"] == 409
    assert partial.error["hint"] == "not deleted: 2"


def test_a_deletion_whose_answer_was_lost_counts_as_done(run: Run, seeded: Gateway) -> None:
    seeded.faults.add(Fault.parse("drop-after DELETE /contacts/* times=3"))
    told = run("contacts delete 1 2 3 4 --yes -o json").json
    assert [each["id"] for each in told] == [1, 2, 3, 4]
    assert len(seeded.store.rows("contacts")) == 16


def test_many_are_deleted_in_parallel(run: Run, seeded: Gateway) -> None:
    seeded.faults.add(Fault.parse("latency DELETE /contacts/* delay=0.3"))
    began = time.monotonic()
    run(f"contacts delete {' '.join(map(str, range(1, 17)))} --yes")
    assert time.monotonic() - began < 16 * 0.3 / 2
    assert len(seeded.store.rows("contacts")) == 4


def test_ctrl_c_ends_a_deletion_and_says_what_is_left(seeded: Gateway) -> None:
    seeded.faults.add(Fault.parse("latency DELETE /contacts/* delay=0.3"))
    line = ["contacts", "delete", *map(str, range(1, 21)), "--yes", "-o", "json"]
    with subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", *line],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        while len(seeded.store.rows("contacts")) == 20:
            time.sleep(0.005)
        running.send_signal(signal.SIGINT)
        told, errors = running.communicate()
    assert running.returncode == 130
    error = json.loads(errors.splitlines()[-1])["error"]
    left = [row["id"] for row in seeded.store.rows("contacts")]
    assert error["message"] == f"{20 - len(left)} deleted, {len(left)} not: stopped"
    assert error["hint"] == f"not deleted: {' '.join(map(str, left))}"
    assert [each["id"] for each in json.loads(told)] == [*range(1, 21)][: 20 - len(left)]


def test_a_deletion_that_fails_at_once_changed_nothing(run: Run, seeded: Gateway) -> None:
    seeded.faults.add(Fault.parse("503 DELETE /contacts/*"))
    failed = run("contacts delete 1 2 --yes --retries 0", code=6)
    assert failed.stdout == ""
    assert len(seeded.store.rows("contacts")) == 20


def test_a_dry_run_of_a_deletion_prints_the_requests(run: Run, seeded: Gateway) -> None:
    requests = run("contacts delete 1 2 1 --dry-run").json
    assert requests == [
        {"method": "DELETE", "path": "/api/v1/contacts/1"},
        {"method": "DELETE", "path": "/api/v1/contacts/2"},
    ]
    assert len(seeded.store.rows("contacts")) == 20


def test_a_name_stands_for_an_id(run: Run, seeded: Gateway) -> None:
    for line, identity in {
        "contact-lists get Members": 2,
        "sending-servers get Twilio": 2,
        "sender-ids get GATEWAY": 1,
        "devices get Warehouse": 3,
        "devices get +12025550144": 3,
    }.items():
        assert run(f"{line} -o json").json["id"] == identity
    by_number = run("messages list --sim +12025550144 -o json").json
    sim = next(row for row in seeded.store.rows("sims") if row["number"] == "+12025550144")
    assert by_number == run(f"messages list --sim {sim['id']} -o json").json


@pytest.mark.parametrize("verb", ["get", "update --name x", "delete --yes"])
@pytest.mark.parametrize("noun", ["contact-lists", "devices"])
def test_a_name_that_nothing_has_is_not_found(
    run: Run, seeded: Gateway, noun: str, verb: str
) -> None:
    failed = run(f"{noun} {verb} Nobodies -o json", code=4)
    assert failed.error["hint"] == f"see 'smsgw {noun} list'"


def test_a_name_that_two_have_is_refused_with_both(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    run("contact-lists create Friends")
    failed = run("contacts create Friends +12025550123 -o json", code=2)
    assert failed.error["message"].endswith("2 (Friends); 1 (Friends)")


@pytest.mark.parametrize("noun", ["campaigns", "contacts", "fields", "messages", "ussd-pulls"])
def test_what_has_no_name_is_asked_for_by_id(run: Run, seeded: Gateway, noun: str) -> None:
    name = noun.removesuffix("s").replace("-", " ").replace("ussd", "USSD")
    assert f"invalid {name} id 'Spring'" in run(f"{noun} get Spring", code=2).stderr
    assert seeded.requests == []


def test_a_list_stops_where_it_is_told_to(run: Run, seeded: Gateway) -> None:
    whole = run("messages list -o json").json
    assert run("messages list --limit 7 -o json").json == whole[:7]
    assert run("messages list --limit 0 -o json").json == []
    run("messages list --limit -1", code=2)


def test_an_update_that_names_nothing_says_what_there_is(run: Run, seeded: Gateway) -> None:
    assert "--name" in run("devices update 1", code=2).stderr
    assert seeded.requests == []


@pytest.mark.parametrize(
    ("line", "request_"),
    [
        ("contact-lists create X", ("POST", "contact-lists", {"name": "X"})),
        ("contact-lists update 1 --name X", ("PUT", "contact-lists/1", {"name": "X"})),
        ("devices update 1 --name X", ("PUT", "devices/1", {"name": "X"})),
        ("campaigns update 1 --name X", ("PUT", "campaigns/1", {"name": "X"})),
    ],
)
def test_a_dry_run_prints_the_request_and_sends_nothing(
    run: Run, seeded: Gateway, line: str, request_: tuple[str, str, Any]
) -> None:
    method, path, body = request_
    assert run(f"{line} --dry-run").json == {
        "method": method,
        "path": f"/api/v1/{path}",
        "body": body,
    }
    assert seeded.requests == []


def test_a_table_on_a_terminal_shows_a_page_and_how_much_is_left(seeded: Gateway) -> None:
    total = len(seeded.store.rows("messages"))
    first = on_terminal("messages list")
    assert f"{total - 100:,} more; use --all to show them" in first
    everything = on_terminal("messages list --all")
    assert "more; use --all" not in everything
    assert len(everything.splitlines()) >= total


def on_terminal(line: str) -> str:
    """What a command line shows on a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "smsgw_cli", *line.split()]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:
            pass  # the other end is closed: that is how it ends
    os.close(ours)
    return shown.decode()
