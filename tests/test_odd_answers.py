"""Whatever a server puts into its records, no command makes a mistake of its own out of it."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from smsgw_cli.app import app
from tests.conftest import Run
from tests.recording import ENDPOINTS, Recording, recording

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, "", "0", "a,b", "2025-01-01", "9999-12-31T23:59:59Z",
    "x" * 300, [], [None], [1, "a"], {}, {"a": 1}, [{}], [[1]], 10**30, {"value": None},
)  # fmt: skip
OPTIONS = (None, "al,b", [{"label": "Al", "value": "al"}], ["al"], {"al": "Al"}, '["al"]', 5, [[1]])
FIELD = {"id": 1, "label": "Name", "tag": "name", "type": "text", "required": False}
LINES = (
    "contacts list 1",
    "contacts get 1 -o table",
    "contacts update 1 --unsubscribed --dry-run",
    "contacts update 1 --field name=al --list 1 --dry-run",
    "contacts update 1 --field name=al --dry-run",
    "contacts create 1 +12025550123 --field name=al --dry-run",
    "contacts export 1",
    "contacts import 1 people.csv --existing update",
    "contacts sync 1 people.csv --dry-run --max-delete 100%",
    "fields list 1 -o table",
    "fields get 1",
    "fields update 1 --label X --option a=b --dry-run",
    "fields update 1 --default al --dry-run",
    "campaigns list -o table",
    "campaigns get 1 -o table",
    "campaigns devices 1 -o table",
    "campaigns sending-servers 1 -o table",
    "campaigns delete 1 --yes",
    "campaigns watch 1 --timeout 0.1",
    "campaigns report 1 -o table",
    "campaigns report 1 --html report.html",
    "messages retry --campaign 1 --yes --dry-run",
    "campaigns retry 1 --yes --before 1m",
    "campaigns report 1 2 -o table",
    "messages list --number +12025550123 -o table",
    "devices list -o table",
    "devices get 1 -o table",
    "devices sims -o table",
    "devices update Phone --name y --dry-run",
    "messages list -o table",
    "messages get 1 -o table",
    "messages tail --no-follow --since 20000d",
    "messages preview --list 1 --sim 1 -m Hi",
    "messages send --list 1 --sim Phone -m Hi --yes --settle 0 --retries 0",
    "ussd-pulls list -o table",
    "calls list -o table",
    "sending-servers list -o table",
    "sending-servers update 1 --config a=b --dry-run",
    "contact-lists get List",
    "check",
    "check queue",
    "check --textfile fleet.prom",
)


def page(*records: Any) -> dict[str, Any]:
    meta = {"current_page": 1, "last_page": 1, "per_page": 100, "total": len(records)}
    return {"data": list(records), "links": {}, "meta": meta}


def documented(chance: random.Random) -> dict[str, Any]:
    """The answers of the reference, of records that go together."""
    answers = json.loads(
        json.dumps({f"{e['method']} {e['path']}": e["response_example"] for e in ENDPOINTS})
    )
    answers = {name: found for name, found in answers.items() if isinstance(found, dict)}
    for name, found in answers.items():
        if "data" in found:
            answers[name] = page(*found["data"])
    field = {**FIELD, "type": chance.choice(["text", "dropdown", "multiselect", "number"])}
    field["options"] = chance.choice(OPTIONS)
    answers["GET /contact-lists/{id}/fields"] = page(field)
    answers["GET /fields/{id}"] = dict(field)
    answers["GET /contact-lists"] = page({"id": 1, "name": "List"})
    for contact in (*answers["GET /contact-lists/{id}/contacts"]["data"],
                    answers["GET /contacts/{id}"]):  # fmt: skip
        contact["name"] = "al"
    answers["GET /devices"]["data"][0]["name"] = "Phone"
    answers["GET /messages"]["meta"]["total"] = chance.choice([0, 1])
    return answers


def made_odd(chance: random.Random, answers: dict[str, Any]) -> dict[str, Any]:
    share = chance.choice([0.03, 0.1, 0.4])
    for answer in answers.values():
        for record in answer.get("data", [answer]):
            for key in [key for key in record if key not in ("id", "tag")]:
                if chance.random() < share:
                    record[key] = chance.choice(ODD)
                elif chance.random() < share / 3:
                    del record[key]
    return answers


@pytest.fixture(scope="module")
def strange() -> Iterator[Recording]:
    with recording() as server:
        yield server


@pytest.mark.parametrize("line", LINES)
def test_odd_values_are_the_servers_mistake_and_not_ours(
    strange: Recording, home: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", strange.url)
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    monkeypatch.setenv("SMSGW_SETTLE", "0")
    (home / "people.csv").write_text(
        "phone,name,subscribed\n+14329282957,al,yes\n+12025550124,,no\n"
    )
    for seed in range(12):
        chance = random.Random(f"{line} {seed}")
        strange.answers = made_odd(chance, documented(chance))
        ended = CliRunner().invoke(app, line.split())
        told = f"{line}, seed {seed}: {ended.stderr}"
        assert ended.exception is None or isinstance(ended.exception, SystemExit), told
        assert "internal error" not in ended.output, told


def test_a_configuration_or_content_that_cannot_be_read_is_not_sent_back(
    run: Run, strange: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", strange.url)
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    answers = documented(random.Random(0))
    answers["GET /sending-servers/{id}"]["config"] = "a=b"
    answers["GET /messages"] = page({"id": 7, "to": "+12025550123", "content": ["Hi"]})
    answers["GET /messages"]["meta"]["total"] = 0
    strange.answers = answers
    shown = run("sending-servers update 1 --config c=d", code=1).stderr
    assert "cannot read the configuration" in shown
    shown = run("messages retry --campaign 1 --yes", code=1).stderr
    assert "cannot read the content of message 7" in shown


@pytest.mark.parametrize("options", ["al,b", ["al", "b"], {"al": "Al"}, '["al", "b"]'])
def test_options_are_read_however_a_server_writes_them(
    run: Run, strange: Recording, monkeypatch: pytest.MonkeyPatch, options: object
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", strange.url)
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    answers = documented(random.Random(0))
    field = {**FIELD, "type": "dropdown", "options": options}
    answers["GET /contact-lists/{id}/fields"] = page(field)
    answers["GET /fields/{id}"] = field
    strange.answers = answers
    line = "contacts create 1 +12025550123 --dry-run -o json --field"
    assert run(f"{line} name=al").json["body"]["name"] == "al"
    assert "not one of its options: al" in run(f"{line} name=other", code=2).stderr
    body = run("fields update 1 --option c=C --dry-run -o json").json["body"]
    assert body["options"][-1] == {"label": "C", "value": "c"}
    assert body["options"][0]["value"] == "al"


@pytest.mark.parametrize("name", ["hex", "base64", "rot13", "zlib", "undefined", "no-such", "'\0'"])
@pytest.mark.parametrize(
    "line", ["contacts import 1 people.csv", "contacts sync 1 people.csv --dry-run"]
)
def test_an_encoding_that_is_not_one_of_text_is_refused(
    run: Run, strange: Recording, home: Path, monkeypatch: pytest.MonkeyPatch, line: str, name: str
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", strange.url)
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    monkeypatch.setenv("SMSGW_SETTLE", "0")
    (home / "people.csv").write_text("phone\n+12025550123\n")
    strange.answers = documented(random.Random(0))
    assert "unknown encoding" in run(f"{line} --encoding {name}", code=2).stderr
