"""What is given twice is one, or is refused: nothing is silently dropped."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

TO = "--to +12025550123"


def test_a_sim_given_twice_or_under_two_names_is_one(run: Run, server: Gateway) -> None:
    sent = run(f"messages send {TO} -m Hi --sim 1 --sim 2 --sim 1 --sim +12025550141 --dry-run")
    assert sent.json["body"]["sims"] == [1, 2]
    run("contact-lists create Friends")
    sent = run("messages send --list 1 --list Friends -m Hi --dry-run")
    assert sent.json["body"]["contact_lists"] == [1]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (f"{TO} -m one -m two", "--message"),
        (f"{TO} -m one --message two", "--message"),
        (f"{TO} --message-file a.txt --message-file b.txt", "--message-file"),
        (f"{TO} -m one --once a --once b", "--once"),
        ("-m one --csv a.csv --csv b.csv", "--csv"),
    ],
)
@pytest.mark.parametrize("way", ["send", "send --dry-run", "preview"])
def test_two_of_what_there_can_be_one_of_are_refused(
    run: Run, server: Gateway, way: str, options: str, named: str
) -> None:
    for name in ("a.txt", "b.txt", "a.csv", "b.csv"):
        Path(name).write_text(f"number\n+1202555012{len(name)}\n")
    refused = run(f"messages {way} {options}", code=2)
    assert f"error: {named} was given twice" in refused.stderr
    assert server.requests == []


def test_the_same_text_twice_is_one(run: Run, server: Gateway) -> None:
    run(f"messages send {TO} -m one --message one")
    assert [each["content"] for each in server.store.rows("messages")] == ["one"]


@pytest.mark.parametrize("key", ["order-1\r", "order-1\n", "order\r\n1", "a\tb"])
@pytest.mark.parametrize("line", [f"messages send {TO} -m Hi", "ussd-pulls send '*100#'"])
def test_a_key_with_a_line_end_is_refused(run: Run, server: Gateway, line: str, key: str) -> None:
    refused = run(f"{line} --once", key, code=2)
    assert f"--once has a control character: {key!r}" in refused.stderr
    assert server.requests == []
