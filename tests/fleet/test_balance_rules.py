"""Rules of balances: the most specific that fits a SIM, and mistakes found when they are read."""

from decimal import Decimal
from pathlib import Path

import pytest

from smsgw_cli.config import profiles
from smsgw_cli.config.balance_rules import rule_for, rules_of
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.fleet.balance_rules import configure

RULE = "[[balance]]\ncode = '{code}'\npattern = '(?P<amount>.+)'\n"
GOOD = RULE.format(code="*1#")


@pytest.mark.parametrize(
    ("carrier", "country", "code"),
    [
        ("MTN NG", "NG", "*1#"),
        (" mtn  ng ", "ng", "*1#"),
        ("MTN NG", "GH", "*2#"),
        ("MTN Nigeria", "NG", "*3#"),
        ("MTN Nigeria", "GH", "*4#"),
        ("Glo", "NG", "*5#"),
        ("Glo", "GH", "*6#"),
        (None, "NG", "*5#"),
        (None, None, "*6#"),
        ("A[1]", "US", "*7#"),
        ("A1", "US", "*6#"),
    ],
)
def test_the_most_specific_rule_that_fits_is_taken(
    home: Path, carrier: str | None, country: str | None, code: str
) -> None:
    keys = {
        "*6#": "",
        "*5#": "country='NG'",
        "*4#": "carrier='MTN*'",
        "*3#": "carrier='MTN*'\ncountry='ng'",
        "*2#": "carrier='MTN NG'",
        "*1#": "carrier='MTN NG'\ncountry='NG'",
        "*7#": "carrier='A[1]*'",
    }
    configure(home, "".join(RULE.format(code=each) + f"{more}\n" for each, more in keys.items()))
    rule = rule_for(rules_of(profiles.load().balance), carrier, country)
    assert rule
    assert rule.code == code


def test_a_rule_with_the_code_is_preferred_and_no_rule_is_none(home: Path) -> None:
    configure(home, f"{GOOD}country='DE'\n{RULE.format(code='*2#')}carrier='X'\ncountry='DE'\n")
    rules = rules_of(profiles.load().balance)
    found = [rule_for(rules, "X", "DE", code) for code in ("*1#", "*2#", "*3#", None)]
    assert [each and each.code for each in found] == ["*1#", "*2#", "*2#", "*2#"]
    assert rule_for(rules, "X", "FR") is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (f"{GOOD}lwo = 5", "unknown key 'lwo'"),
        (f"{GOOD}low = 'five'", "low must be a number"),
        (f"{GOOD}low = true", "low must be a number"),
        (f"{GOOD}low = nan", "low must be a number"),
        (f"{GOOD}low = 1e300", "low must be a number"),
        (f"{GOOD}carrier = 5", "carrier must be text"),
        (f"{GOOD}carrier = ''", "carrier must be text"),
        (f"{GOOD}country = 'Germany'", "country must be two letters"),
        ("[[balance]]\npattern='(?P<amount>.)'", "has no code"),
        ("[[balance]]\ncode='*1#'", "has no pattern"),
        (RULE.format(code="hello"), "code 'hello' is not a USSD code"),
        ("[[balance]]\ncode='*1#'\npattern='('", "pattern is not a regular expression"),
        ("[[balance]]\ncode='*1#'\npattern='.+'", "pattern has no group (?P<amount>…)"),
        (
            "[[balance]]\ncode='*1#'\npattern='(?P<amount>.)(?P<curency>.)'",
            "pattern has an unknown group 'curency'",
        ),
    ],
)
def test_a_mistake_is_found_before_anything_is_dialled(
    run: Run, server: Gateway, home: Path, text: str, error: str
) -> None:
    configure(home, f"{RULE.format(code='*9#')}country = 'FR'\n{text}\n")
    shown = run("devices balances", code=2).stderr
    assert f"config.toml, [[balance]] 2: {error}" in shown
    assert server.requests == []
    assert error in run("doctor", code=2).stdout
    run("devices list")  # which has nothing to do with balances


def test_what_was_meant_is_told(run: Run, home: Path) -> None:
    configure(home, f"{GOOD}lwo = 5\n")
    assert "did you mean low?" in run("-p sandbox devices balances", code=2).stderr


def test_of_two_rules_for_the_same_sims_none_would_be_used(run: Run, home: Path) -> None:
    configure(home, GOOD + GOOD)
    assert (
        "[[balance]] 2: is for the same SIMs and code as [[balance]] 1"
        in run("-p sandbox devices balances", code=2).stderr
    )


@pytest.mark.parametrize("text", ["balance = 5", "[balance]\ncode = '*1#'", "balance = ['x']"])
def test_rules_are_tables(run: Run, home: Path, text: str) -> None:
    configure(home, text)
    assert (
        "balance must be tables headed [[balance]]"
        in run("-p sandbox devices balances", code=2).stderr
    )


def test_profiles_are_edited_and_the_rules_stay(run: Run, server: Gateway, home: Path) -> None:
    configure(home, f"# ours\n{GOOD}low = 2.5\n")
    run(f"profiles add work {server.url} --token-stdin", input=server.token)
    (rule,) = rules_of(profiles.load().balance)
    assert (rule.code, rule.low) == ("*1#", Decimal("2.5"))
    assert "# ours" in (home / ".config/smsgw/config.toml").read_text()
