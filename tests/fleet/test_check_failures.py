"""Failures are judged as a share of what was tried of late, of all and of each SIM."""

import re
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.fleet.checking import found, of
from tests.fleet.conftest import Behind
from tests.lying import Exchange


def page(*records: dict[str, Any]) -> dict[str, Any]:
    meta = {"current_page": 1, "last_page": 1, "total": len(records)}
    return {"data": records, "meta": meta}


def send(run: Run, failing: int, others: int, sim: int = 1) -> None:
    """Messages of a SIM, some of them to numbers where they fail: …0199."""
    fails = [f"+1202{n}0199" for n in range(200, 200 + failing)]
    goes = [f"+1202556{n:04}" for n in range(others)]
    Path("to.txt").write_text("\n".join([*fails, *goes]))
    run(f"messages send --to @to.txt --sim {sim} -m Hi --yes --allow any-number")


@pytest.mark.parametrize(
    ("failing", "others", "code"),
    [(0, 3, 0), (4, 0, 0), (5, 0, 2), (1, 9, 0), (1, 8, 1), (5, 5, 1), (6, 4, 2)],
)
def test_a_share_is_judged_from_5_messages_up(
    failing: int, others: int, code: int, run: Run, control: Control
) -> None:
    send(run, failing, others)
    control.advance("5m")
    whole = of(found(run, "failures", code), "failed")
    assert whole["value"] == pytest.approx(100 * failing / (failing + others), abs=0.001)
    assert f"{failing} of {failing + others} messages failed in the last 60 min" in whole["text"]


def test_the_reasons_are_told_in_plain_words(run: Run, control: Control) -> None:
    send(run, 2, 20)
    control.advance("5m")
    assert "no service: the phone has no mobile network (2)" in run("check failures").stdout


def test_nothing_sent_is_no_failure(run: Run, server: Gateway, control: Control) -> None:
    results = found(run, "failures")
    assert {each["value"] for each in results} == {0}
    assert len(server.requests) == 3


def test_a_sim_that_fails_is_told_though_the_others_hide_it(
    run: Run, server: Gateway, control: Control
) -> None:
    send(run, 0, 95, sim=1)
    send(run, 6, 0, sim=3)
    control.advance("5m")
    before = len(server.requests)
    results = found(run, "failures", 2)
    assert of(results, "failed")["status"] == "OK"
    assert of(results, "failed", 3)["value"] == 100
    assert of(results, "failed", 1)["value"] == 0
    assert len(server.requests) - before == 5  # two of the whole, the devices, two of SIM 3


def test_only_the_last_hour_counts_or_since(run: Run, control: Control) -> None:
    send(run, 6, 0)
    control.advance("59m")
    assert of(found(run, "failures", 2), "failed")["value"] == 100
    control.advance("2m")
    assert of(found(run, "failures"), "failed")["value"] == 0
    assert of(found(run, "failures --since 2031-01-01", 2), "failed")["value"] == 100
    assert of(found(run, "failures --since 62m", 2), "failed")["value"] == 100
    assert of(found(run, "failures --since 58m"), "failed")["value"] == 0
    assert "cannot read 'soon' as a time" in run("check failures --since soon", code=3).stdout


def test_a_time_that_has_not_begun_has_no_failures_to_count(run: Run, control: Control) -> None:
    shown = run("check failures --since +2h", code=3).stdout
    assert shown.startswith("SMSGW UNKNOWN - --since +2h is in the future")


def test_the_last_hour_counts_though_the_server_filters_by_days(
    run: Run, control: Control, behind: Behind
) -> None:
    send(run, 6, 0)
    control.advance("2h")
    send(run, 1, 20)
    control.advance("5m")
    behind(ask=lambda path: re.sub(r"(after=\d{4}-\d\d-\d\d)[^&]*", r"\1", path))
    assert "1 of 21 messages failed" in of(found(run, "failures"), "failed")["text"]


def test_sims_are_chosen_by_id(run: Run, control: Control) -> None:
    send(run, 6, 0, sim=1)
    send(run, 0, 6, sim=3)
    control.advance("5m")
    assert [each["id"] for each in found(run, "failures 3")] == [3]
    assert of(found(run, "failures --skip 1"), "failed")["value"] == 0
    assert "SIM 9 not found" in run("check failures 9", code=3).stdout


def test_of_more_than_a_page_of_failures_some_sims_are_unknown(run: Run, control: Control) -> None:
    """Not 0 %: an older failure may be of any SIM."""
    send(run, 120, 0)
    control.advance("9m")
    results = found(run, "failures", 2)
    assert of(results, "failed", 1)["value"] == 100
    assert of(results, "failed", 3)["value"] is None


def test_of_many_sims_that_fail_the_worst_are_asked_about(run: Run, behind: Behind) -> None:
    """So that a check is done in time when it matters most."""
    newest = [sim for sim in range(1, 31) for _ in range(1 + sim // 10)]

    def failing(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/devices"):
            exchange.json = page({"id": 1, "sims": [{"id": sim} for sim in range(1, 41)]})
        elif exchange.is_of("GET", "/messages"):
            sims = [int(exchange.query["sim"])] * 9 if "sim" in exchange.query else newest
            failed = [{"messenger": f"Sim #{sim}", "status": "Failed"} for sim in sims]
            exchange.json = page(*({"id": 99 - n, **each} for n, each in enumerate(failed)))

    asked = behind(failing).asked
    results = found(run, "failures", 2)
    assert len(asked) == 3 + 2 * 10
    assert of(results, "failed", 30)["value"] == 100
    assert of(results, "failed", 1)["value"] is None
    assert of(results, "failed", 40)["value"] == 0
    asked.clear()
    assert of(found(run, "failures 1", 2), "failed", 1)["value"] == 100
    assert len(asked) == 3 + 2


def test_sending_servers_are_enabled_or_critical(run: Run, control: Control) -> None:
    assert "no sending server" in run("check sending-servers", code=3).stdout
    run("sending-servers create --name Twilio --driver twilio --type SMS --enabled")
    run("sending-servers create --name Old --driver twilio --type SMS --disabled")
    results = found(run, "sending-servers", 2)
    assert [(each["name"], each["status"]) for each in results] == [
        ("Old", "CRITICAL"),
        ("Twilio", "OK"),
    ]
    assert found(run, "sending-servers --skip 2")
    assert "sending server 9 not found" in run("check sending-servers 9", code=3).stdout
