"""Completion scripts: an engine for each shell, with the command tree as data.

The data are the same for all shells. Each command and group has its commands as `name|help`, its
options as `words|value|help`, and its arguments as values. A value is empty for a flag, `-` for
any text, `=a b` for fixed words, `?kind` for requested names, `/` for a file; a `+` after it
marks it as repeatable.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from smsgw_cli.cli.completion.model import CommandNode, CommandOption, Program, Value

DATA = "@DATA@"
HERE = Path(__file__).parent


class Shell(NamedTuple):
    """A shell: the name of its script, its quoting, and the format of the data.

    `shows_help` is whether it displays help beside the words.
    """

    file: str
    engine: str
    quoted: Callable[[str], str]
    entry: str
    shared: str
    shows_help: bool = True
    separator: str = " "


def script(name: str, program: Program) -> str:
    """The completion script of a shell. Raises KeyError for an unknown shell."""
    shell = SHELLS[name]
    options = _options(shell, program.shared)
    entries = [shell.shared.format(options=options)]
    entries += [_entry(shell, command) for command in program.root.all()]
    engine = (HERE / shell.engine).read_text(encoding="utf-8")
    return engine.replace(DATA, "\n".join(entries))


def _entry(shell: Shell, command: CommandNode) -> str:
    commands = [_line(shell, each.name, help=each.help) for each in command.commands]
    return shell.entry.format(
        words=shell.quoted(command.words),
        commands=_list(shell, commands),
        options=_options(shell, command.options),
        arguments=_list(shell, map(_value, command.arguments)),
    )


def _options(shell: Shell, options: Iterable[CommandOption]) -> str:
    lines = (
        _line(
            shell,
            " ".join(each.words),
            (_value(each.value) if each.value else "") + "+" * each.repeatable,
            help=each.help,
        )
        for each in options
    )
    return _list(shell, lines)


def _value(value: Value) -> str:
    plus = "+" * value.repeatable
    if value.words:
        return f"={' '.join(value.words)}{plus}"
    return (f"?{value.kind}" if value.kind else "/" if value.is_file else "-") + plus


def _line(shell: Shell, *parts: str, help: str) -> str:
    return "|".join([*parts, help] if shell.shows_help else parts)


def _list(shell: Shell, texts: Iterable[str]) -> str:
    return shell.separator.join(map(shell.quoted, texts))


def _quoted_in_sh(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _quoted_in_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quoted_in_powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_IN_SH = """\
    {words})
        below=({commands})
        flags=({options})
        operands=({arguments})
        ;;"""
_IN_FISH = """\
        case {words}
            set below {commands}
            set flags {options}
            set operands {arguments}"""
_IN_POWERSHELL = """\
    {words} = @{{
        below = @({commands})
        flags = @({options})
        operands = @({arguments})
    }}"""
_SH = "    shared=({options})\n    case $1 in"
_FISH = "    set shared {options}\n    switch $argv[1]"
_POWERSHELL = "    ' shared' = @({options})"

SHELLS = {
    "bash": Shell("smsgw.bash", "engine.bash", _quoted_in_sh, _IN_SH, _SH, shows_help=False),
    "zsh": Shell("_smsgw", "engine.zsh", _quoted_in_sh, _IN_SH, _SH),
    "fish": Shell("smsgw.fish", "engine.fish", _quoted_in_fish, _IN_FISH, _FISH),
    "powershell": Shell(
        "smsgw.ps1",
        "engine.ps1",
        _quoted_in_powershell,
        _IN_POWERSHELL,
        _POWERSHELL,
        separator=", ",
    ),
}
