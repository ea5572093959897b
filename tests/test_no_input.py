"""The setting no_input: at a terminal too, nothing asks, and what would have asked is refused."""

from pathlib import Path

import pytest

from smsgw_cli.cli import session
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run


@pytest.fixture(autouse=True)
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal on which any question is a failure."""

    def asked(question: str) -> bool:
        raise AssertionError(f"asked: {question}")

    monkeypatch.setattr(session, "has_terminal", lambda: True)
    monkeypatch.setattr(session, "confirmed", asked)
    monkeypatch.setattr("typer.prompt", asked)
    monkeypatch.setattr("typer.confirm", asked)


@pytest.mark.parametrize(
    "line",
    [
        "devices delete 1",
        "messages send --to +12025550123 -m Hi --set ask_above=0",
        "messages send --csv people.csv -m Hi --set ask_above=0",
        "ussd-pulls send '*123#' --set ask_above=0",
        "contacts sync Friends people.csv --max-delete 1",
        "contacts export Friends people.csv",
        "imports undo 1",
        "devices selftest 1 2",
        "devices balances 1 --refresh --code '*100#'",
        "profiles add work https://sms.example.org",
        "profiles remove old",
        "sandbox reset",
        "suppress add +12025550188 --set suppression_list=shared.db",
    ],
)
def test_what_would_ask_is_refused(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    (home / "people.csv").write_text("mobile_number\n+12025550123\n")
    run("contact-lists create Friends")
    run("contacts import Friends people.csv")
    (home / "people.csv").write_text("mobile_number\n+12025550124\n")
    run(f"profiles add old {server.url} --token-stdin", input=server.token)
    monkeypatch.setenv("SMSGW_NO_INPUT", "true")
    before = [each for each in server.requests if each[0] != "GET"]
    assert "with no_input" in run(line, code=2).stderr
    assert [each for each in server.requests if each[0] != "GET"] == before
