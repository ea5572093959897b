"""What a report says to people: plain reasons, the text, the gateway, and a mailing as one."""

import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from smsgw_cli.campaigns.statistics.tally import Tally
from smsgw_cli.campaigns.statistics.texts import MOST_KEPT
from smsgw_cli.output.report.words import text_of
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal
from tests.report.conftest import Fill, message

NO_SERVICE = "no service: the phone has no mobile network"


def shown(line: str) -> str:
    return on_terminal(line, columns=110, only="stdout", NO_COLOR="1").shown


def page(run: Run, home: Path, line: str) -> str:
    run(f"{line} --html r.html --yes")
    return (home / "r.html").read_text()


def test_reasons_are_in_plain_words_for_people_and_raw_in_data(
    run: Run, campaign: Fill, home: Path
) -> None:
    errors = ("RESULT_ERROR_NO_SERVICE", "RESULT_RIL_NETWORK_NOT_READY", "No credit")
    campaign(*(message("Failed", error=each) for each in errors))
    for text in (shown("campaigns report 1"), page(run, home, "campaigns report 1")):
        assert NO_SERVICE in text
        assert "No credit" in text
        assert "RESULT_" not in text
    assert f"{NO_SERVICE} 2" in shown("campaigns report 1")
    told = run("campaigns report 1 -o json").json
    assert {each["reason"] for each in told["failures"]} == set(errors)
    assert "RESULT_ERROR_NO_SERVICE" in run("campaigns report 1 -o csv").stdout


def test_the_text_and_the_gateway_are_told(
    run: Run, server: Gateway, campaign: Fill, home: Path
) -> None:
    campaign(message(text="Closed\non <Monday>"), message(text="Closed\non <Monday>"))
    text, table = page(run, home, "campaigns report 1"), shown("campaigns report 1")
    assert '<div class="quote"><p>Closed</p><p>on &lt;Monday&gt;</p></div>' in text
    assert "Closed on <Monday>" in table
    assert server.url in text
    assert f"read from {server.url}" in table


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (("Hi",), "Hi"),
        (("Hi", "Hi"), "Hi"),
        (("Hi Ann, your code is 4711.", "Hi Bob, your code is 0815."), "Hi … (2 texts)"),
        (("Dear Ann see\nyou", "Dear Bob and Eve see\nyou"), "Dear … see\nyou (2 texts)"),
        (("One", "Two", "Three"), "3 texts"),
        (("a b", "a b c", "a"), "a … (3 texts)"),
        ((None, "", 5), None),
    ],
)
def test_what_differs_between_texts_is_left_out(texts: tuple[Any, ...], shown: str | None) -> None:
    tally = Tally()
    for text in texts:
        tally.add({"id": 1, "status": "Sent", "content": text})
    assert text_of(tally.plain_report()) == shown


def test_many_texts_do_not_fill_the_memory() -> None:
    tally = Tally()
    for number in range(MOST_KEPT + 5):
        tally.add({"id": 1, "status": "Sent", "content": f"Your code: {number}"})
    assert text_of(tally.plain_report()) == "Your code: … (more than 1,000 texts)"


def test_a_mailing_is_one_row_for_people(run: Run, server: Gateway, home: Path) -> None:
    rows = "".join(
        f"{name},+120255501{number}\n"
        for name, number in zip("abcd", (20, 21, 22, 99), strict=True)
    )
    (home / "to.csv").write_text(f"name,mobile_number\n{rows}")
    run("messages send --csv to.csv -m 'Hi {name}' --name Spring --yes")
    run("messages send --to +12025550123 -m Other --name Notice")
    assert len(run("campaigns report -o json").json["campaigns"]) == 5
    for text in (shown("campaigns report"), page(run, home, "campaigns report")):
        assert "5 campaigns" in text
        assert "Spring (4 campaigns)" in text
        assert "5 (Notice)" in text
    assert "Spring, 4 messages" in shown("campaigns report Spring")
    assert "<h1>Spring</h1>" in page(run, home, "campaigns report Spring")
    damaged = next((home / ".local/state/smsgw/sends").glob("*.db"))
    damaged.write_text("damaged")
    assert "5 campaigns" in shown("campaigns report")


def test_what_a_sending_server_processed_is_not_called_unsent() -> None:
    tally = Tally()
    for messenger, status in (
        ("Sender ID #2", "Processed"),
        ("Sim #1", "Processed"),
        ("Sim #1", "Pending"),
        ("Sim #1", "Sent"),
    ):
        tally.add({"id": 1, "status": status, "messenger": messenger})
    assert tally.plain_report()["left"] == 2


def test_failures_are_listed_with_their_reason(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123,+12025550199 -m Hi")
    listed = on_terminal("messages list", columns=200, NO_COLOR="1").shown
    assert "REASON" in listed
    assert NO_SERVICE in listed
    narrow = on_terminal("messages list --status Failed", columns=80, NO_COLOR="1").shown
    assert "REASON" in narrow
    assert "no service" in narrow
    assert NO_SERVICE in run("messages get 2 -o table").stdout
    assert NO_SERVICE in run("messages list -o table -c id,reason").stdout
    assert "REASON" not in shown("messages list --number +12025550123")
    tail = "messages tail --since 1h --no-follow"
    assert NO_SERVICE in run(f"{tail} --status Failed -o table").stdout
    for format in ("json", "csv", "tsv", "ndjson"):
        assert NO_SERVICE not in run(f"messages list -o {format}").stdout
        assert NO_SERVICE not in run(f"{tail} --status Failed -o {format}").stdout
    assert run("messages list -o json --query '[].response.error'").json == [
        "RESULT_ERROR_NO_SERVICE"
    ]
    assert "reason" not in run("messages get 2 -o json").json


@pytest.mark.parametrize("columns", [100, 80, 40])
def test_bars_give_way_before_any_number_does(campaign: Fill, columns: int) -> None:
    failed = message("Failed", error="RESULT_ERROR_NO_SERVICE")
    campaign(*[failed] * 200, *[message()] * 1_000, name="会員リスト " * 20)
    shown = on_terminal("campaigns report 1", columns=columns, only="stdout", NO_COLOR="1").shown
    lines = re.sub(r"\x1b\[\d*m", "", shown).splitlines()
    words = re.sub(r"█+. ", "", " ".join(" ".join(lines).split()))
    assert "1,200 messages" in words
    assert "Delivered 1,000 83.3 % Failed 200 16.7 %" in words
    assert "Sim #1 1,200 1,000 delivered, 200 failed (16.7 %)" in words
    assert ("no service: the phone has no mobile network 200" in words) == (columns > 40)
    assert all(cell_len(line) <= columns for line in lines)
