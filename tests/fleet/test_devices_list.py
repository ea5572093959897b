"""The list of devices shows people what matters, and programs what the server says."""

import pytest

from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.fleet.conftest import Behind
from tests.fleet.test_check_devices import of_devices
from tests.lying import Exchange
from tests.output.terminal import on_terminal
from tests.output.test_table import plain, width

HEAD = ["ID", "NAME", "SIMS", "LAST", "SEEN", "BATTERY", "SIGNAL", "STATE"]


def test_what_matters_fits_a_terminal_of_80_columns(run: Run, control: Control) -> None:
    control.set_device(1, silent="3h", battery=100, charging=True)
    run("devices update 2 --name 'A phone with quite a long name'")
    control.set_device(2, enabled=False)
    head, _, second, first = plain(on_terminal("devices list", columns=80, only="stdout").shown)
    assert head.split() == HEAD
    assert max(map(width, (head, first, second))) <= 80
    assert first.split()[-9:] == ["3", "h", "ago", "100", "%", "charging", "4,", "3", "silent"]
    assert second.split()[-2:] == ["logged", "out"]


@pytest.mark.parametrize(
    ("sims", "state"),
    [
        ({1: False}, "SIM off"),
        ({1: False, 2: False}, "no SIM"),
        ({}, "ok"),
    ],
)
def test_the_state_says_whether_it_can_send(
    sims: dict[int, bool], state: str, run: Run, control: Control
) -> None:
    for sim, active in sims.items():
        control.set_sim(sim, active=active)
    assert run("devices list -o table").stdout.splitlines()[-1].rstrip().endswith(state)


def test_a_device_is_named_by_its_model_without_a_name(run: Run, control: Control) -> None:
    assert "Google Pixel 7a  Marketing" in run("devices list -o table").stdout


@pytest.mark.parametrize("unknown", [None, -1, 255, "?"])
def test_what_the_server_does_not_know_is_a_dash(
    unknown: object, run: Run, control: Control, behind: Behind
) -> None:
    def nothing_known(exchange: Exchange) -> None:
        said = exchange.json
        new = {"name": "New", "battery": unknown, "sims": [{"id": 1, "signal_strength": unknown}]}
        said["data"] = [{"id": each["id"], **new} for each in said["data"]]
        exchange.json = said

    behind(nothing_known)
    assert run("devices list -o table").stdout.splitlines()[2].split() == [
        *("2", "New", "SIM", "1", "–", "–", "–", "ok")
    ]


def test_a_silent_phone_that_sends_was_seen_then(
    run: Run, control: Control, behind: Behind
) -> None:
    control.advance("3h")
    run("messages send --to +12025550123 --sim 1 -m Hi")
    control.advance("6m")
    behind(of_devices(updated_at="2031-01-01T12:00:00.000000Z"))
    second, first = run("devices list -o table").stdout.splitlines()[2:]
    assert " 6 min ago " in first
    assert " 3 h ago " in second


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"battery": 8, "charging": False}, "low battery"),
        ({"battery": 24, "charging": False}, "low battery"),
        ({"battery": 8, "charging": True}, "ok"),
        ({"silent": "31m"}, "silent"),
        ({"silent": "31m", "battery": 8, "charging": False}, "low battery"),
    ],
)
def test_the_state_is_the_worst_that_a_check_finds(
    changes: dict[str, object], state: str, run: Run, control: Control
) -> None:
    control.set_device(1, **changes)
    assert run("devices list -o table").stdout.rstrip().endswith(f"  {state}")
    found = run("check devices 1", code=None).exit_code
    assert bool(found) == (state != "ok")


def test_the_state_keeps_to_the_ranges_of_the_settings(run: Run, control: Control) -> None:
    control.set_device(1, battery=30, charging=False)
    assert run("devices list -o table").stdout.rstrip().endswith("  ok")
    line = "devices list -o table --set check.battery=40:/"
    assert run(line).stdout.rstrip().endswith("  low battery")
    control.set_sim(1, signal=1)
    assert run("devices list -o table").stdout.rstrip().endswith("  weak signal")


def test_what_others_send_to_a_silent_phone_and_what_waits_for_it_is_no_sign_of_it(
    run: Run, control: Control
) -> None:
    control.set(sent_at="early")
    control.set_device(1, silent="3h")
    run("messages send --to +12025550141 --sim 3 -m Hi --delivery-report")
    run("messages send --to +12025550123 --sim 1 -m Hi")
    sent = run("messages list -o json --query '[].[status, sent_at != null]'").json
    assert sorted(sent) == [["Delivered", True], ["Pending", True]]
    assert run("devices list -o table").stdout.rstrip().endswith("  silent")


def test_a_server_that_lists_no_messages_still_lists_devices(run: Run, control: Control) -> None:
    control.set_device(1, silent="3h")
    control.add_fault("500 GET /messages")
    assert " 3 h ago " in run("devices list -o table --retries 0").stdout


def test_programs_get_what_the_server_says(run: Run, control: Control) -> None:
    _, first = run("devices list -o json").json
    assert (first["battery"], first["updated_at"]) == (87, "2031-01-01T12:00:00.000000Z")
    assert "last_seen" not in first
    head = run("devices list -o csv").stdout.splitlines()[0]
    assert head == (
        "id,name,model,enabled,android_version,app_version,battery,is_charging,updated_at,sims"
    )
    chosen = run("devices list -o table -c id,battery,last_seen,sims.0.number").stdout
    assert chosen.splitlines()[-1].split()[:3] == ["1", "87", "0"]
    assert chosen.splitlines()[-1].split()[-1] == "+12025550141"


def test_one_device_shows_its_sims_in_lines(run: Run, control: Control) -> None:
    shown = run("devices get 1 -o table").stdout
    assert "id 1, name T-Mobile, label Main line, number +12025550141" in shown
    assert shown.count("\nsims") == 2
    assert "{" not in shown
