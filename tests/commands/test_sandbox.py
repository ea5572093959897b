"""The commands that look after the sandbox itself."""

from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")


def test_a_message_arrives(run: Run) -> None:
    run("sandbox receive --from +12025550188 --to +12025550141 -m 'Hi [there]'")
    message = run("-p sandbox messages list --status Received -o json").json[0]
    assert (message["from"], message["to"]) == ("+12025550188", "+12025550141")
    assert message["content"] == "Hi [there]"


def test_a_message_arrives_when_the_clock_says_so(run: Run) -> None:
    run("sandbox set clock=2031-01-01T12:00:00Z")
    run("sandbox receive --from +12025550188 --to 1 -m Hi")
    assert run("-p sandbox messages list -o json").json[0]["sent_at"] > "2031-01-01T12:00"


def test_a_message_to_nobody_is_refused(run: Run) -> None:
    failed = run("sandbox receive --from +12025550188 --to nobody -m Hi", code=4)
    assert "devices sims" in failed.stderr


def test_a_seeded_sandbox_has_something_of_everything(run: Run) -> None:
    counts = run("sandbox seed -o json").json
    assert all(counts.values())
    assert run("sandbox seed -o json").json == counts


def test_a_reset_forgets_everything_but_the_phones(run: Run) -> None:
    run("-p sandbox messages send --to +12025550123 -m Hi --once monday")
    run("sandbox reset", code=2)
    run("sandbox reset --yes")
    assert run("-p sandbox campaigns list -o json").json == []
    assert len(run("-p sandbox devices sims -o json").json) == 3
    run("-p sandbox messages send --to +12025550123 -m Hi --once monday")
    assert len(run("-p sandbox campaigns list -o json").json) == 1


@pytest.mark.parametrize(
    "line",
    ["seed", "reset", "receive --from +12025550188 --to 1 -m Hi"],
)
def test_a_dry_run_does_nothing(run: Run, home: Path, line: str) -> None:
    told = run(f"sandbox {line} --dry-run").json
    assert told["would"] == line.split()[0]
    assert not Path(told["file"]).exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--fault boom", "--fault: "),
        ("--speed 0", "--speed"),
        ("--latency -1", "--latency"),
        ("--port 70000", "--port"),
        ("--rate-limit never", "--rate-limit"),
    ],
)
def test_a_gateway_that_makes_no_sense_is_refused(run: Run, options: str, said: str) -> None:
    assert said in run(f"sandbox serve {options}", code=2).stderr


def test_a_database_that_is_none_is_told(run: Run, home: Path) -> None:
    (home / "no.db").write_text("no database, but a text that is long enough " * 99)
    failed = run("sandbox seed --db no.db", code=1)
    assert "no.db" in failed.stderr


@pytest.mark.parametrize("speed", ["fast", "0", "-1"])
def test_a_speed_that_makes_no_sense_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, speed: str
) -> None:
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", speed)
    assert "SMSGW_SANDBOX_SPEED" in run("-p sandbox devices list", code=2).stderr
