"""Whatever a server can answer is an error message, never a traceback, with the right exit code."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.scripted import PAGE, answer, scripted

LOGIN = "Location: /login"


READING = [
    ("html", answer("200 OK", b"<html><title>Wel&amp;come</title>"), 1, "an HTML page: 'Wel&come'"),
    ("html body", answer("200 OK", b"<body><p>It works!"), 1, "'It works!'"),
    ("empty", answer("200 OK"), 1, "an empty body"),
    ("truncated", answer("200 OK", PAGE[:30]), 1, "is not JSON"),
    ("malformed", answer("200 OK", b'{"data": [}'), 1, "is not JSON"),
    ("not even text", answer("200 OK", b"\xff\xfe\x00"), 1, "is not JSON"),
    ("nested too deep", answer("200 OK", b"[" * 200_000), 1, "is not JSON"),
    ("a huge number", answer("200 OK", b"[" + b"9" * 5_000 + b"]"), 1, "is not JSON"),
    ("a list", answer("200 OK", b"[]"), 1, "is not a JSON object"),
    ("null", answer("200 OK", b"null"), 1, "is not a JSON object"),
    ("no records", answer("200 OK", b'{"data": {"id": 1}}'), 1, "no list of records"),
    ("no pages", answer("200 OK", b'{"data": []}'), 1, "no page information"),
    ("login", answer("302 Found", b"", LOGIN), 3, "login page"),
    ("elsewhere", answer("301 Moved", b"", "Location: https://new.example/"), 1, "new.example"),
    ("no such status", answer("299 Odd", b"{}"), 1, "no list of records"),
    ("bad request", answer("400 Bad Request", b'{"message": "No."}'), 5, "No. (400"),
    ("unauthenticated", answer("401 Unauthorized", b'{"message": "Unauthenticated."}'), 3, "401"),
    ("forbidden", answer("403 Forbidden", b"<h1>Forbidden</h1>"), 3, "403 Forbidden"),
    ("not found", answer("404 Not Found", b""), 4, "404 Not Found"),
    ("conflict", answer("409 Conflict", b"{}"), 5, "409"),
    ("teapot", answer("418 I'm a teapot", b"short and stout"), 1, "short and stout"),
    ("too many", answer("429 Too Many Requests", b"{}", "Retry-After: 9999"), 6, "429"),
    ("broken", answer("500 Internal Server Error", b'{"message": "Server Error"}'), 6, "500"),
    ("proxy", answer("502 Bad Gateway", b"<html><title>502 Bad Gateway</title>"), 6, "HTML page"),
    ("errors as a list", answer("422 X", b'{"message": "No", "errors": ["a"]}'), 5, "No (422"),
    ("errors as text", answer("422 X", b'{"message": "No", "errors": {"a": "b"}}'), 5, "  a: b"),
    ("a message that is none", answer("422 X", b'{"message": {"a": 1}}'), 5, "422"),
    ("no HTTP at all", b"SSH-2.0-OpenSSH_9.2\r\n", 6, "connection lost"),
    ("nothing", b"", 6, "connection lost"),
    ("half an answer", answer("200 OK", PAGE)[:-20], 6, "connection lost"),
    ("bad compression", answer("200 OK", b"no gzip", "Content-Encoding: gzip"), 6, "connection"),
]


@pytest.mark.parametrize(("_", "said", "code", "told"), READING, ids=[each[0] for each in READING])
def test_an_odd_answer_to_a_question_is_told(
    run: Run, against: Callable[[str], None], _: str, said: bytes, code: int, told: str
) -> None:
    with scripted(said) as script:
        against(script.url)
        failed = run("contact-lists list --retries 0", code=code)
    assert told in failed.stderr
    assert "Traceback" not in failed.stderr
    assert failed.stderr.startswith("error: ")


@pytest.mark.parametrize("spoilt", [b"", b'{"data": [}', b"[]", b'{"data": []}'])
def test_an_answer_that_was_spoilt_on_its_way_is_asked_for_again(
    run: Run, against: Callable[[str], None], spoilt: bytes
) -> None:
    with scripted(answer("200 OK", spoilt), answer("200 OK", PAGE)) as script:
        against(script.url)
        assert run("contact-lists list -o json").json == []


def test_a_page_that_is_not_of_the_api_is_asked_for_once(
    run: Run, against: Callable[[str], None]
) -> None:
    with scripted(answer("200 OK", b"<html><title>Log in</title>")) as script:
        against(script.url)
        run("contact-lists list", code=1)
        assert len(script.requests) == 1


WRITING = [
    ("dropped", b"", 8),
    ("half an answer", answer("201 Created", b'{"id": 1}')[:-3], 8),
    ("500", answer("500 Internal Server Error"), 8),
    ("502", answer("502 Bad Gateway", b"<html>"), 8),
    ("504", answer("504 Gateway Timeout"), 8),
    ("503 without a time", answer("503 Service Unavailable"), 8),
    ("503 with a time", answer("503 Service Unavailable", b"", "Retry-After: 9999"), 8),
    ("429", answer("429 Too Many Requests"), 6),
    ("html", answer("200 OK", b"<html>"), 8),
    ("empty", answer("201 Created"), 8),
    ("a list", answer("201 Created", b"[]"), 8),
    ("login", answer("302 Found", b"", LOGIN), 8),
    ("elsewhere", answer("307 Moved", b"", "Location: https://new.example/"), 8),
    ("a firewall", answer("403 Forbidden", b"<h1>Blocked</h1>"), 8),
    ("an error as a success", answer("200 OK", b'{"success": false, "error": "No"}'), 8),
    ("done, look there", answer("303 See Other", b"", "Location: /campaigns/5"), 8),
    ("nowhere", answer("302 Found", b"", "Location: //["), 8),
    ("nowhere at all", answer("307 Moved", b"", "Location: http://a]b/"), 8),
    ("refused", answer("422 Unprocessable Content", b'{"message": "No"}'), 5),
]


@pytest.mark.parametrize(("_", "said", "code"), WRITING, ids=[each[0] for each in WRITING])
def test_a_change_that_may_have_happened_is_unknown_and_never_repeated(
    run: Run, against: Callable[[str], None], _: str, said: bytes, code: int
) -> None:
    with scripted(said) as script:
        against(script.url)
        run("contact-lists create Mine --retries 0", code=code)
        if code == 8:
            run("contact-lists create Mine --retries 9", code=code)
            assert len(script.requests) == 2


def test_an_error_is_told_as_json_to_who_asked_for_json(
    run: Run, against: Callable[[str], None]
) -> None:
    body = json.dumps({"message": "Given data was invalid.", "errors": {"name": ["Required."]}})
    with scripted(answer("422 Unprocessable Content", body.encode())) as script:
        against(script.url)
        error = run("contact-lists create Mine -o json", code=5).error
    assert error["kind"] == "rejected"
    assert error["status"] == 422
    assert error["errors"] == {"name": ["Required."]}
    assert set(error) == {"kind", "message", "status", "errors", "hint"}


def test_a_token_that_a_server_repeats_is_not_shown(
    run: Run, against: Callable[[str], None]
) -> None:
    body = b'{"message": "no such token: Bearer hush-hush"}'
    with scripted(answer("401 Unauthorized", body)) as script:
        against(script.url)
        for options in ("", "-o json", "-v", "--debug"):
            failed = run(f"contact-lists list {options}", code=3)
            assert "hush-hush" not in failed.stdout + failed.stderr
        assert b"bearer hush-hush" in script.requests[0].lower()


def test_a_redirect_to_another_host_gets_no_token(run: Run, against: Callable[[str], None]) -> None:
    with scripted(answer("200 OK", PAGE)) as other:
        moved = answer("307 Moved", b"", f"Location: {other.url}/api/v1/contact-lists")
        with scripted(moved) as script:
            against(script.url)
            run("contact-lists list", code=1)
        assert other.requests == []


def test_a_redirect_within_the_server_is_followed(run: Run, against: Callable[[str], None]) -> None:
    moved = answer("301 Moved", b"", "Location: /gate/api/v1/contact-lists")
    with scripted(moved, answer("200 OK", PAGE)) as script:
        against(script.url)
        assert run("contact-lists list -o json").json == []
        assert script.requests[1].startswith(b"GET /gate/api/v1/contact-lists ")


def test_redirects_in_a_circle_end(run: Run, against: Callable[[str], None]) -> None:
    with scripted(answer("302 Found", b"", "Location: /api/v1/contact-lists")) as script:
        against(script.url)
        run("contact-lists list", code=1)


def test_a_server_that_is_down_is_told(run: Run, against: Callable[[str], None]) -> None:
    with scripted(b"") as script:
        against(script.url)
    failed = run("contact-lists create Mine --retries 0 -o json", code=6)
    assert "Connection refused" in failed.error["message"]


def test_a_host_that_is_not_there_is_told(run: Run, against: Callable[[str], None]) -> None:
    against("https://nowhere.invalid")
    assert "no connection" in run("contact-lists list --retries 0", code=6).stderr


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(status=st.integers(200, 599), body=st.binary(max_size=200), kind=st.booleans())
def test_any_status_with_any_body_is_an_answer_or_an_error(
    run: Run, against: Callable[[str], None], status: int, body: bytes, kind: bool
) -> None:
    from typer.testing import CliRunner

    from smsgw_cli.app import app

    with scripted(answer(f"{status} X", b"" if status in (204, 304) else body)) as script:
        against(script.url)
        line = ["contact-lists", "create", "x"] if kind else ["contact-lists", "list"]
        ended = CliRunner().invoke(app, [*line, "--retries", "0"])
    assert ended.exit_code in (0, 1, 3, 4, 5, 6, 8)
    assert "internal error" not in ended.stderr


# From here on the sandbox goes wrong, and what counts is what it holds afterwards.


@pytest.mark.parametrize("fault", ["500", "502", "504", "html", "drop-before", "drop-after"])
def test_a_question_is_asked_again_until_it_is_answered(
    run: Run, server: Gateway, fault: str
) -> None:
    server.faults.add(f"{fault} GET times=2")
    assert run("devices list -q --retries 2").stdout.split() == ["2", "1"]


def test_a_delete_whose_answer_was_lost_has_succeeded(run: Run, server: Gateway) -> None:
    run("contact-lists create Mine")
    server.faults.add("drop-after DELETE times=1")
    run("contact-lists delete 1 --yes")
    assert server.store.rows("contact_lists") == []


def test_a_delete_of_what_was_never_there_fails(run: Run, server: Gateway) -> None:
    run("contact-lists delete 1 --yes", code=4)


def test_an_update_whose_answer_was_lost_is_made_again(run: Run, server: Gateway) -> None:
    run("contact-lists create Mine")
    server.faults.add("drop-after PUT times=1")
    run("contact-lists update Mine --name Ours")
    assert [row["name"] for row in server.store.rows("contact_lists")] == ["Ours"]


@pytest.mark.parametrize("fault", ["429 POST times=2 retry-after=0", "429 times=1 retry-after=0"])
def test_a_creation_the_server_did_not_take_is_made_again(
    run: Run, server: Gateway, fault: str
) -> None:
    server.faults.add(fault)
    run("contact-lists create Mine")
    assert len(server.store.rows("contact_lists")) == 1


def test_a_creation_whose_answer_was_lost_is_not_made_again(run: Run, server: Gateway) -> None:
    server.faults.add("drop-after POST times=1")
    failed = run("contact-lists create Mine -o json", code=8)
    assert failed.error["kind"] == "unknown"
    assert len(server.store.rows("contact_lists")) == 1


def test_a_server_that_does_not_answer_in_time_is_told(run: Run, server: Gateway) -> None:
    server.faults.add("latency delay=5 times=1")
    failed = run("devices list --timeout 0.2 --retries 0", code=6)
    assert "timeout" in failed.stderr


def test_verbose_shows_requests_and_answers_without_secrets(run: Run, server: Gateway) -> None:
    shown = run("contact-lists create Mine -v").stderr
    assert "> POST " in shown
    assert '{"name": "Mine"}' in shown
    assert "< 201 Created" in shown
    assert server.token not in shown
