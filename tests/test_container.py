"""The Containerfile of `help container`, as far as it goes without a container."""

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from smsgw_cli.commands._help_topic import text_of
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ROOT = Path(__file__).parents[1]


def instructions(name: str) -> list[str]:
    return re.findall(rf"(?m)^    {name} (.*)$", text_of(["container"]))


def test_all_that_is_kept_is_on_the_volume(
    run: Run, server: Gateway, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (volume,) = instructions("VOLUME")
    for name, value in re.findall(r"(XDG_\w+)=(\S+)", " ".join(instructions("ENV"))):
        monkeypatch.setenv(name, f"{tmp_path}{value}")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    Path("people.csv").write_text("number\n+12025550123\n")
    run("contact-lists create People")
    run("contacts import People people.csv")
    run("messages send --list People -m Hello --once hello --watch")
    run("suppress add +12025550199")
    run("-p sandbox devices list")
    run("profiles add work https://sms.example.com --token-stdin", input=server.token)
    assert not list(home.iterdir())
    kept = {each.name for each in (tmp_path / volume[1:] / "smsgw").iterdir()}
    assert {"sends", "imports", "suppressed.db", "sandbox.db"} <= kept
    assert (tmp_path / volume[1:] / "config" / "smsgw" / "config.toml").exists()


def test_it_installs_this_checkout(tmp_path: Path) -> None:
    line = instructions("RUN")[0]
    line = line.replace("/source", str(ROOT)).replace("/opt", str(tmp_path))
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which means: none
        "PYTHONPATH": sysconfig.get_path("purelib"),
    }
    subprocess.run(["sh", "-c", line], env={**os.environ, **offline}, check=True)
    assert (tmp_path / "smsgw" / "bin" / "smsgw").exists()


def test_jobs_run_as_its_user() -> None:
    (user,) = instructions("USER")
    assert f"--uid {user} " in instructions("RUN")[1]
    assert f"fsGroup: {user}" in text_of(["sharding"])
