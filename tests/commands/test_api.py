"""`api`: any request as it is, to the profile's server and to no other."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.server import Gateway
from tests.commands.conftest import changes
from tests.conftest import Run
from tests.scripted import answer, scripted


@pytest.mark.parametrize("path", ["contact-lists/1", "/contact-lists/1", "/api/v1/contact-lists/1"])
def test_a_path_stands_with_or_without_what_all_share(run: Run, seeded: Gateway, path: str) -> None:
    assert run(f"api GET {path}").json == {"id": 1, "name": "Customers"}
    assert run(f"api get {path}").json == {"id": 1, "name": "Customers"}


@pytest.mark.parametrize(
    "line",
    [
        "'messages?type=SMS&statuses[]=Failed&statuses[]=Sent'",
        "messages -f type=SMS -f 'statuses[]=Failed' -f 'statuses[]=Sent'",
        "'messages?type=SMS' -F 'statuses:=[\"Failed\", \"Sent\"]'",
    ],
)
def test_a_query_stands_in_the_path_or_in_options(run: Run, seeded: Gateway, line: str) -> None:
    expected = run("messages list --type SMS --status Failed --status Sent -o json").json
    assert run(f"api GET {line} --paginate -o json").json == expected
    assert 0 < len(expected) < len(seeded.store.rows("messages"))


def test_true_and_false_go_into_a_query_as_1_and_0(run: Run, seeded: Gateway) -> None:
    expected = run("calls list --unanswered -o json").json
    assert run("api GET calls -F answered:=false --paginate -o json").json == expected


def test_options_make_the_body_of_what_is_no_get(run: Run, server: Gateway) -> None:
    made = run("api POST contact-lists -f name=true").json
    assert made == {"id": 1, "name": "true"}
    line = '-f label=L -f tag=t -f type=multiselect -F \'options:=[{"label":"a","value":"b"}]\''
    field = run(f"api POST contact-lists/1/fields {line} -F required:=true -f 'default_value[]=b'")
    assert field.json["required"] is True
    assert field.json["default_value"] == ["b"]


def test_a_body_comes_from_a_file_or_standard_input(run: Run, server: Gateway, home: Path) -> None:
    (home / "body.json").write_text('{"name": "Ünder"}')
    assert run("api POST contact-lists --input body.json").json["name"] == "Ünder"
    assert run("api POST contact-lists --input -", input='{"name": "b"}').json["name"] == "b"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("POST contact-lists --input missing", "cannot read missing"),
        ("POST contact-lists --input broken", "broken is not JSON"),
        ("POST contact-lists --input broken -f a=b", "broken is not JSON"),
        ("POST contact-lists --input fine -f a=b", "cannot be combined"),
        ("POST contact-lists -f name", "-f takes KEY=VALUE"),
        ("POST contact-lists -F name=x", "-F takes KEY:=JSON"),
        ("POST contact-lists -F name:=x", "is not JSON"),
        ("GET contact-lists -F name:={}", "cannot be used in a query"),
        ("POST contact-lists --paginate", "--paginate requires a GET"),
        ("GET contact-lists --paginate -i", "cannot be combined with -i"),
        ("G.T contact-lists", "unsupported HTTP method"),
        ("GET messages/send -f message=x", "send twice"),
    ],
)
def test_a_mistake_stops_before_anything_is_sent(
    run: Run, server: Gateway, home: Path, line: str, said: str
) -> None:
    (home / "broken").write_text("{")
    (home / "fine").write_text("{}")
    assert said in run(f"api {line}", code=2).stderr
    assert server.requests == []


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/api/v1/messages",
        "http://127.0.0.1:9/messages",
        "//evil.example/messages",
        "///evil.example/../../messages",
        "../../admin",
        "messages/%2e%2e/%2E%2E/admin",
        "messages/..\\..\\admin",
        "file:///etc/passwd",
    ],
)
def test_a_path_never_leads_elsewhere(run: Run, server: Gateway, path: str) -> None:
    assert "invalid API path" in run("api GET", path, code=2).stderr
    assert server.requests == []


@pytest.mark.parametrize("path", ["@evil.example/x", ":9/x", "lists/a b", "lists/ü\n\x1b", "a#b"])
def test_any_other_path_is_asked_of_the_server_itself(run: Run, server: Gateway, path: str) -> None:
    run("api GET", path, code=4)
    assert len(server.requests) == 1


def test_every_record_of_a_list_is_streamed(run: Run, seeded: Gateway) -> None:
    rows = len(seeded.store.rows("messages"))
    assert rows > 100  # more than a page
    lines = run("api GET messages --paginate -o ndjson").stdout.splitlines()
    assert len(lines) == rows
    assert len(set(run("api GET messages --paginate -q").stdout.split())) == rows
    assert run("api GET 'messages?after=2031-01-01' --paginate -o json").json == []


def test_the_status_and_headers_come_first_where_they_are_wanted(run: Run, seeded: Gateway) -> None:
    head, _, body = run("api GET contact-lists/1 -i").stdout.partition("\n\n")
    assert head.startswith("HTTP/1.1 200 OK\n")
    assert "content-type: application/json" in head
    assert '"Customers"' in body
    assert run("api DELETE contact-lists/1 -i").stdout.startswith("HTTP/1.1 204 ")
    assert run("api GET contact-lists/1 -i", code=4).stdout.startswith("HTTP/1.1 404 ")


def test_headers_cannot_tell_a_terminal_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted(answer("200 OK", b"{}", "X-Evil: \x9b31m")) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "s3cret")
        assert "\x9b" not in run("api GET x -i").stdout


def test_an_empty_answer_prints_nothing(run: Run, seeded: Gateway) -> None:
    assert run("api PUT contact-lists/1 -f name=New").stdout == ""
    assert run("api DELETE contact-lists/1").stdout == ""
    assert [each["id"] for each in seeded.store.rows("contact_lists")] == [2]


def test_a_dry_run_prints_the_request_and_sends_only_gets(run: Run, seeded: Gateway) -> None:
    request = run("api POST '/contact-lists?x=1' -f name=x --dry-run").json
    expected = {"method": "POST", "path": "/api/v1/contact-lists?x=1", "body": {"name": "x"}}
    assert request == expected
    assert run("api DELETE contact-lists/1 --dry-run").json["method"] == "DELETE"
    assert changes(seeded) == []
    assert run("api GET contact-lists/1 --dry-run").json["id"] == 1


@pytest.mark.parametrize(
    ("line", "code", "kind"),
    [
        ("GET nowhere", 4, "not_found"),
        ("POST contact-lists", 5, "rejected"),
        ("DELETE contact-lists", 1, "failed"),
    ],
)
def test_failures_are_those_of_every_command(
    run: Run, server: Gateway, line: str, code: int, kind: str
) -> None:
    assert run(f"api {line} -o json", code=code).error["kind"] == kind


def test_a_get_is_tried_again_and_a_post_is_not(run: Run, server: Gateway) -> None:
    server.faults.add(Fault.parse("502 GET /contact-lists times=1"))
    run("api GET contact-lists --retries 1")
    server.faults.add(Fault.parse("502 POST /contact-lists times=1"))
    run("api POST contact-lists -f name=x --retries 1", code=8)
    assert [status for *_, status in server.requests] == [502, 200, 502]


def test_what_was_not_asked_for_is_not_shown(run: Run, seeded: Gateway) -> None:
    seen = run("api GET sending-servers/1 --verbose").stderr
    assert "demo-key" not in seen
    assert seeded.token not in seen


def test_the_answer_can_be_reshaped(run: Run, seeded: Gateway) -> None:
    names: Any = run("api GET contact-lists --query data[].name").json
    assert names == ["Members", "Customers"]
