"""KEY=VALUE of the sandbox as typed: what is refused, what is helped with and completed."""

from pathlib import Path

import pytest

from smsgw_cli.api.sandbox_keys import SERVED, SETTABLE
from tests.conftest import Run
from tests.terminal import at_terminal


def test_an_old_option_is_noted_at_a_terminal() -> None:
    ended = at_terminal(["sandbox", "serve", "--speed", "0"])
    assert ended.code == 2
    assert "note: --speed is now speed=FACTOR" in ended.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("speed=0", "speed=0: must be from 0.001"),
        ("speed=fast", "speed=fast: must be a number"),
        ("speed=nan", "speed=nan"),
        ("latency=-1", "latency=-1: must be a duration"),
        ("latency=inf", "latency=inf: must be a duration"),
        ("rate=never", "rate=never: must be a rate"),
        ("rate=0", "rate=0: must be a rate"),
        ("fault=boom", "fault=boom: unknown kind of fault"),
        ("'fault=503 times=x'", "times=x"),
        ("lenient=everything", "lenient=everything: must be accept, content-type, lists, size or"),
        ("fault_seed=1.5", "fault_seed=1.5: must be a whole number"),
        ("sped=5", "did you mean speed=?"),
        ("fault-sed=5", "did you mean fault_seed=?"),
        (
            "xyzzy=5",
            "keys: speed= latency= rate= fault= fail_rate= auto_retry= sent_at= lenient= "
            "fault_seed=",
        ),
        ("speed", "KEY=VALUE, not 'speed'"),
    ],
)
def test_what_is_no_key_or_no_value_is_refused(run: Run, home: Path, given: str, said: str) -> None:
    for command in ("serve", "set"):
        assert said in run(f"sandbox {command} --db gateway.db {given}", code=2).stderr
    assert not (home / "gateway.db").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "keys: " + " ".join(f"{name}=" for name in SETTABLE)),
        ("clock=soon", "cannot read 'soon' as a time"),
        ("clock=+90000d", "clock=+90000d: must be from 1970 to 2099"),
        ("clock=1969-12-31T00:00:00Z", "must be from 1970 to 2099"),
        ("device=1", "keys: enabled= battery= charging="),
        ("battery=5", "add device=ID"),
        ("sim=1 battery=5", "add device=ID"),
        ("signal=1", "add sim=ID"),
        ("device=1 battery=101", "must be from 0 to 100"),
        ("device=1 battery=", "must be a whole number"),
        ("device=1 enabled=", "must be true or false"),
        ("device=1 enabled=maybe", "must be true or false"),
        ("device= battery=5", "must be an id or a name"),
        ("device=1 device=2 battery=5", "device= is given twice"),
        ("sim=1 signal=5", "must be from 0 to 4"),
        ("sim=1 number=12", "must be a number such as +12025550123"),
        ("sim=1 balance=much", "must be an amount, such as 3.20"),
        ("sim=1 quota=-1", "must be from 0 to 1,000,000"),
        ("device=1 silent=x", "must be a duration"),
        ("quota=5", "quota= belongs to a device"),
        ("balance=5", "balance= belongs to a sim"),
        ("fail_rate=2", "must be a percentage, such as 2%"),
        ("fail_rate=101%", "must be from 0 to 1"),
        ("auto_retry=11", "must be from 0 to 10"),
        ("sent_at=late", "must be early, or empty"),
        ("keywords=maybe", "must be true or false"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    run: Run, home: Path, given: str, said: str
) -> None:
    assert said in run(f"sandbox set --db gateway.db {given}", code=2).stderr
    assert not (home / "gateway.db").exists()


def test_serve_names_the_command_for_what_is_only_set(run: Run) -> None:
    assert "smsgw sandbox set clock=VALUE" in run("sandbox serve clock=+2h", code=2).stderr


def test_a_dry_run_sets_nothing(run: Run, home: Path) -> None:
    told = run("sandbox set --db gateway.db rate=5 clock=+2h -n").json
    assert (told["would"], told["settings"]) == ("set", ["rate=5", "clock=+2h"])
    assert not (home / "gateway.db").exists()


def test_the_help_has_every_key_and_fits(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for command, keys in (("serve", SERVED), ("set", SETTABLE)):
        lines = run(f"sandbox {command} --help").stdout.partition("Examples")[0].splitlines()
        assert max(map(len, lines)) <= 80
        for key in keys.values():
            assert any(line.strip().startswith(f"{key.name}={key.form} ") for line in lines)


def test_every_key_is_completed(run: Run) -> None:
    script = run("completion bash").stdout
    for keys in (SERVED, SETTABLE):
        assert " ".join(f"{name}=" for name in keys) in script
