"""The records of this program are merged: numbers and sends are added, the newer one counts."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.backup.conftest import Use
from tests.backup.test_restore import change_records
from tests.conftest import Run

STATE = ".local/state/smsgw"
Elsewhere = Callable[[], None]


@pytest.fixture
def elsewhere(home: Path) -> Elsewhere:
    """Be on a machine where nothing is recorded yet."""

    def forget() -> None:
        shutil.rmtree(home / STATE, ignore_errors=True)
        shutil.rmtree(home / ".config", ignore_errors=True)

    return forget


def listed(run: Run) -> list[Any]:
    return list(run("suppress list -o json").json)


def merged(run: Run, what: str) -> tuple[int, int, int]:
    """What a restore says of one kind of records: created, updated, skipped."""
    rows = run("backup restore b -o json").json
    (row,) = (each for each in rows if each["what"] == what)
    return row["created"], row["updated"], row["skipped"]


def test_suppressed_numbers_are_added_and_none_is_removed(
    run: Run, server: Gateway, elsewhere: Elsewhere
) -> None:
    run("suppress add +12025550100,+5215512345678 --reason 'by phone'")
    before = listed(run)
    run("backup create b")
    elsewhere()
    run("suppress add +12025550199,+525512345678 --reason here")
    here = listed(run)
    assert merged(run, "do-not-contact list") == (1, 0, 1)
    first = [each for each in before if each["number"] == "+12025550100"]
    assert listed(run) == sorted([*here, *first], key=lambda each: each["number"])
    assert merged(run, "do-not-contact list") == (0, 0, 2)
    told = run("messages send --to +12025550100 --sim 1 -m x", code=2)
    assert "do-not-contact list" in told.stderr


def test_who_opted_out_by_a_reply_opts_in_by_a_reply_after_the_restore(
    run: Run, server: Gateway, elsewhere: Elsewhere
) -> None:
    receive = f"sandbox receive --db {server.settings.db} --to 1"
    run(f"{receive} --from +12025550100 -m STOP")
    run("suppress from-replies")
    run("suppress add +12025550101")
    run("backup create b")
    elsewhere()
    assert merged(run, "do-not-contact list")[0] == 2
    run("suppress from-replies --since 1h")
    assert len(listed(run)) == 2
    for last in "01":
        run(f"{receive} --from +1202555010{last} -m START")
    run("suppress from-replies --since 1h")
    assert [each["number"] for each in listed(run)] == ["+12025550101"]


def test_a_key_of_a_restored_send_sends_no_more(
    run: Run, server: Gateway, elsewhere: Elsewhere
) -> None:
    send = "messages send --to +12025550100 --sim 1 -m x --once paid-7 -o json"
    campaign = run(send).json["id"]
    run("messages send --to +12025550101 --sim 1 -m x")
    run("backup create b")
    elsewhere()
    run("messages send --to +12025550102 --sim 1 -m y --once other")
    assert merged(run, "sends") == (2, 0, 0)
    assert merged(run, "sends") == (0, 0, 2)
    assert run(send).json["id"] == campaign
    assert len(server.store.rows("campaigns")) == 3
    keys = [each["key"] for each in run("sends list -o json").json]
    assert sorted(filter(None, keys)) == ["other", "paid-7"]


def test_the_newer_record_of_a_send_counts(
    run: Run, server: Gateway, elsewhere: Elsewhere, home: Path
) -> None:
    server.faults.add("drop-after POST /messages/send times=1", "503 GET /campaigns")
    send = "messages send --to +12025550100 --sim 1 -m x --once k --set settle=0 --retries 0"
    run(send, code=8)
    server.faults.clear()
    run("backup create old")
    kept = home / "kept"
    shutil.copytree(home / STATE, kept)
    run("sends settle --set settle=0")
    run("backup create b")
    run("backup restore old")  # older than what is recorded here
    assert [each["state"] for each in run("sends list -o json").json] == ["accepted"]
    elsewhere()
    shutil.copytree(kept, home / STATE)
    assert [each["state"] for each in run("sends list -o json").json] == ["unknown"]
    assert merged(run, "sends") == (0, 1, 0)
    assert [each["state"] for each in run("sends list -o json").json] == ["accepted"]


def test_a_restored_mailing_is_known_and_sends_to_nobody_again(
    run: Run, server: Gateway, elsewhere: Elsewhere, home: Path
) -> None:
    (home / "a.csv").write_text("mobile,name\n+12025550100,Ann\n+12025550101,Bob\n")
    (home / "b.csv").write_text("mobile,name\n+12025550102,Cleo\n")
    send = "messages send -m 'Hi {name}' --sim 1 --csv"
    run(f"{send} a.csv --yes")
    run("backup create b")
    elsewhere()
    run(f"{send} b.csv --yes")  # takes the number of the other mailing
    assert merged(run, "sends") == (2, 0, 0)
    assert merged(run, "sends") == (0, 0, 2)
    for file in ("a.csv", "b.csv"):
        assert "nothing to send" in run(f"{send} {file} --yes", code=2).stderr
    assert len(server.store.rows("messages")) == 3


def test_the_last_send_is_none_of_a_backup_but_on_a_new_machine(
    run: Run, server: Gateway, elsewhere: Elsewhere
) -> None:
    for text in "ab":
        run(f"messages send --to +12025550100 --sim 1 -m {text} --name {text}")
    run("backup create b")
    elsewhere()
    run("messages send --to +12025550102 --sim 1 -m c --name c")
    run("backup restore b")
    assert run("campaigns report last -o json").json["campaign"]["name"] == "c"
    run("sends remove 1 --yes")
    assert run("campaigns report last -o json").json["campaign"]["name"] == "b"
    elsewhere()
    run("backup restore b")
    assert run("campaigns report last -o json").json["campaign"]["name"] == "b"


def test_on_a_new_machine_everything_is_recorded_as_it_was(
    run: Run, server: Gateway, elsewhere: Elsewhere, home: Path
) -> None:
    run("messages send --to +12025550100 --sim 1 -m x --once removed")
    run("sends remove --before 2999-01-01 --yes")
    (home / "a.csv").write_text("mobile,name\n+12025550100,Ann\n+12025550101,Bob\n")
    run("messages send -m 'Hi {name}' --sim 1 --csv a.csv --yes")
    run("messages send --to +12025550100 --sim 1 -m x --once k")
    run("messages send --to +12025550100 --sim 999 -m x", code=5)
    run("messages send -m 'Hello {name}' --sim 1 --csv a.csv --yes --waves 1/0s,rest")
    run("suppress add +12025550102 --reason 'by phone'")
    for sender, text in (("+12025550103", "STOP"), ("Shop", "STOP"), ("+12025550104", "START")):
        run(f"sandbox receive --db {server.settings.db} --to 1 --from {sender} -m {text}")
    run("suppress from-replies --since 1h", code=7)
    run("backup create b")
    elsewhere()
    run("backup restore b")
    run("backup create c")
    for name in ("ledger", "suppression-list", "profiles"):
        before = (home / f"b/local/{name}.ndjson").read_bytes()
        assert (home / f"c/local/{name}.ndjson").read_bytes() == before
        assert before or name == "profiles"
    ledger = (home / "b/local/ledger.ndjson").read_text().splitlines()
    tables = {json.loads(line)["table"] for line in ledger}
    assert tables >= {"sends", "mailings", "mailing_digests", "waves", "used_keys"}
    again = run("messages send --to +12025550100 --sim 1 -m x --once removed")
    assert "not sent again" in again.stderr


def test_the_sends_to_another_server_are_not_merged(
    run: Run, use: Use, gateway: Gateway, other: Gateway
) -> None:
    use(gateway)
    run("messages send --to +12025550100 --sim 1 -m x --once k")
    run("backup create b")
    use(other)
    told = run("backup restore b -o json")
    assert [each for each in told.json if each["what"] == "sends"] == []
    assert gateway.url in told.stderr
    assert run("sends list -o json").json == []


def test_profiles_are_added_without_tokens_and_none_is_changed(
    run: Run, server: Gateway, elsewhere: Elsewhere, home: Path
) -> None:
    add = "profiles add {} https://{}.example.com --token-stdin"
    run(add.format("work", "old") + " region=DE", input="secret-of-work\n")
    run("profiles add ops https://ops.example.com token_command='touch /tmp/pwned' rate=60/min")
    run("backup create b")
    elsewhere()
    run(add.format("work", "new"), input="secret-of-new\n")
    assert merged(run, "profiles") == (1, 0, 1)
    config = (home / ".config/smsgw/config.toml").read_text()
    assert "https://new.example.com" in config
    assert "secret-of-new" in config
    assert "https://ops.example.com" in config
    assert "token_command" not in config
    assert run("profiles list -o json").json[0]["name"] == "sandbox"


FOREIGN: tuple[dict[str, Any], ...] = (
    {"claim": "../../evil"},
    {"path": "devices"},
    {"state": "sent"},
    {"body": "[]"},
    {"started_at": "now"},
    {"touched_at": None},
    {"run": {"a": 1}},
    {"campaign": "[1]"},
)


def test_what_is_no_record_of_a_send_is_refused(
    run: Run, server: Gateway, elsewhere: Elsewhere, home: Path
) -> None:
    run("messages send --to +12025550100 --sim 1 -m x")
    run("backup create b")
    elsewhere()
    for number, row in enumerate(FOREIGN):
        foreign = Path(shutil.copytree("b", f"foreign-{number}"))
        change_records(foreign, "local/ledger.ndjson", **row)
        assert "invalid record of sends" in run(f"backup restore {foreign}", code=2).stderr
        assert run("sends list -o json").json == []


def test_shared_and_own_numbers_are_both_in_a_backup(
    run: Run, server: Gateway, elsewhere: Elsewhere, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("suppress add +12025550100")
    monkeypatch.setenv("SMSGW_SUPPRESSION_LIST", str(home / "shared.db"))
    run("suppress add +12025550101 --yes")
    run("backup create b")
    records = (home / "b/local/suppression-list.ndjson").read_text().splitlines()
    assert len(records) == 2
    elsewhere()
    monkeypatch.delenv("SMSGW_SUPPRESSION_LIST")
    assert merged(run, "do-not-contact list") == (2, 0, 0)
    assert json.loads(records[0])["table"] == "suppressed"
