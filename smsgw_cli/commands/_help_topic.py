"""`help TOPIC` and `help COMMAND`: texts of this package, and the help of commands."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import get_type_hints

from smsgw_cli.cli.fast_help import command_names, help_of
from smsgw_cli.cli.options import Options
from smsgw_cli.config.settings import SETTINGS
from smsgw_cli.errors import NotFound
from smsgw_cli.wording import suggestion

FOLDER = Path(__file__).parent / "topics"
SCHEMA = "schema"  # a topic that is JSON
WIDTH, LEFT = 98, 27  # columns: of a line, before the second column


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
        text = text.replace("@SETTINGS@", "\n".join(_settings()))
        text = text.replace("@THRESHOLDS@", "\n".join(_thresholds()))
        text = text.replace("@OPTIONS@", "\n".join(_options()))
        also = f"\n\nFor the command of this name, see 'smsgw {name} --help'." if command else ""
        return f"{text}{also}\n"
    if command:
        return command.decode()
    wanted, known = " ".join(words), [*topics(), *command_names()]
    hint = suggestion(wanted, known, f"topics: {', '.join(topics())}")
    raise NotFound(f"no help for {wanted!r}", hint=hint)


def topics() -> list[str]:
    """The names of all topics."""
    return sorted([*(path.stem for path in FOLDER.glob("*.txt")), SCHEMA])


def _settings() -> Iterator[str]:
    """The table of settings: name and form, then help, default and the commands that use it."""
    for each in SETTINGS.values():
        if each.is_threshold:
            continue
        yield from _row(f"{each.name} {each.form}", each.help)
        readers = f"; {each.readers}" if each.readers else ""
        yield from _row("", f"default: {each.otherwise}{readers}")


def _thresholds() -> Iterator[str]:
    """The table of the ranges that `check` judges by: name, default and help."""
    for each in SETTINGS.values():
        if each.is_threshold:
            yield f"  {each.name:20}{each.otherwise:10}{each.help}"


def _options() -> Iterator[str]:
    """The options that every command takes, by section."""
    section = None
    for hint in get_type_hints(Options, include_extras=True).values():
        option = hint.__metadata__[0]
        if option.hidden:
            continue
        if section not in (None, option.rich_help_panel):
            yield ""
        section = option.rich_help_panel
        words = ", ".join([option.default, *option.param_decls])
        yield from _row(f"{words} {option.metavar or ''}", option.help)


def _row(left: str, right: str) -> Iterator[str]:
    """Two columns, the second one wrapped."""
    first, *others = wrap(right, WIDTH - LEFT)
    yield f"  {left:{LEFT - 2}}{first}"
    yield from (" " * LEFT + line for line in others)
