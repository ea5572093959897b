"""`check --textfile`: gauges for Prometheus' node_exporter, beside the plug-in's line."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.check.conftest import device, serving
from tests.check.judges import lint, needs_promtool
from tests.conftest import Run

Process = Callable[..., subprocess.CompletedProcess[str]]
Against = Callable[[str], None]
ODD_SIMS: tuple[dict[str, object], ...] = (
    {},
    {"id": None},
    {"id": "8"},
    {"id": 1 << 64},
    {"id": 3},
)


@needs_promtool
def test_promtool_has_no_objection_to_the_gauges_of_all_checks(
    run: Run, server: Gateway, home: Path
) -> None:
    run("check --textfile smsgw.prom")
    metrics = (home / "smsgw.prom").read_text()
    lint(metrics)
    assert 'smsgw_device_battery_ratio{device_id="2",device="Google Pixel 7a"' in metrics
    assert 'smsgw_device_battery_ratio{device_id="1"' not in metrics  # it is charging
    assert 'smsgw_sim_signal_strength{sim="1",device="Front desk"' in metrics
    assert 'smsgw_check_status{check="queue",profile="environment"} 0' in metrics
    assert "timestamp_ms" not in metrics


def test_the_line_and_the_exit_code_stay_the_same(run: Run, against: Against) -> None:
    with serving(device("Kitchen", battery=5)) as server:
        against(server.url)
        shown = run("check devices --textfile smsgw.prom", code=2).stdout
        assert shown.startswith("SMSGW CRITICAL - device 7 (Kitchen): battery 5 %|")
        assert 'smsgw_check_status{check="devices"' in Path("smsgw.prom").read_text()


def test_an_age_is_the_time_it_began_as_it_must_not_stand_still(run: Run, against: Against) -> None:
    with serving(device("Kitchen")) as server:
        against(server.url)
        run("check devices --textfile smsgw.prom")
    (line,) = (each for each in Path("smsgw.prom").read_text().splitlines() if "seen" in each[:24])
    assert float(line.split()[-1]) == pytest.approx(Path("smsgw.prom").stat().st_mtime, abs=60)


@pytest.mark.parametrize("umask", [0o077, 0o002])
def test_another_user_can_read_the_file(run: Run, server: Gateway, umask: int) -> None:
    before = os.umask(umask)
    try:
        run("check devices --textfile smsgw.prom")
    finally:
        os.umask(before)
    assert Path("smsgw.prom").stat().st_mode & 0o777 == 0o644
    assert [each.name for each in Path().iterdir() if "prom" in each.name] == ["smsgw.prom"]


@pytest.mark.parametrize("line", ["check", "check devices"])
def test_a_dead_server_is_told_to_prometheus_too(run: Run, against: Against, line: str) -> None:
    against("http://127.0.0.1:9")
    Path("smsgw.prom").write_text("smsgw_device_battery_ratio 0.8\n")
    assert run(f"{line} --textfile smsgw.prom", code=3).stdout.startswith("SMSGW UNKNOWN - no conn")
    metrics = Path("smsgw.prom").read_text()
    assert 'smsgw_check_status{check="devices",profile="environment"} 3' in metrics
    assert "battery" not in metrics


def test_the_timeout_is_told_to_prometheus_too(server: Gateway, process: Process) -> None:
    server.faults.add("latency delay=60 GET")
    assert process("check devices -t 0.5 --textfile smsgw.prom").returncode == 3
    assert 'check_status{check="devices",profile="environment"} 3' in Path("smsgw.prom").read_text()


def test_a_link_to_the_file_is_kept(run: Run, server: Gateway) -> None:
    Path("smsgw.prom").symlink_to("other.prom")
    run("check devices --textfile smsgw.prom")
    assert Path("smsgw.prom").is_symlink()
    assert "smsgw_check_status" in Path("other.prom").read_text()


def test_a_device_is_not_replaced_by_a_file(run: Run, server: Gateway) -> None:
    os.mkfifo("null")
    shown = run("check devices --textfile null", code=3).stdout
    assert shown.startswith("SMSGW UNKNOWN - cannot write null: not a regular file|")
    shown = run("campaigns report --html null", code=1).stderr
    assert "not a regular file" in shown
    assert Path("null").is_fifo()


@pytest.mark.parametrize("path", ["no/such/smsgw.prom", "/dev/full/smsgw.prom", "."])
def test_a_file_that_cannot_be_written_is_unknown(run: Run, server: Gateway, path: str) -> None:
    first = run(f"check devices --textfile {path}", code=3).stdout.splitlines()[0]
    assert first.startswith(f"SMSGW UNKNOWN - cannot write {path}: ")
    assert "'device 1 battery'=87%" in first


def test_a_problem_outweighs_a_file_that_cannot_be_written(run: Run, against: Against) -> None:
    with serving(device("Kitchen", battery=5)) as server:
        against(server.url)
        shown = run("check devices --textfile no/such", code=2).stdout
    assert shown.startswith(
        "SMSGW CRITICAL - device 7 (Kitchen): battery 5 %, cannot write no/such"
    )


def test_no_gauge_has_the_same_labels_twice(run: Run, against: Against) -> None:
    odd = [{"active": True, "signal_strength": each, **sim} for each in (2, 3) for sim in ODD_SIMS]
    with serving(device("Bar", id=6), device("Bar", sims=[*odd, {"id": 3}])) as server:
        against(server.url)
        run("check devices --textfile smsgw.prom")
    gauges = [each.split()[0] for each in Path("smsgw.prom").read_text().splitlines()]
    samples = [each for each in gauges if each != "#"]
    assert len(samples) == len(set(samples))
    assert sum("sim_signal" in each for each in samples) == 1
