"""The scripts of four shells are what the program generates, and are printed by it."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from smsgw_cli.app import app
from smsgw_cli.cli.completion.model import program
from smsgw_cli.cli.completion.scripts import SHELLS, script
from smsgw_cli.commands import load
from tests.conftest import Run

FOLDER = Path(__file__).parent.parent / "completions"
RENEW = "SMSGW_RENEW_COMPLETIONS" in os.environ


@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts_are_those_of_the_program(run: Run, shell: str) -> None:
    """If commands have changed: run with SMSGW_RENEW_COMPLETIONS=1."""
    printed = run(f"completion {shell}").stdout
    if RENEW:
        (FOLDER / SHELLS[shell].file).write_text(printed)
    assert printed == (FOLDER / SHELLS[shell].file).read_text()


def test_a_shell_nobody_knows_is_refused(run: Run) -> None:
    assert "bash, zsh, fish, powershell" in run("completion tcsh", code=2).stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_every_option_is_in_every_script(shell: str) -> None:
    tree = program(get_command(app), load)
    text = script(shell, tree)
    for command in tree.root.all():
        assert f"'{command.words}'" in text
        for option in (*command.options, *tree.shared):
            assert re.search(rf"'{re.escape(' '.join(option.words))}\|", text)


def test_the_script_of_powershell_is_whole() -> None:
    """No PowerShell runs here: outside of quotes, every bracket that opens closes."""
    text = (FOLDER / "smsgw.ps1").read_text()
    bare = re.sub(r"(?m)'(?:[^']|'')*'|\"(?:[^\"`]|`.)*\"|#.*$", "", text)
    opened: list[str] = []
    for each in re.findall(r"[][(){}]", bare):
        if each in "([{":
            opened.append(each)
        else:
            assert opened.pop() + each in ("()", "[]", "{}")
    assert opened == []
    assert "'" not in bare


def test_a_script_of_bash_is_one() -> None:
    assert subprocess.run(["bash", "-n", FOLDER / "smsgw.bash"]).returncode == 0
