"""The root command, which imports other commands when they are called."""

import copy
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cached_property
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperGroup

from smsgw_cli import __version__
from smsgw_cli.cli.command_word import is_plugin
from smsgw_cli.cli.failures import fail
from smsgw_cli.cli.groups import Group, shared_params, show_help, with_options
from smsgw_cli.cli.help_sections import write_sections
from smsgw_cli.cli.session import Session
from smsgw_cli.errors import Interrupted

VARIABLES = {"profile_name": "SMSGW_PROFILE"}


class CommandTable:
    """All commands: their one-line help by name, by section, in the order of the help.

    `load` imports a command by name, `session` creates the session of a command line.
    """

    def __init__(
        self,
        sections: Mapping[str, Mapping[str, str]],
        load: Callable[[str], Any],
        session: Callable[[], Session],
    ) -> None:
        self.sections = sections
        self.load = load
        self.session = session

    @cached_property
    def lines(self) -> Mapping[str, str]:
        """The one-line help by name."""
        return {name: line for each in self.sections.values() for name, line in each.items()}


def program(help: str, table: CommandTable) -> Group:
    """The root command of these commands."""
    root = Group(help)
    root.info.cls = type("Program", (Root,), {"table": table})
    root.callback()(with_options(_version_or_help))
    return root


class Placeholders(Mapping[str, Any]):
    """All commands by name, with their one-line help; built on first use."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = lines

    def __getitem__(self, name: str) -> Any:
        return TyperGroup(name=name, help=self._lines[name], rich_markup_mode=None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _with_variable(param: Any) -> Any:
    """The option with its environment variable, which only the program reads: a subcommand that
    read it again would override an option given before it on the command line."""
    if param.name not in VARIABLES:
        return param
    own = copy.copy(param)
    own.envvar = VARIABLES[param.name]
    return own


class Root(TyperGroup):
    """Finds and runs a command, and exits with its code."""

    table: ClassVar[CommandTable]

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = Placeholders(self.table.lines)
        self.params += map(_with_variable, shared_params())

    def format_options(self, ctx: Any, formatter: Any) -> None:
        write_sections(ctx, formatter, self.get_params(ctx))
        width = max(map(len, self.table.lines))
        for title, lines in self.table.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), line) for name, line in lines.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = resolved = super().resolve_command(ctx, args)
        if name is None or name not in self.table.lines:
            return resolved
        return name, self.table.load(name), rest

    def main(self, args: Any = None, *rest: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        arguments = list(sys.argv[1:] if args is None else args)
        code = self._run(arguments, self.table.session(), **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, args: list[str], session: Session, **extra: Any) -> int:
        """Run a command line, close the session, flush the output; returns the exit code."""
        session.is_plugin = is_plugin(args)
        try:
            with closing(session):
                result = super().main(args, standalone_mode=False, obj=session, **extra)
                if result == Interrupted.exit_code:
                    raise KeyboardInterrupt
                sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:
            return fail(error, args, session)
        return (result if isinstance(result, int) else 0) or session.exit_code


def _version_or_help(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("-V", "--version", help="Show the version and exit", show_default=False)
    ] = False,
) -> None:
    if version:
        typer.echo(f"smsgw {__version__}")
        raise typer.Exit
    show_help(ctx)
