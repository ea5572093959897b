"""`check balance` judges what is known of balances; it dials nothing and asks no server."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.fleet.balance_rules import configure

REFRESH = "devices balances --refresh --yes"


@pytest.fixture
def known(run: Run, server: Gateway, home: Path) -> Control:
    """The balance of SIM 1 was read: $4.20, below the low mark of its rule, 5."""
    configure(home)
    control = Control(server.url, server.token)
    control.set_sim(1, balance="4.20")
    run(f"{REFRESH} 1")
    return control


def test_the_low_mark_of_the_rule_is_the_default(run: Run, known: Control) -> None:
    shown = run("check balance 1", code=1).stdout
    first = shown.splitlines()[0]
    assert first.startswith("SMSGW WARNING - SIM 1 (Main line): balance 4.20 $, until ")
    assert "'SIM 1 balance'=4.2;5:" in first
    assert "'SIM 1 balance_age'=" in first


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("-w 4: -c 2:", 0),
        ("-w 5: -c 2:", 1),
        ("-w 6: -c 5:", 2),
        ("-w 4: -c 2: -c age=:26h", 0),
        ("-w 4: --set check.balance=9:/8:", 2),
    ],
)
def test_ranges_on_the_line_and_settings_win(
    run: Run, known: Control, options: str, code: int
) -> None:
    run(f"check balance 1 {options}", code=code)


def test_a_balance_that_was_read_long_ago_is_told(run: Run, known: Control, home: Path) -> None:
    (history,) = (home / ".local/state/smsgw/fleet").glob("*.db")
    with closing(sqlite3.connect(history)) as db, db:
        db.execute(
            "UPDATE dials SET answered_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-27 hours')"
        )
    shown = run("check balance 1 -w 4: -c age=:26h", code=2).stdout
    assert "SIM 1 (Main line): balance read " in shown
    run("check balance 1 -w 4: -c age=:28h")


def test_it_never_dials_and_asks_no_server(run: Run, server: Gateway, known: Control) -> None:
    before = len(server.requests)
    run("check balance 1", code=1)
    assert len(server.requests) == before
    server.stop()
    run("check balance 1", code=1)


def test_a_sim_with_a_rule_that_was_never_read_is_unknown(run: Run, known: Control) -> None:
    assert "nothing to check: no balance has been read yet" in run("check balance 2", code=3).stdout
    assert (
        "SIM 2 (Verizon): no balance has been read yet" in run("check balance 1 2", code=1).stdout
    )


def test_without_rule_or_reading_there_is_nothing_to_check(run: Run, server: Gateway) -> None:
    assert "no [[balance]] rule" in run("check balance", code=3).stdout


def test_with_rules_alone_it_is_unknown_and_left_out_of_all(
    run: Run, server: Gateway, home: Path
) -> None:
    configure(home)
    assert "no balance has been read yet" in run("check balance", code=3).stdout
    assert "balance not checked: no balance has been read yet" in run("check").stdout


def test_an_unknown_sim_is_unknown(run: Run, known: Control) -> None:
    assert run("check balance 99", code=3).stdout.startswith("SMSGW UNKNOWN - SIM 99 not found")


def test_a_pattern_that_reads_it_no_more_is_unknown(run: Run, known: Control, home: Path) -> None:
    configure(home, "[[balance]]\ncode='*100*1#'\npattern='Saldo (?P<amount>.+)'\n")
    shown = run("check balance 1", code=3).stdout
    assert "SIM 1 (Main line): no balance in its newest answer" in shown


def test_a_balance_is_not_taken_for_the_newest_if_a_later_answer_has_none(
    run: Run, known: Control
) -> None:
    run(f"{REFRESH} 1 --code '*100#'", code=7)
    shown = run("check balance 1 -w 4:", code=3).stdout
    assert "'SIM 1 balance'=4.2;4:" in shown
    assert "SIM 1 (Main line): no balance in its newest answer" in shown
    run("check balance 1", code=1)


def test_a_sim_that_is_gone_is_not_judged_any_more(
    run: Run, server: Gateway, known: Control
) -> None:
    run("devices delete 1 --yes")
    run("devices balances")
    assert "SIM 1 not found" in run("check balance 1", code=3).stdout
