"""Settings: one name, four sources, and the same check in each."""

from pathlib import Path

import pytest

from smsgw_cli.config.settings import CONNECTION, SECRET, SETTINGS
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import at_terminal

LOCAL = "messages send --to 2025550123 -m Hi"
INTERNATIONAL = "+12025550123"


def numbers(gateway: Gateway) -> list[str]:
    return [row["to_number"] for row in gateway.store.rows("messages")]


@pytest.fixture
def work(run: Run, gateway: Gateway) -> Gateway:
    """The gateway, as the default profile `work`."""
    run(f"profiles add work {gateway.url} --token-stdin", input=gateway.token)
    return gateway


def test_a_setting_comes_from_the_profile(run: Run, work: Gateway) -> None:
    run(LOCAL, code=2)
    run("profiles update work region=US")
    run(LOCAL)
    assert numbers(work) == [INTERNATIONAL]


def test_a_variable_wins_over_the_profile(
    run: Run, work: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("profiles update work region=DE")
    monkeypatch.setenv("SMSGW_REGION", "US")
    run(LOCAL)
    assert numbers(work) == [INTERNATIONAL]


def test_set_wins_over_a_variable_and_the_option_over_set(
    run: Run, work: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_REGION", "DE")
    run(f"{LOCAL} --set region=US")
    run(f"{LOCAL} --set region=FR --region US")
    assert numbers(work) == [INTERNATIONAL] * 2


def test_set_stands_anywhere_on_the_line(run: Run, work: Gateway) -> None:
    run(f"--set region=US {LOCAL}")
    assert numbers(work) == [INTERNATIONAL]


def test_set_without_a_value_takes_a_setting_out(run: Run, work: Gateway) -> None:
    run("profiles update work region=US")
    run(f"{LOCAL} --set region=", code=2)
    assert numbers(work) == []


def test_a_container_needs_only_variables(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_REGION", "US")
    monkeypatch.setenv("SMSGW_PRICE", "0.05 EUR")
    monkeypatch.setenv("SMSGW_TIMEZONE", "Europe/Berlin")
    run(f"{LOCAL} --days mon")
    (campaign,) = server.store.rows("campaigns")
    assert campaign["timezone"] == "Europe/Berlin"
    preview = run("messages preview --to 2025550123 -m Hi -o json").json
    assert (preview["cost"], preview["currency"]) == (0.05, "EUR")


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("regoin=US", "unknown setting 'regoin'", "did you mean region?"),
        ("nonsense=1", "unknown setting 'nonsense'", "smsgw help settings"),
        ("region=Germany", "--set region must be a two-letter country code", ""),
        ("region", "--set takes KEY=VALUE", ""),
        ("workers=0", "--set workers must be a whole number", ""),
        ("gsm=maybe", "--set gsm must be true or false", ""),
    ],
)
def test_an_invalid_setting_is_refused_before_any_request(
    run: Run, server: Gateway, text: str, said: str, hint: str
) -> None:
    error = run(f"messages send --to {INTERNATIONAL} -m Hi --set {text} -o json", code=2).error
    assert said in error["message"]
    assert hint in (error["hint"] or "")
    assert server.requests == []


@pytest.mark.parametrize("name", SECRET)
def test_set_takes_nothing_secret(run: Run, server: Gateway, name: str) -> None:
    failed = run(f"messages list --set {name}=hush-hush", code=2).stderr
    assert "process list" in failed
    assert "hush-hush" not in failed
    assert server.requests == []


def test_an_invalid_variable_is_named(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_RETRIES", "many")
    assert "SMSGW_RETRIES must be a whole number" in run("messages list", code=2).stderr
    assert server.requests == []


def test_the_connection_comes_from_one_place(
    run: Run, work: Gateway, against: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile's settings are for its server: another one in SMSGW_SERVER takes none of them."""
    run("profiles update work send_method=get region=US")
    monkeypatch.setenv("SMSGW_SERVER", "http://127.0.0.1:9")
    assert "SMSGW_TOKEN is not" in run("messages list", code=3).stderr
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    assert "country" in run(LOCAL, code=2).stderr
    run(f"{LOCAL} --set region=US", code=6)
    monkeypatch.setenv("SMSGW_SERVER", work.url)
    monkeypatch.delenv("SMSGW_TOKEN")
    run(LOCAL)
    assert work.requests[-1][0] == "GET"


def test_a_token_alone_replaces_that_of_the_profile(
    run: Run, work: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_TOKEN", "wrong")
    run("messages list", code=3)
    monkeypatch.setenv("SMSGW_TOKEN", work.token)
    run("messages list")


def test_a_token_command_may_come_from_the_environment(
    run: Run, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", gateway.url)
    monkeypatch.setenv("SMSGW_TOKEN_COMMAND", f"echo {gateway.token}")
    run("messages list")


def test_the_sandbox_is_embedded_whatever_the_environment_says(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_REGION", "US")
    assert "sandbox: simulated gateway" in run(f"-p sandbox {LOCAL}").stderr
    assert server.requests == []


def test_doctor_says_where_each_value_comes_from(
    run: Run, work: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("profiles update work region=US retries=2")
    monkeypatch.setenv("SMSGW_RATE", "600/min")
    rows = {row["check"]: row["detail"] for row in run("doctor --timeout 9 -o json").json}
    for said in (
        "region=US (profile work)",
        "retries=2 (profile work)",
        "rate=600 (SMSGW_RATE)",
        "timeout=9.0 (--timeout)",
    ):
        assert said in rows["settings"]
    assert work.token not in rows["settings"]


def test_doctor_notes_a_variable_that_is_no_setting(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_REGOIN", "US")
    assert run("doctor").stderr.count("SMSGW_REGOIN is not a setting") == 1
    assert "did you mean SMSGW_REGION?" in run("doctor").stderr
    assert "SMSGW_REGOIN" not in run("messages list").stderr


def test_every_setting_is_documented_with_its_default(run: Run) -> None:
    for topic in ("settings", "monitoring"):
        shown = run(f"help {topic}").stdout
        for each in SETTINGS.values():
            if each.is_threshold == (topic == "monitoring"):
                assert f"  {each.name} {'' if each.is_threshold else each.form}" in shown
                assert each.otherwise in " ".join(shown.split())


def test_what_a_profile_stores_can_be_read_again(run: Run, work: Gateway, home: Path) -> None:
    values = {
        "timeout": "1m30s",
        "retries": "0",
        "settle": "5m",
        "rate": "10/s",
        "workers": "4",
        "log_file": "sms.log",
        "no_input": "true",
        "output": "json",
        "region": "us",
        "timezone": "Europe/Berlin",
        "encoding": "cp1252",
        "landlines": "skip",
        "dates": "dmy",
        "decimal": ",",
        "delimiter": "tab",
        "skip_lines": "2",
        "gsm": "yes",
        "delivery_report": "false",
        "price": "0.05 EUR",
        "ask_above": "5",
        "quiet_hours": "21-8, sun",
        "repeat_after": "1h",
        "max_failed": "2.5%",
        "min_arrived": "80%",
        "suppression_list": "team.db",
        "respect_lists": "5, Customers",
        "stop_words": "=STOP,ARRET",
        "look_back": "2d",
        "interval": "10s",
        **{name: "@1:2/3:" for name, each in SETTINGS.items() if each.is_threshold},
    }
    assert values.keys() == SETTINGS.keys() - set(CONNECTION)
    run("profiles update work", *(f"{key}={value}" for key, value in values.items()))
    shown = run("profiles get work -o json").json
    assert {key: shown[key] for key in values} == {
        "timeout": 90.0,
        "retries": 0,
        "settle": 300.0,
        "rate": 600,
        "workers": 4,
        "log_file": str(home / "sms.log"),
        "no_input": True,
        "output": "json",
        "region": "US",
        "timezone": "Europe/Berlin",
        "encoding": "cp1252",
        "landlines": "skip",
        "dates": "dmy",
        "decimal": ",",
        "delimiter": "tab",
        "skip_lines": 2,
        "gsm": True,
        "delivery_report": False,
        "price": "0.05 EUR",
        "ask_above": 5,
        "quiet_hours": "21-8, sun",
        "repeat_after": 3600.0,
        "max_failed": "2.5%",
        "min_arrived": "80%",
        "suppression_list": str(home / "team.db"),
        "respect_lists": "5,Customers",
        "stop_words": "=STOP,ARRET",
        "look_back": 172_800.0,
        "interval": 10.0,
        **{name: "@1:2/3:" for name, each in SETTINGS.items() if each.is_threshold},
    }
    run("profiles update work", *(f"{key}=" for key in values))
    left = run("profiles get work -o json").json
    assert {left.get(key) for key in values} == {None, 4, 30.0}  # the defaults


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("no_input=maybe", "must be true or false"),
        ("region=Germany", "a two-letter country code"),
        ("timezone=Nowhere", "a time zone such as Europe/Berlin"),
        ("quiet_hours=21-8,22-9", "hours, days or both, such as '21-8, sun'"),
        ("quiet_hours=25-8", "hours, days or both, such as '21-8, sun'"),
        ("quiet_hours=night", "hours, days or both, such as '21-8, sun'"),
    ],
)
def test_an_invalid_setting_is_refused_by_commands_that_do_not_use_it(
    run: Run, setting: str, said: str
) -> None:
    name, _, _ = setting.partition("=")
    told = run(f"-p sandbox devices list --set {setting} -o json", code=2).error
    assert told["message"].startswith(f"--set {name} must be ")
    assert said in told["message"]
    assert said in run(f"profiles update sandbox {setting} -o json", code=2).error["message"]


def test_set_is_not_taken_for_a_profile(run: Run, home: Path) -> None:
    for line in ("add work sms.example.com token_command=true", "update sandbox"):
        told = run(f"profiles {line} --set region=DE -o json", code=2).error
        assert told["message"] == "--set is not stored in a profile"
    assert list(home.rglob("config.toml")) == []


def test_one_setting_of_a_profile_has_its_default(run: Run) -> None:
    assert run("profiles get sandbox ask_above").stdout == "100\n"
    assert run("profiles get sandbox no_input").stdout == "false\n"
    assert run("profiles get sandbox price").stdout == ""
    assert run("profiles get sandbox stop_words").stdout == ""


def test_a_token_command_is_printed_only_on_request(run: Run) -> None:
    run("profiles add work https://sms.example.com token_command='pass show sms'")
    assert "pass" not in run("profiles get work token_command", code=2).stderr
    assert run("profiles get work token_command --show-secrets").stdout == "pass show sms\n"


def test_doctor_shows_settings_as_they_are_written(run: Run, server: Gateway) -> None:
    told = run("doctor --set price='0.05 EUR' --set no_input=yes -o json").json
    (shown,) = (each["detail"] for each in told if each["check"] == "settings")
    assert "price=0.05 EUR (--set)" in shown
    assert "no_input=true (--set)" in shown


def test_no_input_keeps_the_token_from_being_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_NO_INPUT", "true")
    ended = at_terminal(["profiles", "add", "work", "https://sms.example.com"])
    assert ended.code == 2
    assert "cannot ask for the token with no_input" in ended.output
