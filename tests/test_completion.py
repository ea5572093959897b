"""TAB knows commands and options, and the scripts of four shells are printed."""

import os
import subprocess

import pytest

from tests.conftest import Run


def completed(words: str) -> list[str]:
    """What bash would be offered for the last of the words."""
    environment = {
        **os.environ,
        "_SMSGW_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    ended = subprocess.run(["smsgw"], env=environment, capture_output=True, text=True, check=True)
    return ended.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("smsgw con", ["contact-lists", "contacts"]),
        ("smsgw contacts im", ["import"]),
        ("smsgw -o json messages se", ["send"]),
        ("smsgw messages send --act", ["--active-hours"]),
    ],
)
def test_tab_completes_commands_and_options(words: str, offered: list[str]) -> None:
    assert completed(words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_has_its_script(run: Run, shell: str) -> None:
    assert "_SMSGW_COMPLETE" in run(f"completion {shell}").stdout


def test_a_script_of_bash_is_one(run: Run) -> None:
    script = run("completion bash").stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0


def test_a_shell_nobody_knows_is_refused(run: Run) -> None:
    assert "bash, zsh, fish, powershell" in run("completion tcsh", code=2).stderr
