"""`completion --install`: a new shell completes, and nothing else of the user's has changed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run

# What a new interactive shell says of the completion of smsgw.
ASKED = {
    "bash": ["bash", "-ic", "complete -p smsgw"],
    "zsh": ["zsh", "-ic", "print $_comps[smsgw]"],
    "fish": ["fish", "-c", "complete -C 'smsgw contact-li'"],
}
STARTUP = {"bash": ".bashrc", "zsh": ".zshrc"}
SHELLS = [
    pytest.param(
        each, marks=pytest.mark.skipif(shutil.which(each) is None, reason=f"{each} is not here")
    )
    for each in ASKED
]


@pytest.fixture(autouse=True)
def _own_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        monkeypatch.delenv(name, raising=False)


def new_shell(shell: str) -> str:
    return subprocess.run(ASKED[shell], capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_a_new_shell_completes_until_it_is_uninstalled(run: Run, home: Path, shell: str) -> None:
    run(f"completion {shell} --install")
    assert "smsgw" in new_shell(shell) or "contact-lists" in new_shell(shell)
    run(f"completion {shell} --uninstall")
    assert "_smsgw" not in new_shell(shell)
    assert not [each for each in home.rglob("*smsgw*") if each.is_file()]


@pytest.mark.parametrize("shell", STARTUP)
@pytest.mark.parametrize("before", [b"", b"alias l=ls\n", b"no end", b"\xff\r\n\r\n"])
def test_a_startup_file_keeps_all_else(run: Run, home: Path, shell: str, before: bytes) -> None:
    kept = home / "dotfiles" / "rc"
    kept.parent.mkdir()
    kept.write_bytes(before)
    kept.chmod(0o640)
    (home / STARTUP[shell]).symlink_to(kept)
    run(f"completion {shell} --install")
    assert kept.read_bytes().startswith(before)
    assert kept.read_bytes().count(b"completion of smsgw") == 1
    assert kept.stat().st_mode & 0o777 == 0o640
    run(f"completion {shell} --uninstall")
    assert kept.read_bytes().removesuffix(b"\n") == before.removesuffix(b"\n")
    assert (home / STARTUP[shell]).is_symlink()


def test_installing_again_changes_nothing(run: Run) -> None:
    first = run("completion bash --install -o csv").stdout
    again = run("completion bash --install -o csv").stdout
    assert first.count(",created") == again.count(",unchanged") == 2


def test_a_dry_run_says_what_it_would_change(run: Run, home: Path) -> None:
    shown = run("completion bash --install --dry-run -o csv").stdout
    assert f"{home}/.bashrc,created" in shown
    assert not list(home.iterdir())


def test_an_outdated_script_is_replaced(run: Run, home: Path) -> None:
    run("completion bash --install")
    script = next(home.rglob("smsgw.bash"))
    script.write_text("old")
    assert f"{script},updated" in run("completion bash --install -o csv").stdout


def test_the_shell_in_use_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert ".zshrc" in run("completion --install").stdout
    monkeypatch.setenv("SHELL", "/bin/sh")
    assert "specify one: bash, zsh, fish" in run("completion --install", code=2).stderr


def test_powershell_is_asked_for_its_profile(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = home / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    if shutil.which("pwsh") is None:
        assert "PowerShell not found" in run("completion powershell --install", code=1).stderr
    (programs / "pwsh").write_text(f"#!/bin/sh\necho '{home}/a b/profile.ps1'\n")
    (programs / "pwsh").chmod(0o755)
    run("completion powershell --install")
    line = (home / "a b" / "profile.ps1").read_text()
    assert line.startswith("if (Test-Path '")
    assert line.count("smsgw.ps1") == 2


def test_a_full_disk_leaves_the_startup_file(run: Run, home: Path) -> None:
    (home / ".bashrc").write_text("alias l=ls\n")
    (home / ".local").write_text("a file where the folder should be")
    assert "error:" in run("completion bash --install", code=1).stderr
    assert (home / ".bashrc").read_text() == "alias l=ls\n"
