"""`sandbox requests`: what a gateway that runs was asked."""

import re

import pytest

from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import Run
from tests.output.terminal import on_terminal


def test_requests_are_shown_as_they_came(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    run("contact-lists get 404", code=4)
    shown = run("sandbox requests -o json").json
    assert [each["id"] for each in shown] == list(range(1, len(shown) + 1))
    created = next(each for each in shown if each["method"] == "POST")
    assert (created["path"], created["status"]) == ("/api/v1/contact-lists", 201)
    assert created["body"] == '{"name":"Friends"}'
    assert '"name":"Friends"' in created["answer"]
    assert shown[-1]["status"] == 404
    assert server.token not in str(shown)


def test_a_fault_is_named_by_the_request_that_it_struck(run: Run, server: Gateway) -> None:
    server.faults.replace("drop-before GET /calls times=1")
    run("calls list")
    lines = run("sandbox requests -o csv").stdout.splitlines()
    assert lines[0].startswith("id,at,method,path,query,status,fault,hint")
    assert 'GET,/api/v1/calls,"",0,drop-before GET /calls times=1,' in lines[-2]
    assert 'GET,/api/v1/calls,"",200,' in lines[-1]


def test_the_embedded_gateway_keeps_none(run: Run) -> None:
    assert "ends with each command" in run("-p sandbox sandbox requests", code=2).stderr


def test_a_gateway_that_is_not_steered_says_so(
    run: Run, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Gateway(Settings(db=gateway.settings.db.with_name("off.db"), control="off")) as off:
        monkeypatch.setenv("SMSGW_SERVER", off.url)
        monkeypatch.setenv("SMSGW_TOKEN", off.token)
        assert "is not a sandbox" in run("sandbox requests", code=4).stderr


def test_the_time_of_a_request_is_shown_whole(server: Gateway, run: Run) -> None:
    run("contact-lists create Friends")
    shown = on_terminal("sandbox requests", columns=80, NO_COLOR="1").shown
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  POST", shown)
