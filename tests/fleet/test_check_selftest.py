"""`check selftest` judges the last self-test of each SIM, and sends nothing."""

from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.check.judges import needs_perl, perfdata
from tests.conftest import Run

AS_JSON = "check selftest -o json"


@pytest.fixture
def phones(server: Gateway) -> Control:
    return Control(server.url, server.token)


def values(report: Any) -> list[tuple[int, str]]:
    """The SIMs and metrics of which there is a value."""
    return [(each["id"], each["metric"]) for each in report["results"] if each["value"] is not None]


def critical(report: Any) -> list[str]:
    return [each["text"] for each in report["results"] if each["status"] == "CRITICAL"]


def test_without_a_self_test_there_is_nothing_to_check(run: Run, server: Gateway) -> None:
    assert run("check selftest", code=3).stdout.splitlines() == [
        "SMSGW UNKNOWN - nothing to check: no self-test"
    ]


def test_each_sim_has_its_time_and_age(run: Run, server: Gateway, phones: Control) -> None:
    run("devices selftest --yes")
    sent = len(server.store.rows("messages"))
    phones.advance("2h")
    report = run(AS_JSON).json
    assert values(report) == [
        (sim, metric) for sim in (1, 2, 3) for metric in ("selftest", "selftest_age")
    ]
    ages = [each["value"] for each in report["results"] if each["metric"] == "selftest_age"]
    assert all(age == pytest.approx(7200, abs=60) for age in ages)
    assert len(server.store.rows("messages")) == sent


def test_it_is_judged_by_how_long_it_took_and_how_old_it_is(
    run: Run, server: Gateway, phones: Control
) -> None:
    run("devices selftest 1 2 --yes")
    phones.advance("150m")
    assert "last self-test 2 h ago" in run("check selftest -w selftest_age=1h", code=1).stdout
    run("check selftest -c selftest_age=1h", code=2)
    run("check selftest -c selftest=60", code=0)


def test_one_that_failed_last_is_critical_until_one_arrives(
    run: Run, server: Gateway, phones: Control
) -> None:
    phones.set_sim(1, signal=0)
    run("devices selftest 1 --yes", code=1)
    report = run(AS_JSON, code=2).json
    assert critical(report) == [
        f"self-test to SIM {sim} failed: no service: the phone has no mobile network"
        for sim in (2, 3)
    ]
    assert values(report) == [(1, "selftest_age")]
    phones.set_sim(1, signal=4)
    phones.advance("2h")
    run("devices selftest 1 2 --yes")
    run("check selftest")


def test_one_that_did_not_arrive_is_critical(run: Run, server: Gateway, phones: Control) -> None:
    phones.set_device(2, silent="1m")
    run("devices selftest 1 3 --yes --timeout 0.01", code=9)
    assert critical(run(AS_JSON, code=2).json) == ["self-test to SIM 3 was not received"]


def test_sims_are_selected_and_those_that_are_gone_left_out(run: Run, server: Gateway) -> None:
    run("devices selftest --yes")
    assert {sim for sim, _ in values(run(f"{AS_JSON} 2").json)} == {2}
    assert {sim for sim, _ in values(run(f"{AS_JSON} --skip 2").json)} == {1, 3}
    run("devices delete 2 --yes")
    assert {sim for sim, _ in values(run(AS_JSON).json)} == {1, 2}
    run("check selftest 3", code=3)


@needs_perl
def test_another_program_reads_its_perfdata(run: Run, server: Gateway) -> None:
    run("devices selftest 1 2 --yes")
    found = perfdata(run("check selftest").stdout)
    assert [(each["label"], each["uom"]) for each in found] == [
        ("SIM 1 selftest", "s"),
        ("SIM 1 selftest_age", "s"),
    ]
