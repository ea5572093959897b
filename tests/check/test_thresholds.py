"""Thresholds come from options, --set, variables, the profile, the rule, the default."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.check.conftest import device, serving
from tests.conftest import Run

Ranges = Callable[..., str]


@pytest.fixture
def ranges(run: Run, against: Callable[[str], None]) -> Iterator[Ranges]:
    """The ranges by which the battery, at 50 %, is judged by `check devices` and options."""
    with serving(device("Kitchen", battery=50)) as server:
        against(server.url)

        def of_battery(options: str = "", code: int = 0) -> str:
            first = run(f"check devices {options}", code=code).stdout.splitlines()[0]
            data = first.partition("'device 7 battery'=50%;")[2]
            return data.partition(";0")[0]

        yield of_battery


def test_each_source_wins_over_the_next(ranges: Ranges, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ranges() == "25:;10:"
    monkeypatch.setenv("SMSGW_CHECK_BATTERY", "30:/15:")
    assert ranges() == "30:;15:"
    assert ranges("--set check.battery=31:/16:") == "31:;16:"
    assert ranges("--set check.battery=31:/16: -w battery=32:") == "32:;16:"
    assert ranges("--set check.battery=") == "25:;10:"


def test_a_range_decides_the_result(ranges: Ranges) -> None:
    assert ranges("-w battery=51:", code=1) == "51:;10:"
    assert ranges("-w battery=51: -c battery=51%:", code=2) == "51:;51:"
    assert ranges("-c battery=@40:60", code=2) == "25:;@40:60"
    assert ranges("-w battery= -c battery=") == ";"


def test_one_side_of_a_setting_may_be_empty(ranges: Ranges) -> None:
    assert ranges("--set check.battery=60:/", code=1) == "60:;"
    assert ranges("--set check.battery=/60:", code=2) == ";60:"
    assert ranges("--set check.battery=/") == ";"


def test_the_last_range_of_a_metric_counts(ranges: Ranges) -> None:
    assert ranges("-w battery=1: -w battery=2: -w age=3h") == "2:;10:"


@pytest.fixture
def work(run: Run, gateway: Gateway) -> Gateway:
    run(f"profiles add work {gateway.url} --token-stdin", input=gateway.token)
    return gateway


def test_a_profile_keeps_thresholds_in_a_table(run: Run, work: Gateway, home: Path) -> None:
    run("profiles update work check.battery=90:/10: check.age=1h/2h")
    text = (home / ".config/smsgw/config.toml").read_text()
    assert "[profiles.work.check]" in text
    assert 'battery = "90:/10:"' in text
    assert run("profiles get work check.battery").stdout == "90:/10:\n"
    run("check devices", code=1)
    run("profiles update work check.battery= check.age=")
    assert "check" not in (home / ".config/smsgw/config.toml").read_text()
    run("check devices")


@pytest.mark.parametrize(
    "table", ['check.battery = "90:/10:"', '[profiles.work.check]\nbattery = "90:/10:"']
)
def test_both_forms_of_toml_are_the_same(run: Run, work: Gateway, home: Path, table: str) -> None:
    path = home / ".config/smsgw/config.toml"
    path.write_text(f"{path.read_text()}# for us\n{table} # high\n")
    run("check devices", code=1)
    run("profiles update work check.battery=91:/10:")
    assert "# high" in path.read_text()
    assert "91:/10:" in path.read_text()


@pytest.mark.parametrize(
    ("table", "line", "said"),
    [
        ('[profiles.work.check]\nage = "1h/2h"\nbatery = "1:/2:"', 8, "check.battery"),
        ('check.battery = "low"', 6, "WARN/CRIT"),
        ("check.battery = 25", 6, "must be text"),
        ('check = {battery = "25:/10"}\n[profiles.work.check.age]', 7, "cannot"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(
    run: Run, work: Gateway, home: Path, table: str, line: int, said: str
) -> None:
    path = home / ".config/smsgw/config.toml"
    path.write_text(f"{path.read_text()}{table}\n")
    shown = run("check devices", code=3).stdout
    assert f"config.toml, line {line}:" in shown.splitlines()[0]
    assert said.lower() in shown.lower()


def test_a_misspelt_variable_is_told_the_one_that_was_meant(
    run: Run, work: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_CHECK_BATERY", "1:/2:")
    first, hint = run("check devices", code=3).stdout.splitlines()
    assert first == "SMSGW UNKNOWN - unknown setting SMSGW_CHECK_BATERY"
    assert hint == "hint: did you mean SMSGW_CHECK_BATTERY?"
    assert "did you mean SMSGW_CHECK_BATTERY?" in run("doctor").stderr


def test_durations_and_short_names_are_for_the_metrics_of_a_check(
    run: Run, server: Gateway
) -> None:
    shown = run("check queue -w 10m -c age=1h30m").stdout
    assert "'queue_age'=0s;600;5400;0" in shown
