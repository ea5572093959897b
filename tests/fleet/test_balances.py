"""The networks are asked for balances, once, and their answers are kept and read when shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from smsgw_cli.app import app
from smsgw_cli.commands import _balance_refresh
from smsgw_cli.fleet.balance_history import BalanceHistory
from smsgw_cli.fleet.dialling import Dialler
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.sender import Sender
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.fleet.balance_rules import STUCK, configure
from tests.fleet.conftest import Behind
from tests.lying import Exchange
from tests.messages.processes import CONTEXT, start
from tests.terminal import at_terminal

REFRESH = "devices balances --refresh --yes"
NOW = "--timeout 0.001"  # what is not there at once is not waited for


@pytest.fixture(autouse=True)
def at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(home)
    monkeypatch.setattr(_balance_refresh, "APART", 0)


@pytest.fixture
def control(server: Gateway) -> Control:
    return Control(server.url, server.token)


def dialled(server: Gateway) -> list[tuple[int, str]]:
    """What was dialed on which SIM."""
    return [(each["sim_id"], each["code"]) for each in server.store.rows("ussd_pulls")]


def known(run: Run, options: str = "") -> dict[int, Any]:
    rows = run(f"devices balances {options} -o json").json
    return {each["sim_id"]: each for each in rows}


def answered(run: Run, control: Control, text: str, options: str = "") -> Any:
    """What is known of SIM 2 once the network has answered with this text."""
    run(f"{REFRESH} 2 {NOW} --allow repeat", code=9)
    control.receive(text, to=2, type="USSD")
    return run(f"devices balances 2 -o json {options}", code=0).json[0]


def test_a_balance_is_asked_for_and_read(run: Run, server: Gateway, control: Control) -> None:
    control.set_sim(1, balance="1234.50")
    (shown,) = run(f"{REFRESH} 1 -o json").json
    assert dialled(server) == [(1, "*100*1#")]
    assert (shown["sim_id"], shown["balance"], shown["currency"]) == (1, 1234.5, "$")
    assert shown["expires_on"].endswith("-12-31")
    assert shown["text"] == "Your balance is $1234.50. Valid until 31 Dec."
    assert shown["code"] == "*100*1#"
    assert known(run) == {1: shown, **{each: known(run)[each] for each in (2, 3)}}
    assert known(run)[2]["balance"] is None


def test_files_and_tables_have_the_digits_of_the_network(
    run: Run, control: Control, server: Gateway
) -> None:
    control.set_sim(1, balance="7.50")
    run(f"{REFRESH} 1")
    assert run("devices balances 1 -o csv -c balance").stdout == "balance\n7.50\n"
    assert "7.50" in run("devices balances -o table").stdout


def test_a_code_is_dialled_once_in_20_hours(run: Run, server: Gateway) -> None:
    run(f"{REFRESH} 1")
    again = run(f"{REFRESH} 1 -o json")
    assert again.json[0]["balance"] is not None
    assert "use --allow repeat to dial it again" in again.stderr
    assert dialled(server) == [(1, "*100*1#")]


def test_a_code_without_an_answer_is_not_dialled_again_either(run: Run, server: Gateway) -> None:
    for _ in range(2):
        assert "no answer yet from SIM 2" in run(f"{REFRESH} 2 {NOW}", code=9).stderr
    assert dialled(server) == [(2, STUCK)]


def test_it_is_dialled_again_after_20_hours_or_where_that_is_allowed(
    run: Run, server: Gateway, control: Control
) -> None:
    run(f"{REFRESH} 1")
    run(f"{REFRESH} 1 --allow repeat")
    assert len(dialled(server)) == 2
    control.advance("19h59m")
    run(f"{REFRESH} 1")
    assert len(dialled(server)) == 2
    control.advance("2m")
    run(f"{REFRESH} 1")
    assert len(dialled(server)) == 3


def test_what_was_let_through_is_noted(run: Run, server: Gateway) -> None:
    run(f"{REFRESH} 1 --allow repeat")
    assert run("sends get 1 -o json").json["allowed"] == "repeat"


def test_two_processes_at_once_dial_once(server: Gateway, tmp_path: Path) -> None:
    line = (*REFRESH.split(), "1", "-o", "json")
    gate = CONTEXT.Event()
    started = [start(tmp_path / str(number), *line, gate=gate) for number in range(3)]
    gate.set()
    ended = [each.ended() for each in started]
    assert [code for code, _, _ in ended] == [0, 0, 0]
    assert sum("*100*1# dialed" in stderr for _, _, stderr in ended) == 1
    assert dialled(server) == [(1, "*100*1#")]


@pytest.mark.parametrize("fault", ["drop-after", "truncated", "504", "drop-before"])
def test_a_lost_answer_of_the_server_dials_once(run: Run, server: Gateway, fault: str) -> None:
    server.faults.add(f"{fault} POST /ussd-pulls/send times=1")
    assert run(f"{REFRESH} 1 --set settle=0 -o json").json[0]["balance"] is not None
    assert dialled(server) == [(1, "*100*1#")]


class Killed(BaseException):
    """Ends a command at once, as SIGKILL does: nothing more is recorded."""


def _killed_after(cls: type, name: str) -> Callable[..., Any]:
    original = getattr(cls, name)

    def run_and_die(*given: Any, **named: Any) -> Any:
        original(*given, **named)
        raise Killed

    return run_and_die


@pytest.mark.parametrize(
    ("cls", "name", "sent"),
    [
        (BalanceHistory, "begin", 0),
        (Ledger, "begin", 0),
        (Sender, "_sent", 1),
        (Ledger, "end", 1),
        (Dialler, "dial", 1),
        (BalanceHistory, "answer", 1),
    ],
)
def test_a_kill_at_any_gap_dials_once_and_loses_nothing(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch, cls: type, name: str, sent: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(cls, name, _killed_after(cls, name))
        with pytest.raises(Killed):
            CliRunner().invoke(app, f"{REFRESH} 1".split(), catch_exceptions=False)
    assert len(dialled(server)) == sent
    (shown,) = run(f"{REFRESH} 1 --set settle=0 -o json").json
    assert shown["balance"] is not None
    assert dialled(server) == [(1, "*100*1#")]


def test_what_was_dialled_before_an_interruption_is_found_again(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(_balance_refresh.Refresh, "_wait", lambda *_: _raise(KeyboardInterrupt))
        run(f"{REFRESH} 1", code=130)
    assert known(run)[1]["balance"] is not None
    run(f"{REFRESH} 1")
    assert dialled(server) == [(1, "*100*1#")]


def _raise(error: type[BaseException]) -> None:
    raise error


def test_all_sims_are_dialled_apart(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(_balance_refresh, "APART", 10.0)
    monkeypatch.setattr("time.sleep", pauses.append)
    run(f"{REFRESH} {NOW}", code=9)
    assert sorted(dialled(server)) == [(1, "*100*1#"), (2, STUCK), (3, STUCK)]
    assert pauses[:2] == [10.0, 10.0]


def test_it_asks_first_and_says_what_is_dialled(server: Gateway) -> None:
    shown = at_terminal(["devices", "balances", "1", "--refresh"], b"n\n")
    assert "Dial *100*1# on SIM 1 (Front desk, T-Mobile US)?" in shown.output
    assert shown.code == 1
    assert dialled(server) == []


def test_off_a_terminal_nothing_is_dialled_without_yes(run: Run, server: Gateway) -> None:
    run("devices balances --refresh", code=2)
    assert dialled(server) == []


def test_a_dry_run_shows_what_would_be_dialled(run: Run, server: Gateway) -> None:
    run(f"{REFRESH} 1")
    requests = run("devices balances --refresh --dry-run").json
    assert [each["body"] for each in requests] == [
        {"sims": [each], "ussd_codes": [STUCK]} for each in (3, 2)
    ]
    table = run("devices balances --refresh --dry-run -o table").stdout
    assert STUCK in table
    assert "*100*1#" not in table
    assert len(dialled(server)) == 1


def test_another_code_may_be_dialled(run: Run, server: Gateway) -> None:
    shown = run(f"{REFRESH} 1 --code '*100*1#' -o json")
    assert shown.json[0]["balance"] is not None
    run(f"{REFRESH} 2 --code '＊１４1＃' {NOW}", code=7)
    assert dialled(server) == [(1, "*100*1#"), (2, "*141#")]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ("--refresh --code hello", "not a USSD code"),
        ("--refresh --allow past", "unknown value 'past' of --allow"),
        ("--code '*1#'", "require --refresh"),
        ("--allow repeat", "require --refresh"),
        ("--refresh --timeout 99d --yes", "timeout"),
        ("--since nonsense", "cannot read 'nonsense' as a time"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    run: Run, server: Gateway, options: str, error: str
) -> None:
    assert error in run(f"devices balances {options}", code=2).stderr
    assert dialled(server) == []


def test_a_sim_without_a_rule_is_named_and_left_out(run: Run, server: Gateway, home: Path) -> None:
    configure(home, "[[balance]]\ncountry='DE'\ncode='*1#'\npattern='(?P<amount>.+)'\n")
    refused = run(f"{REFRESH} 2", code=2)
    assert "SIM 2 (Front desk, Verizon Wireless): no matching [[balance]] rule" in refused.stderr
    assert "its country is US" in refused.stderr
    assert "add a [[balance]] rule to config.toml; see 'smsgw help settings'" in refused.stderr
    assert "nothing to dial" in run(REFRESH, code=2).stderr
    assert dialled(server) == []


def test_a_sim_that_cannot_dial_is_left_out_unless_it_is_named(
    run: Run, server: Gateway, control: Control
) -> None:
    control.set_sim(1, active=False)
    control.set_device(2, enabled=False)
    shown = run(f"{REFRESH} {NOW}", code=9)
    assert dialled(server) == [(2, STUCK)]
    assert "SIM 1 (Front desk, T-Mobile US) skipped" in shown.stderr
    rejected = run(f"{REFRESH} 1", code=5)
    assert "SIM 1" in rejected.stderr


def test_one_sim_that_is_rejected_does_not_stop_the_others(
    run: Run, server: Gateway, control: Control
) -> None:
    control.set_sim(2, active=False)
    run(f"{REFRESH} 2 1", code=7)
    assert dialled(server) == [(1, "*100*1#")]


def test_a_network_that_refuses_a_code_is_told(run: Run, server: Gateway) -> None:
    shown = run(f"{REFRESH} 2 --code '*199#' -o json", code=7)
    assert "dialing failed on SIM 2" in shown.stderr
    assert shown.json[0]["balance"] is None


def test_an_answer_that_is_late_is_taken_in(run: Run, server: Gateway, control: Control) -> None:
    assert answered(run, control, "Bal 3")["balance"] == 3
    assert len(dialled(server)) == 1


def test_a_message_in_place_of_an_answer_is_matched_by_rule(
    run: Run, server: Gateway, home: Path, control: Control
) -> None:
    control.set_sim(2, balance="8.20")
    configure(home, "[[balance]]\ncode='*141#'\npattern='balance is \\$(?P<amount>[\\d.]+)\\.'\n")
    (shown,) = run(f"{REFRESH} 2 -o json").json
    assert (shown["balance"], shown["text"]) == (8.2, "Your balance is $8.20. Valid until 31 Dec.")


def test_nobody_else_can_write_a_balance(run: Run, server: Gateway, control: Control) -> None:
    control.receive("Bal 1", sender="7373", to=2)
    control.advance("1h")
    run(f"{REFRESH} 2 {NOW}", code=9)
    control.receive("You will get an SMS", to=2, type="USSD")
    control.receive("Bal 99", sender="+12025550123", to=2)  # a phone
    control.receive("Bal 98", sender="7373", to=3)  # another SIM
    control.receive("Welcome", sender="7373", to=2)
    assert run("devices balances 2 -o json", code=7).json[0]["balance"] is None
    control.receive("Bal 4.10", sender="MyTelco", to=2)
    control.receive("Bal 5", sender="7373", to=2)
    assert known(run, "2")[2]["balance"] == 4.1


def test_a_message_answers_one_code(run: Run, server: Gateway, control: Control) -> None:
    for _ in range(2):
        run(f"{REFRESH} 2 {NOW} --allow repeat", code=9)
    for _ in range(2):
        control.receive("Wait for an SMS", to=2, type="USSD")
    control.advance("2s")
    control.receive("Bal 4", sender="7373", to=2)
    assert known(run, "2")[2]["balance"] == 4
    texts = [each["text"] for each in run("devices balances 2 --since 1d -o json").json]
    assert sorted(texts) == ["Bal 4", "Wait for an SMS"]


def test_what_is_not_understood_is_shown_and_not_guessed(
    run: Run, server: Gateway, control: Control, home: Path
) -> None:
    run(f"{REFRESH} 2 {NOW}", code=9)
    control.receive("Guthaben: 12,34 EUR", to=2, type="USSD")
    shown = run("devices balances 2 -o json", code=7)
    assert shown.json[0]["balance"] is None
    assert shown.json[0]["text"] == "Guthaben: 12,34 EUR"
    assert "change the pattern" in shown.stderr
    configure(home, f"[[balance]]\ncode='{STUCK}'\npattern='(?P<amount>[\\d,]+) EUR'\n")
    assert known(run, "2")[2]["balance"] == 12.34


def test_an_answer_that_is_not_understood_leaves_the_balance_before_it(
    run: Run, server: Gateway, control: Control
) -> None:
    answered(run, control, "Bal 3")
    run(f"{REFRESH} 2 {NOW} --allow repeat", code=9)
    control.receive("Try later\x1b[31m", to=2, type="USSD")
    shown = run("devices balances 2 -o json", code=7)
    assert (shown.json[0]["balance"], shown.json[0]["text"]) == (3, "Try later\x1b[31m")
    assert "\x1b" not in shown.stderr


@pytest.mark.parametrize(
    ("text", "balance", "expires"),
    [
        ("Bal: Rs.1,234.50; exp 31/12/2030", 1234.5, None),
        ("Bal €\u00a012.34; exp 12/31/2030", 12.34, "2030-12-31"),
        ("Bal ١٢٫٣٤", 12.34, None),
        ("Bal:\n-5.00", -5, None),
        ("Bal 7; exp soon", 7, None),
    ],
)
def test_amounts_are_read_and_expiries_if_they_are_dates(
    run: Run, server: Gateway, control: Control, text: str, balance: float, expires: str | None
) -> None:
    shown = answered(run, control, text)
    if text != "Bal: Rs.1,234.50; exp 31/12/2030":
        assert shown["expires_on"] == expires
    assert shown["balance"] == balance


def test_an_expiry_that_is_no_date_is_told(run: Run, server: Gateway, control: Control) -> None:
    answered(run, control, "Bal 7; exp soon")
    assert "the expiry 'soon' is not a date" in run("devices balances 2").stderr


def test_the_history_is_shown_since_a_time(run: Run, server: Gateway, control: Control) -> None:
    for amount in ("9", "8"):
        answered(run, control, f"Bal {amount}")
    shown = run("devices balances --since 90d -o csv -c sim_id,balance").stdout
    assert shown == "sim_id,balance\n2,9\n2,8\n"
    control.advance("91d")
    assert run("devices balances --since 90d -o json").json == []


def test_the_history_says_when_a_balance_is_used_up(
    run: Run, server: Gateway, control: Control
) -> None:
    for day in range(6):
        answered(run, control, f"Bal {20 - 2 * day}")
        control.advance("1d")
    shown = run("devices balances 2 --since 90d")
    assert "SIM 2 (Front desk, Verizon Wireless): empty in about 5 days" in shown.stderr
    assert "empty" not in run("devices balances 2 --since 3d").stderr


def test_a_server_that_is_away_for_a_moment_is_asked_again(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    server.faults.add("503 GET /ussd-pulls times=2")
    run(f"{REFRESH} 1 --retries 0 -o json")


def test_an_unknown_sim_is_not_found(run: Run, server: Gateway) -> None:
    assert "SIM 99 not found" in run("devices balances 99", code=4).stderr
    assert "not found" in run("devices balances Nowhere", code=4).stderr


def test_a_sim_goes_by_its_names_too(run: Run, server: Gateway) -> None:
    run(f"{REFRESH} 'Main line'")
    assert dialled(server) == [(1, "*100*1#")]


def test_texts_are_private(run: Run, server: Gateway, home: Path) -> None:
    run(f"{REFRESH} 1")
    (history,) = (home / ".local/state/smsgw/fleet").glob("*.db")
    assert history.stat().st_mode & 0o77 == 0


def test_the_newest_send_is_none_for_a_balance(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hi")
    run(f"{REFRESH} 1")
    assert run("campaigns watch last -o json").json["id"] == 1


def test_a_sim_of_which_little_is_known_goes_by_the_rule_for_all(
    run: Run, server: Gateway, control: Control, behind: Behind
) -> None:
    def forgetful(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/devices"):
            page = exchange.json
            for device in page["data"]:
                nothing = dict.fromkeys(("carrier", "country", "number", "name", "label"))
                device["sims"] = [*({**sim, **nothing} for sim in device["sims"]), "?", {}]
                device |= {"name": None, "model": None}
            exchange.json = page

    behind(forgetful)
    shown = run(f"{REFRESH} {NOW}", code=9)
    assert "SIM 1: *198# dialed" in shown.stderr
    assert sorted(dialled(server)) == [(1, STUCK), (2, STUCK), (3, STUCK)]
    control.receive("Bal 1.5", to=1, type="USSD")
    assert known(run, "1")[1]["balance"] == 1.5


def test_two_sims_of_one_carrier_in_one_phone_are_two(
    run: Run, server: Gateway, control: Control, behind: Behind
) -> None:
    def same(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/devices"):
            page = exchange.json
            for device in page["data"]:
                device["sims"] = [{**sim, "carrier": "T-Mobile US"} for sim in device["sims"]]
            exchange.json = page

    behind(same)
    run(f"{REFRESH} 1 2")
    assert dialled(server) == [(1, "*100*1#"), (2, "*100*1#")]
    balances = [known(run)[each]["text"] for each in (1, 2)]
    assert balances == [each["response"] for each in server.store.rows("ussd_pulls")]
