"""A phone is judged by what shows that it is charged, alive and able to send."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.fleet.checking import findings, found, of
from tests.fleet.conftest import Behind
from tests.lying import Exchange, Twist


def asked(gateway: Gateway) -> list[str]:
    return [path.removeprefix("/api/v1/") for _, path, _ in gateway.requests]


def test_phones_that_are_well_cost_one_request(run: Run, server: Gateway, control: Control) -> None:
    results = found(run, "devices")
    assert {each["status"] for each in results} == {"OK"}
    assert of(results, "battery", 1)["value"] == 87
    assert of(results, "signal", 3) == {
        **of(results, "signal", 3), "kind": "SIM", "name": "Marketing", "value": 4
    }  # fmt: skip
    assert asked(server) == ["devices"]


@pytest.mark.parametrize(("level", "code"), [(25, 0), (24, 1), (10, 1), (9, 2), (0, 2)])
def test_a_battery_is_judged_unless_it_is_charging(
    level: int, code: int, run: Run, control: Control
) -> None:
    control.set_device(2, battery=level, charging="no")
    assert of(found(run, "devices", code), "battery", 2)["value"] == level
    control.set_device(2, charging="yes")
    charging = of(found(run, "devices"), "battery", 2)
    assert (charging["value"], charging["text"]) == (level, f"battery {level} %, charging")


@pytest.mark.parametrize(("silent", "code"), [("29m", 0), ("31m", 1), ("65m", 2)])
def test_a_silent_phone_is_told_with_what_may_be_wrong(
    silent: str, code: int, run: Run, control: Control
) -> None:
    control.set_device(1, silent=silent)
    age = of(found(run, "devices", code), "age", 1)
    assert age["text"].startswith(f"last seen {silent[:-1]} min ago")
    assert ("battery saver" in (age["why"] or "")) == bool(code)


def of_devices(**values: Any) -> Twist:
    """A server that says this of every device."""

    def twist(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/devices"):
            said = exchange.json
            said["data"] = [{**device, **values} for device in said["data"]]
            exchange.json = said

    return twist


# A server whose `updated_at` moves only when a value of a phone changes.
UNCHANGED = of_devices(updated_at="2031-01-01T12:00:00.000000Z")


def test_what_may_be_wrong_stands_below_the_first_line(run: Run, control: Control) -> None:
    control.set_device(1, silent="3h")
    first, *below = run("check devices", code=2).stdout.splitlines()
    assert first.startswith("SMSGW CRITICAL - device 1 (Front desk): last seen 3 h ago|")
    assert "last seen 3 h ago; it may be off" in below[0]


def test_a_phone_that_sends_is_alive_though_nothing_of_it_changed(
    run: Run, control: Control, behind: Behind
) -> None:
    control.advance("3h")
    run("messages send --to +12025550123 --sim 1 -m Hi")
    control.advance("6m")
    behind(UNCHANGED)
    results = found(run, "devices", 2)
    alive = of(results, "age", 1)
    assert alive["status"] == "OK"
    assert alive["text"] == "last seen 6 min ago, by a message of SIM 1 (updated 3 h ago)"
    assert of(results, "age", 2)["status"] == "CRITICAL"


def test_a_phone_that_receives_or_is_called_is_alive(
    run: Run, control: Control, behind: Behind
) -> None:
    control.advance("3h")
    control.receive("Hello", to=1)
    control.receive(type="call", to=3)
    control.advance("6m")
    behind(UNCHANGED)
    results = found(run, "devices")
    assert "by a message of SIM 1" in of(results, "age", 1)["text"]
    assert "by a call of SIM 3" in of(results, "age", 2)["text"]


def test_a_message_that_only_failed_or_waits_shows_no_life(
    run: Run, control: Control, behind: Behind
) -> None:
    control.advance("3h")
    run("messages send --to +12025550199,+12025550170 --sim 1 -m Hi --yes")
    behind(UNCHANGED)
    assert of(found(run, "devices", 2), "age", 1)["value"] >= 3 * 3600


def test_signs_of_life_are_found_behind_newer_messages_of_another_phone(
    run: Run, control: Control, behind: Behind
) -> None:
    """Lists have 100 records a page: those of a SIM are asked for only where that hides some."""
    control.advance("3h")
    run("messages send --to +12025550123 --sim 1 -m Hi")
    control.advance("6m")
    Path("many.txt").write_text("".join(f"+1202555{n:04}\n" for n in range(1000, 1150)))
    run("messages send --to @many.txt --sim 3 -m Hi --yes")
    control.advance("6m")
    proxy = behind(UNCHANGED)
    results = found(run, "devices")
    assert "last seen 12 min ago, by a message of SIM 1" in of(results, "age", 1)["text"]
    assert "by a message of SIM 3" in of(results, "age", 2)["text"]
    by_sim = [path for path in proxy.asked if "sim=" in path]
    assert len(by_sim) == 2  # of SIM 1 and 2; calls fit a page
    assert not [path for path in by_sim if "sim=3" in path]


def test_signs_of_life_of_many_phones_are_found_on_further_pages(
    run: Run, control: Control, behind: Behind
) -> None:
    """Phones of which nothing changes, and a busy server: each has sent, most not of late."""
    noon = "2031-01-01T11:5{}:00Z"

    def fleet(exchange: Exchange) -> None:
        number, records = int(exchange.query.get("page", 1)), []
        if exchange.is_of("GET", "/devices"):
            old = {"updated_at": "2031-01-01T09:00:00Z"}
            records = [{"id": each, **old, "sims": [{"id": each}]} for each in range(1, 51)]
        elif exchange.is_of("GET", "/messages"):
            sims = range(10 * number - 9, 10 * number + 1)
            sent = {"status": "Sent", "sent_at": noon.format(9 - number)}
            records = [{"id": 99 - sim, "messenger": f"Sim #{sim}", **sent} for sim in sims]
        last = 5 if exchange.is_of("GET", "/messages") else 1
        meta = {"current_page": number, "last_page": last, "total": len(records) * last}
        exchange.json = {"data": records, "meta": meta}

    asked = behind(fleet).asked
    results = found(run, "devices")
    assert of(results, "age", 50)["value"] == 6 * 60
    assert len(asked) == 1 + 5 + 1  # the devices, five pages of messages, the calls


def test_a_server_without_a_call_log_is_checked_without_it(
    run: Run, control: Control, behind: Behind
) -> None:
    control.advance("3h")

    def twist(exchange: Exchange) -> None:
        UNCHANGED(exchange)
        if exchange.is_of("GET", "/calls"):
            exchange.status, exchange.json = 404, {"message": "Not Found."}

    behind(twist)
    assert of(found(run, "devices", 2), "age", 1)["status"] == "CRITICAL"


def test_batteries_are_told_though_signs_of_life_cannot_be_read(run: Run, control: Control) -> None:
    control.set_device(1, silent="3h")
    control.set_device(2, battery=5, charging="no")
    control.add_fault("500 GET /messages")
    results = found(run, "devices --retries 0", 2)
    assert of(results, "battery", 2)["status"] == "CRITICAL"
    assert [status for status, _ in findings(results)] == ["UNKNOWN"]
    assert not [each for each in results if each["metric"] == "age"]


def test_what_the_server_does_not_know_is_unknown_and_not_zero(
    run: Run, control: Control, behind: Behind
) -> None:
    sim = {"id": 1, "label": None, "name": "SIM 1", "slot": 0, "signal_strength": None}
    behind(of_devices(battery=-1, is_charging=None, updated_at=None, sims=[sim]))
    results = found(run, "devices 1")
    for metric, identity in (("battery", 1), ("age", 1), ("signal", 1)):
        said = of(results, metric, identity)
        assert (said["status"], said["value"]) == ("OK", None)
        assert "unknown" in said["text"]


def test_a_phone_that_is_logged_out_or_whose_sim_is_inactive_is_critical(
    run: Run, control: Control
) -> None:
    control.set_device(2, enabled=False)
    control.set_sim(2, active=False)
    results = found(run, "devices", 2)
    assert findings(results) == [
        ("CRITICAL", "nobody is logged in to its app"),
        ("CRITICAL", "inactive, in device 1 (Front desk)"),
    ]
    assert not [each for each in results if (each["metric"], each["id"]) == ("signal", 2)]


def test_a_sim_that_was_replaced_in_its_slot_is_no_problem(
    run: Run, control: Control, behind: Behind
) -> None:
    old = {"id": 8, "name": "Old", "slot": 0, "active": False, "signal_strength": 0}
    new = {"id": 9, "name": "New", "slot": 0, "active": True, "signal_strength": 4}
    behind(of_devices(sims=[old, new]))
    assert findings(found(run, "devices 1")) == []


def test_a_phone_without_any_sim_is_critical(run: Run, behind: Behind) -> None:
    behind(of_devices(sims=[]))
    assert findings(found(run, "devices 2", 2)) == [("CRITICAL", "no SIM")]


def test_names_of_sims_that_are_phone_numbers_are_not_told(
    run: Run, control: Control, behind: Behind
) -> None:
    sim = {"id": 1, "label": "+1 (202) 555-0141", "name": "0202 5550141", "carrier": "T-Mobile"}
    behind(of_devices(sims=[sim]))
    assert of(found(run, "devices 1"), "signal", 1)["name"] == "T-Mobile"


def test_devices_are_chosen_by_id(run: Run, control: Control) -> None:
    control.set_device(2, battery=1, charging="no")
    assert {each["id"] for each in found(run, "devices 1")} == {1, 2}  # and its SIMs 1 and 2
    assert not [each for each in found(run, "devices --skip 2") if each["id"] == 3]
    assert "device 9 not found" in run("check devices 9", code=3).stdout
    assert "every device is skipped" in run("check devices --skip 1 --skip 2", code=3).stdout


def test_ages_are_by_the_clock_of_the_server(run: Run, control: Control) -> None:
    """Which is years ahead of this machine's."""
    control.set_clock("2031-01-01T12:14:00Z")
    assert 14 * 60 <= of(found(run, "devices"), "age", 1)["value"] < 15 * 60
