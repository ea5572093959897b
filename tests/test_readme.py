"""The README is true: its commands run in order in an empty home, and show what it says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
FIRST = "smsgw -p sandbox messages send --to +12025550123 -m 'Hello' --watch"
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+Z)?)?")


def examples() -> Iterator[tuple[str, str]]:
    """Every command shown with what it prints, in order."""
    for block in re.findall(r"```console\n(.*?)```", README.read_text(), re.DOTALL):
        for each in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = each.partition("\n")
            yield command, output


def comparable(output: str) -> str:
    """Without what differs from run to run: the time, and progress before its last line."""
    output = INSTANT.sub("<time>", output)
    output = re.sub(r"(?m)^(campaign \d+|import|sync): .*\n(?=\1: )", "", output)
    return re.sub(r"(?m)[ \t]+$", "", output)


def shell(command: str) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ended = subprocess.run(
        ["bash", "-c", command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return ended.stdout


def test_the_readme_shows_what_its_commands_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")  # so that both streams come in their order
    assert FIRST in README.read_text()
    assert "campaign 1: 1 of 1, 1 sent" in shell(FIRST)
    shown = list(examples())
    assert len(shown) > 10
    for command, output in shown:
        assert comparable(shell(command)) == comparable(output), command
