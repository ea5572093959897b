"""Preview and question say when a send goes out."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import at_terminal

TO = "--to +12025550123 -m Hi"
SEND = f"messages send {TO}"


def campaigns(server: Gateway) -> list[Any]:
    return server.store.rows("campaigns")


def test_preview_says_when_in_both_clocks(run: Run, server: Gateway) -> None:
    options = "--at 2031-01-31T09:00 --every '1 month' --until 2031-06-30 --timezone Europe/Berlin"
    when = run(f"messages preview {TO} {options} -o json").json["when"]
    assert when["timezone"] == "Europe/Berlin"
    assert when["first"] == {"utc": "2031-01-31T08:00:00Z", "local": "2031-01-31T09:00:00+01:00"}
    assert [each["local"] for each in when["next"]] == [
        "2031-02-28T09:00:00+01:00",
        "2031-03-31T09:00:00+02:00",
        "2031-04-30T09:00:00+02:00",
    ]
    assert when["last"] == {"utc": "2031-06-30T07:00:00Z", "local": "2031-06-30T09:00:00+02:00"}
    table = run(f"messages preview {TO} {options} -o table").stdout
    assert "Fri 2031-01-31 09:00 Europe/Berlin (08:00 UTC)" in table
    assert "Fri 2031-02-28 09:00, Mon 2031-03-31 09:00, Wed 2031-04-30 09:00" in table
    assert "Mon 2031-06-30 09:00 Europe/Berlin (07:00 UTC)" in table


def test_preview_says_at_once_and_no_end(run: Run, server: Gateway) -> None:
    when = run(f"messages preview {TO} -o json").json["when"]
    assert (when["first"], when["next"], when["last"]) == (None, [], None)
    table = run(f"messages preview {TO} --every day --timezone UTC -o table").stdout
    assert "immediately" in table
    assert "no end" in table


def test_preview_says_how_long_the_hours_hold_it(run: Run, server: Gateway) -> None:
    options = "--at 2031-01-31T19:00 --days mon-fri --active-hours 08:00-17:00 --timezone UTC"
    shown = run(f"messages preview {TO} {options} -o json").json["when"]
    assert shown["held_until"]["utc"] == "2031-02-03T08:00:00Z"
    assert (shown["active_hours"], shown["days_of_week"]) == ("08:00-17:00", [1, 2, 3, 4, 5])


def test_the_question_says_when(run: Run, server: Gateway) -> None:
    options = "--at 2031-01-31T09:00 --timezone Europe/Berlin --set ask_above=0"
    said = "on Fri 2031-01-31 09:00 Europe/Berlin (08:00 UTC)?"
    assert f"Send it to 1 recipient {said}" in run(f"{SEND} {options}", code=2).stderr
    pull = run(f"ussd-pulls send '*123#' {options}", code=2)
    assert f"Dial 1 code {said}" in pull.stderr
    shown = at_terminal(
        ["messages", "send", "--to", "+12025550123", "-m", "Hi", "--every", "day",
         "--at", "2031-01-31T09:00", "--timezone", "UTC", "--set", "ask_above=0"], b"n\n",
    )  # fmt: skip
    assert "next: Sat 2031-02-01 09:00, Sun 2031-02-02 09:00" in shown.output
    assert campaigns(server) == []


def test_json_of_a_send_is_the_servers(run: Run, server: Gateway) -> None:
    sent = run(f"{SEND} --at 2031-01-31T09:00 --timezone Europe/Berlin -o json").json
    assert sent["scheduled_at"] == "2031-01-31T08:00:00.000000Z"
    assert sent["timezone"] == "Europe/Berlin"


@pytest.mark.parametrize("recipients", ["--to +12025550123", "--csv a.csv"])
def test_preview_needs_no_server(run: Run, home: Path, recipients: str) -> None:
    (home / "a.csv").write_text("phone\n+12025550123\n")
    shown = run(f"messages preview {recipients} -m Hi --at 2031-01-31T09:00Z -o json").json
    assert shown["when"]["first"]["utc"] == "2031-01-31T09:00:00Z"
