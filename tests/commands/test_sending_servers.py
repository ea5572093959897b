"""Sending servers and their sender ids: settings kept, secrets off the command line."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli import redact
from smsgw_cli.sandbox.server import Gateway
from tests.commands.conftest import changes, row
from tests.conftest import Run
from tests.recording import BY_NAME, recording

TEXTLOCAL = 1


def server_of(run: Run, name: str) -> dict[str, Any]:
    found: dict[str, Any] = run("sending-servers get -o json", name).json
    return found


def test_a_server_is_created_with_its_settings(run: Run, server: Gateway) -> None:
    created = run(
        "sending-servers create --name Twilio --driver twilio --type MMS --type sms --disabled "
        "--config account_sid=AC1 --config url=https://x/?a=b --config test:=true "
        "--config limits:='[1,2]' -o json"
    ).json
    assert created["supported_types"] == ["MMS", "SMS"]
    assert created["enabled"] is False
    assert created["config"] == {
        "account_sid": "AC1",
        "url": "https://x/?a=b",
        "test": True,
        "limits": [1, 2],
    }
    assert row(server, "sending_servers", created["id"])["config"] == created["config"]


def test_secrets_are_read_from_files_and_standard_input(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "token").write_text("s3cret\n")
    line = "sending-servers create --name X --driver x --type SMS"
    run(f"{line} --config a=@token --config b=@-", input="täglich = 1\r\n")
    assert server_of(run, "X")["config"] == {"a": "s3cret", "b": "täglich = 1"}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("nothing", "KEY=VALUE"),
        ("=x", "KEY=VALUE"),
        ("a=@missing", "cannot read missing"),
        ("a=@empty", "empty is empty"),
        ("a:=tru", "the value of a:= is not JSON"),
        ("a:=NaN", "NaN is not valid JSON"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_before_anything_is_sent(
    run: Run, seeded: Gateway, home: Path, config: str, said: str
) -> None:
    (home / "empty").write_text("\n")
    assert said in run(f"sending-servers update Twilio --config {config}", code=2).stderr
    assert seeded.requests == []


def test_standard_input_is_one_value_only(run: Run, seeded: Gateway) -> None:
    line = "sending-servers update Twilio --config a=@- --config b=@-"
    assert "only one value" in run(line, input="x", code=2).stderr


def test_a_broken_json_setting_is_not_repeated_on_the_screen(run: Run, seeded: Gateway) -> None:
    failed = run("sending-servers update Twilio --config token:=s3cret", code=2)
    assert "s3cret" not in failed.stderr


def test_an_update_keeps_all_that_it_does_not_name(run: Run, seeded: Gateway) -> None:
    before = server_of(run, "Textlocal")
    run("sending-servers update Textlocal --name Main")
    assert server_of(run, "Main") == {**before, "name": "Main"}
    run("sending-servers update Main --disabled --type SMS --type MMS")
    changed = {"name": "Main", "enabled": False, "supported_types": ["SMS", "MMS"]}
    assert server_of(run, "Main") == {**before, **changed}


def test_settings_are_replaced_and_taken_out_one_by_one(run: Run, seeded: Gateway) -> None:
    before = server_of(run, "Textlocal")
    run(
        "sending-servers update Textlocal --config api_key=new --config url=https://x "
        "--config y:=null"
    )
    config = {"test": True, "api_key": "new", "url": "https://x", "y": None}
    assert server_of(run, "Textlocal") == {**before, "config": config}
    run("sending-servers update Textlocal --config test= --config y=")
    assert server_of(run, "Textlocal")["config"] == {"api_key": "new", "url": "https://x"}


def test_secrets_are_masked_where_people_look(run: Run, seeded: Gateway) -> None:
    for line in ("get Textlocal -o table", "list -o table -c id,config"):
        assert "demo-key" not in run(f"sending-servers {line}").stdout
    shown = run("sending-servers get Textlocal -o table --show-secrets")
    assert "demo-key" in shown.stdout
    seen = run("sending-servers update Textlocal --config api_key=new-key --verbose")
    assert "demo-key" not in seen.stderr
    assert "new-key" not in seen.stderr


def test_a_dry_run_changes_nothing(run: Run, seeded: Gateway) -> None:
    line = "sending-servers update Textlocal --config test:=false --dry-run"
    assert run(line).json["body"]["config"] == {"test": False, "api_key": redact.MASK}
    shown = run(f"{line} --show-secrets").json["body"]["config"]
    assert shown == {"test": False, "api_key": "demo-key"}
    run("sending-servers create --name X --driver x --type SMS --dry-run")
    run("sender-ids create Twilio X --dry-run")
    assert changes(seeded) == []


def test_a_type_that_is_none_is_refused_with_those_there_are(run: Run, seeded: Gateway) -> None:
    failed = run("sending-servers create --name X --driver x --type Fax", code=2)
    assert "'sms', 'mms', 'whatsapp'" in failed.stderr


def test_a_name_that_two_have_is_refused_with_both(run: Run, seeded: Gateway) -> None:
    run("sending-servers create --name Twilio --driver x --type SMS")
    failed = run("sending-servers get Twilio -o json", code=2)
    assert "2 (Twilio)" in failed.error["message"]
    assert "4 (Twilio)" in failed.error["message"]


def test_a_name_that_nothing_has_is_not_found(run: Run, seeded: Gateway) -> None:
    for line in ("get", "update --name x", "delete --yes"):
        run(f"sending-servers {line} Nobody", code=4)
    run("sender-ids create Nobody X", code=4)
    assert changes(seeded) == []


def test_an_update_of_nothing_says_what_there_is_to_update(run: Run, seeded: Gateway) -> None:
    assert "--config" in run("sending-servers update Twilio", code=2).stderr


def test_a_sender_id_is_created_shown_and_deleted(run: Run, seeded: Gateway) -> None:
    created = run("sender-ids create Twilio MYSHOP -o json").json
    assert created["value"] == "MYSHOP"
    assert row(seeded, "sender_ids", created["id"])["sending_server_id"] == 2
    assert run("sender-ids get MYSHOP -o json").json == created
    run("sender-ids delete MYSHOP --yes")
    run("sender-ids get MYSHOP", code=4)


def test_a_sender_id_is_found_by_its_number(run: Run, seeded: Gateway) -> None:
    assert run("sender-ids get +15017122661 -o json").json["id"] == 2


def test_a_sender_id_that_the_server_has_is_refused(run: Run, seeded: Gateway) -> None:
    assert run("sender-ids create Textlocal GATEWAY -o json", code=5).error["errors"]["value"]


def test_an_empty_configuration_may_be_shown_as_phps_empty_list(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {**BY_NAME["GET /sending-servers/{id}"]["response_example"], "config": []}
    with recording({"GET /sending-servers/{id}": shown}) as other:
        monkeypatch.setenv("SMSGW_SERVER", other.url)
        monkeypatch.setenv("SMSGW_TOKEN", "s3cret")
        run("sending-servers update 1 --config a=b")
        assert other.requests[-1].body["config"] == {"a": "b"}
