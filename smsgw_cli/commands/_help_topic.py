"""`help`, `help TOPIC` and `help COMMAND`: texts of this package, and the help of commands."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from smsgw_cli.cli.command_meant import command_meant
from smsgw_cli.cli.fast_help import command_names, help_of
from smsgw_cli.errors import NotFound
from smsgw_cli.wording import suggestion

FOLDER = Path(__file__).parent / "topics"
SCHEMA = "schema"  # a topic that is JSON


def tour() -> str:
    """Commands of every resource that run as they stand on a new sandbox."""
    return (FOLDER.parent / "tour.txt").read_text(encoding="utf-8")


def text_of(words: Sequence[str]) -> str:
    """The text of a topic, or the help of a command. Raises NotFound with the nearest one."""
    (name, *rest) = words
    if name == SCHEMA:
        schema: str = import_module("smsgw_cli.commands._schema").text_of(rest)
        return schema
    path = FOLDER / f"{name}.txt"
    command = help_of(list(words))
    if not rest and name in topics():
        text = path.read_text(encoding="utf-8").rstrip("\n")
        also = f"\n\nFor the command of this name, see 'smsgw {name} --help'." if command else ""
        return f"{text}{also}\n"
    if command:
        return command.decode()
    wanted, known = " ".join(words), [*topics(), *command_names()]
    hint = suggestion(wanted, known, f"topics: {', '.join(topics())}")
    raise NotFound(f"no help for {wanted!r}", hint=command_meant(wanted, "help", hint))


def topics() -> list[str]:
    """The names of all topics."""
    return sorted([*(path.stem for path in FOLDER.glob("*.txt")), SCHEMA])
