"""Every example in the help of a command runs on the sandbox as it stands there."""

import inspect
import shlex
from pathlib import Path

import pytest

from smsgw_cli.commands import load
from tests.conftest import Run

GROUPS = (
    "calls",
    "campaigns",
    "contact-lists",
    "contacts",
    "devices",
    "fields",
    "sender-ids",
    "sending-servers",
    "api",
)


def examples(group: str) -> list[str]:
    """The examples of all commands of a group, lines that go on joined."""
    loaded = load(group)
    found = []
    for command in getattr(loaded, "commands", {group: loaded}).values():
        text = inspect.cleandoc(command.epilog or "").replace("\\\n", " ")
        found += text.splitlines() or [f"{group} {command.name} has no example"]
    return found


@pytest.mark.parametrize("line", [line for group in GROUPS for line in examples(group)])
def test_an_example_works_on_the_sandbox(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")
    run("sandbox seed")
    (home / "token.txt").write_text("secret\n")
    (home / "customers.csv").write_text("name,phone1\nAnn,(202) 555-0123\n")
    command, _, file = line.partition(" < ")
    words = shlex.split(command)
    assert words[:3] == ["smsgw", "-p", "sandbox"]
    given = (home / file).read_text() if file else ""
    run("", *words[1:], "--yes", input=given)
