"""The command tree for completion: words, options and their possible values."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.groups import shared_hints
from smsgw_cli.cli.options import SHARED

LONGEST_HELP = 200


class Value(NamedTuple):
    """The possible values: fixed words, names of a kind, a file, or any text."""

    words: tuple[str, ...] = ()
    kind: str = ""
    is_file: bool = False
    repeatable: bool = False


class CommandOption(NamedTuple):
    """An option with all its names. `value` None is a flag."""

    words: tuple[str, ...]
    help: str
    value: Value | None
    repeatable: bool


class CommandNode(NamedTuple):
    """A command or group with its `words` (`messages send`) and its own options."""

    words: str
    help: str
    options: tuple[CommandOption, ...]
    arguments: tuple[Value, ...]
    commands: tuple["CommandNode", ...]

    @property
    def name(self) -> str:
        return self.words.rpartition(" ")[2]

    def all(self) -> Iterator["CommandNode"]:
        """The command and all its subcommands."""
        yield self
        for each in self.commands:
            yield from each.all()


class Program(NamedTuple):
    """The program: its root command and the shared options."""

    root: CommandNode
    shared: tuple[CommandOption, ...]


def program(root: Any, load: Callable[[str], Any]) -> Program:
    """The tree of Typer's root command; `load` replaces its placeholder groups."""
    params = _params(root, "smsgw")
    shared = tuple(_option(root, each) for each in params if _is_shared(each))
    commands = tuple(_command(load(name), name) for name in root.commands)
    own = tuple(_option(root, each) for each in params if not _is_shared(each))
    return Program(CommandNode("", _help(root), own, (), commands), shared)


def _command(command: Any, words: str) -> CommandNode:
    inner = getattr(command, "commands", {})
    own = [each for each in _params(command, words) if not _is_shared(each)]
    return CommandNode(
        words,
        _help(command),
        tuple(_option(command, each) for each in own if each.param_type_name == "option"),
        tuple(_value(command, each) for each in own if each.param_type_name == "argument"),
        tuple(_command(each, f"{words} {name}") for name, each in inner.items() if not each.hidden),
    )


def _params(command: Any, words: str) -> Sequence[Any]:
    context = command.make_context(words, [], resilient_parsing=True)
    return [each for each in command.get_params(context) if not getattr(each, "hidden", False)]


def _is_shared(param: Any) -> bool:
    return param.name in SHARED or param.name == "help"


def _help(command: Any) -> str:
    return str(command.get_short_help_str(LONGEST_HELP))


def _option(command: Any, param: Any) -> CommandOption:
    words = (*param.opts, *param.secondary_opts)
    return CommandOption(
        # click keeps the names of --help in a set, without order.
        tuple(sorted(words, key=len)) if param.name == "help" else words,
        " ".join((param.help or "").split()),
        None if param.is_flag else _value(command, param),
        param.multiple and not _hint(command, param).is_single,
    )


def _value(command: Any, param: Any) -> Value:
    hint = _hint(command, param)
    is_file = (param.metavar or "").endswith("FILE") or param.type.name == "path"
    words = hint.words or tuple(map(str, getattr(param.type, "choices", None) or ()))
    return Value(words, hint.kind, is_file, repeatable=param.nargs == -1)


def _hint(command: Any, param: Any) -> CompletionHint:
    """The completion hint in the parameter's annotation, which Typer ignores."""
    parameters = inspect.signature(command.callback).parameters
    is_own = param.name in parameters
    annotation = parameters[param.name].annotation if is_own else shared_hints().get(param.name)
    hints = [
        each for each in getattr(annotation, "__metadata__", ()) if isinstance(each, CompletionHint)
    ]
    return hints[0] if hints else CompletionHint()
