"""--query: what can be checked is checked before anything is sent; what fails later is told."""

import json

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

SEND = "messages send --to +12025550123 -m x --yes -o json"


@pytest.mark.parametrize(
    "query",
    [
        "lenght(@)",
        "[?lenght(name) > `1`]",
        "length()",
        "join(',')",
        "sort_by(@, &foo(x))",
        "a[",
    ],
)
@pytest.mark.parametrize(
    "line", [SEND, "contact-lists create VIP", "contact-lists list", "api POST contact-lists -d {}"]
)
def test_an_expression_that_is_wrong_is_refused_before_anything_is_sent(
    run: Run, server: Gateway, line: str, query: str
) -> None:
    run(f"{line} --query", query, code=2)
    assert not server.requests


@pytest.mark.parametrize("query", ["ceil(`1e400`)", "abs(name)", "length(id)", "&id"])
def test_a_query_that_fails_after_a_send_says_that_it_was_sent(
    run: Run, server: Gateway, query: str
) -> None:
    failed = run(f"{SEND} --query", query, code=1)
    assert "sent as campaign" in failed.stderr
    assert "--query cannot be applied" in failed.stderr
    assert len(run("campaigns list -o json").json) == 1


def test_a_query_that_fails_after_a_change_says_what_was_created(run: Run, server: Gateway) -> None:
    failed = run("contact-lists create VIP --query 'length(id)'", code=1)
    identity = run("contact-lists list -o json").json[0]["id"]
    assert f"the change was made, with the id {identity}, but --query" in failed.stderr


@pytest.mark.parametrize("query", ["[].abs(model)", "sum([`1e308`, `1e308`])", "&id"])
def test_a_query_that_fails_where_nothing_was_changed_is_an_error_of_the_line(
    run: Run, server: Gateway, query: str
) -> None:
    failed = run("devices list -o json --query", query, code=2)
    assert failed.stdout == ""
    assert json.loads(failed.stderr.splitlines()[-1])["error"]["kind"] == "usage"


def test_what_is_no_number_of_json_is_null(run: Run, server: Gateway) -> None:
    query = "[to_number('1e400'), to_number('nan'), to_number('7')]"
    assert run("devices list -o json --query", query).json == [None, None, 7]
