"""Every help text in one file, so that a change of the interface shows; and the guide is true."""

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from smsgw_cli.app import app
from smsgw_cli.cli.fast_help import HELP, answer, title
from smsgw_cli.commands import COMMANDS, load
from smsgw_cli.commands._help_topic import tour
from tests.conftest import Run

Process = Callable[..., subprocess.CompletedProcess[str]]

RENEW = "SMSGW_RENEW_HELP" in os.environ


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its words: the program, its groups, their commands."""
    yield "", get_command(app)
    for name in COMMANDS:
        command = load(name)
        yield name, command
        for verb, inner in getattr(command, "commands", {}).items():
            yield f"{name} {verb}", inner


@cache
def help_of(words: str, option: str = "--help") -> str:
    shown = CliRunner().invoke(app, [*words.split(), option], prog_name="smsgw")
    assert shown.exit_code == (3 if words == "check" else 0)  # as a plug-in's
    return str(shown.stdout)


def test_every_help_text_is_as_it_was_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a change is meant: run with SMSGW_RENEW_HELP=1, and look at the difference."""
    monkeypatch.setenv("COLUMNS", "80")
    whole = "\n".join(
        f"{title(words.split(), option)}\n{help_of(words, option)}"
        for words, command in commands()
        for option in ("-h", "--help")
        if option == "--help" or bool(getattr(command, "common", None))
    )
    if RENEW:
        Path(HELP).write_text(whole)
    assert whole == Path(HELP).read_text()


@pytest.mark.parametrize("columns", ["80", "200", "", "0", "none"])
def test_help_told_at_once_is_what_the_program_would_say(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for words, _ in commands():
        for option in ("--help", "-h"):
            assert answer([*words.split(), option])
            assert capfdbinary.readouterr().out.decode() == help_of(words, option)


@pytest.mark.parametrize(
    "line", ["", "messages", "no-such --help", "messages no-such --help", "-o json --help"]
)
def test_what_is_not_plainly_a_question_for_help_is_left_to_the_program(line: str) -> None:
    assert not answer(line.split())


def test_a_narrow_terminal_gets_help_that_fits(process: Process) -> None:
    for width in (60, 79):
        shown = process("messages send --help", env={**os.environ, "COLUMNS": str(width)}).stdout
        longest = max(map(len, shown.partition("Examples")[0].splitlines()))
        assert width - 12 < longest < width


def test_every_command_has_a_line_of_purpose_and_an_example() -> None:
    for words, command in commands():
        assert command.help, words
        if not hasattr(command, "commands"):
            assert (command.epilog or "").strip().startswith("smsgw "), words


def guide_lines() -> list[str]:
    joined = tour().replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.startswith("  smsgw ")]


def test_the_guide_runs_as_it_stands_on_a_fresh_sandbox(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")
    lines = [line.removeprefix("smsgw ") for line in guide_lines()]
    nouns = {line.removeprefix("-p sandbox ").split()[0] for line in lines}
    assert nouns >= COMMANDS.keys() - {"profiles", "completion", "help"}
    for line in lines:
        run(line)
