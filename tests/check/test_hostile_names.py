"""Whatever a device is called, Nagios, Prometheus and a terminal read the output as it is meant."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.check.conftest import device, serving
from tests.check.judges import lint, needs_perl, needs_promtool, perfdata
from tests.conftest import Run
from tests.scripted import answer, scripted

HOSTILE = [
    "Bar|'device 1 age'=1s;;",
    "'; rm -rf /; echo '=",
    "one\ntwo\r\nSMSGW OK - fine\u2028three\x85four",
    "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "\u202eevil\u2066\u200f\ufeff",
    '"} 1\n# HELP smsgw_up x\nsmsgw_up{a="\\',
    "x" * 10_000,
    "\ud800 half",
    "{{ $labels.device }} $USER1$ %s %n",
]
OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
NAME = st.text(st.sampled_from("a1 |'=\"\\\n\r\t;:{}%\x1b\x00\x9b\u202eé🙂\ud83d"), max_size=30)
SAMPLE = re.compile(r'smsgw_\w+(\{(\w+="([^"\\\n]|\\[\\n"])*",?)*\})? -?[0-9.]+')


def phones(names: list[str]) -> list[dict[str, Any]]:
    """A device of each name, every second one with an empty battery and a hostile SIM."""
    sims = [{"id": 100 + number, "carrier": name} for number, name in enumerate(names)]
    return [
        device(name, sims[number], id=number + 1, battery=5 if number % 2 else 80)
        for number, name in enumerate(names)
    ]


@needs_perl
@needs_promtool
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(names=HOSTILE)
@given(names=st.lists(NAME, min_size=2, max_size=6))
def test_every_judge_reads_what_was_measured_and_nothing_else(
    run: Run, against: Callable[[str], None], home: Path, names: list[str]
) -> None:
    with serving(*phones(names)) as server:
        against(server.url)
        shown = run("check devices --textfile smsgw.prom", code=2).stdout
    assert shown.count("|") == 1
    assert not OBEYED.search(shown)
    first, *details = shown.splitlines()
    assert len(first.partition("|")[0]) < 500
    assert all(re.match("(OK|WARNING|CRITICAL): (device|SIM) ", line) for line in details)
    values = {each["label"]: each["value"] for each in perfdata(shown)}
    assert len(values) == 3 * len(names)
    assert values["device 1 battery"] == 80
    metrics = (home / "smsgw.prom").read_bytes().decode()
    lint(metrics)
    lines = [line for line in metrics.split("\n") if line and line[0] != "#"]
    assert [line for line in lines if not SAMPLE.fullmatch(line)] == []
    assert len(lines) == 3 * len(names) + 1


@needs_perl
@pytest.mark.parametrize("identity", ["3'|x=1", {"a": "|"}, "4\n5", None, 2**70, -1, True])
def test_an_id_that_is_none_is_no_danger_either(
    run: Run, against: Callable[[str], None], identity: object
) -> None:
    with serving(device("Kitchen", {"id": identity}, battery=5)) as server:
        against(server.url)
        shown = run("check devices", code=2).stdout
    assert shown.count("|") == 1
    assert {"device 7 battery", "device 7 age"} <= {each["label"] for each in perfdata(shown)}


@pytest.mark.parametrize("level", ["80|", [1], True, -1, 101, 2**70, None])
def test_a_battery_that_is_no_percentage_is_unknown_and_not_judged(
    run: Run, against: Callable[[str], None], level: object
) -> None:
    with serving(device("Kitchen", battery=level)) as server:
        against(server.url)
        shown = run("check devices").stdout
    assert "device 7 (Kitchen): battery unknown" in shown
    assert "battery'" not in shown


@pytest.mark.parametrize("level", ["NaN", "Infinity", "1e400"])
def test_numbers_that_json_does_not_have_are_unknown(
    run: Run, against: Callable[[str], None], level: str
) -> None:
    body = b'{"data": [{"id": 7, "battery": %s}]}' % level.encode()
    with scripted(answer("200 OK", body)) as server:
        against(server.url)
        assert run("check devices", code=3).stdout.startswith("SMSGW UNKNOWN - ")


def test_a_phone_number_is_no_label(run: Run, against: Callable[[str], None], home: Path) -> None:
    sim = {"number": "+12025550123", "label": "+1 (202) 555-0123"}
    with serving(device("Shop +44 7700 900123", sim)) as server:
        against(server.url)
        run("check devices --textfile smsgw.prom")
    metrics = (home / "smsgw.prom").read_bytes().decode()
    assert 'smsgw_sim_signal_strength{sim="3",device="",profile="environment"} 4' in metrics
    assert not re.search(r"900123|0123", metrics)
