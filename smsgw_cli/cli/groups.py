"""Command groups whose commands take the session and accept the shared options."""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Annotated, Any, TypeVar, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from smsgw_cli.cli.help_sections import write_common_options, write_sections
from smsgw_cli.cli.options import SHARED, Options

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
LONG_HELP_OPTION = {"help_option_names": ["--help"]}  # where -h shows less
SHORT_HELP = "short_help"  # the parameter of -h
HELP_AND_SHARED = frozenset({*SHARED, "help", SHORT_HELP})

Function = TypeVar("Function", bound=Callable[..., Any])


class Command(TyperCommand):
    """A command whose help has its own options in sections, and the shared ones on one line.

    `common` are the keys of its most used options, which are all that -h shows.
    """

    common: Sequence[str] = ()

    def format_options(self, ctx: Any, formatter: Any) -> None:
        own = [param for param in self.get_params(ctx) if param.name not in HELP_AND_SHARED]
        if SHORT_HELP in ctx.meta:
            own = [param for param in own if param.name in self.common]
        write_sections(ctx, formatter, own)
        if SHORT_HELP in ctx.meta:
            formatter.write_paragraph()
            formatter.write_text(f"All options: {ctx.command_path} --help")
        write_common_options(formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples, one per line, not wrapped, so that they can be copied."""
        if self.epilog:
            with formatter.section("Examples"):
                for line in inspect.cleandoc(self.epilog).splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class Commands(typer.Typer):
    """A Typer app whose commands are functions of the session and their own arguments.

    With a single command it is that command: `smsgw doctor`. Commands are built on first use, as
    Typer takes 2 ms for their options.
    """

    def __init__(self, help: str | None = None, **settings: Any) -> None:
        super().__init__(
            help=help,
            add_completion=False,
            rich_markup_mode=None,
            context_settings=HELP_OPTIONS,
            **settings,
        )
        self._factories: dict[str, Callable[[], Any]] = {}

    def command(self, name: str, **settings: Any) -> Callable[[Function], Function]:  # type: ignore[override]
        """Register a function `(session, …)`. `epilog` has its examples, one per line."""

        def decorate(function: Function) -> Function:
            self.register(name, lambda: function, **settings)
            return function

        return decorate

    def register(
        self,
        name: str,
        function: Callable[[], Function],
        *,
        common: Sequence[str] = (),
        shared: Callable[[], list[Any]] | None = None,
        **settings: Any,
    ) -> None:
        """Register a factory of such a function, called on first use.

        `common` are the keys of the options that -h shows, if not all. `shared` makes the shared
        options of a command that uses their letters for others.
        """

        def build() -> Any:
            run = with_options(function(), has_short_help=bool(common))
            command = _build(name, run, LONG_HELP_OPTION if common else HELP_OPTIONS, settings)
            command.params.extend((shared or shared_params)())
            command.common = common
            return command

        self._factories[name] = build

    def renamed(self, old: str, new: str, words: str) -> None:
        """Let a command of 0.1.0 work under its old name, hidden; `words` replace it. One that
        works otherwise than before is registered under its old name, too: then `new` is that."""
        make = self._factories[new]

        def build() -> Any:
            command = make()
            command.name, command.hidden = old, True
            invoke = command.invoke

            def invoke_with_note(ctx: Any) -> Any:
                ctx.obj.renamed(f"{ctx.command_path!r}", repr(f"smsgw {words}"))
                return invoke(ctx)

            command.invoke = invoke_with_note
            return command

        self._factories[old] = build

    def lazy(self, name: str, module: str) -> None:
        """Register a command of a module's `app`; the module is imported on first use."""
        self._factories[name] = lambda: import_module(module).app.named(name)

    def named(self, name: str) -> Any:
        """The command of this name, as Typer runs it."""
        return self._factories[name]()

    def click_command(self) -> Any:
        """The only command, as Typer runs it."""
        (make,) = self._factories.values()
        return make()


class GroupCommand(TyperGroup):
    """A group whose help has only its commands, and the shared options on one line."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        self.format_commands(ctx, formatter)
        write_common_options(formatter)


class Group(Commands):
    """A group of commands; its name alone shows the help."""

    def __init__(self, help: str) -> None:
        super().__init__(help, invoke_without_command=True, cls=GroupCommand)
        self.callback()(with_options(show_help))

    def click_command(self) -> Any:
        """The click group, with lazily built commands."""
        group: Any = get_command(self)
        group.commands = _LazyCommands(self._factories)
        group.params.extend(shared_params())
        return group


class _LazyCommands(Mapping[str, Any]):
    """Commands by name, each built on first use."""

    def __init__(self, factories: dict[str, Callable[[], Any]]) -> None:
        self._factories = factories
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = self._factories[name]()
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._factories)

    def __len__(self) -> int:
        return len(self._factories)


def _build(
    name: str, function: Callable[..., None], help_options: dict[str, Any], settings: dict[str, Any]
) -> Any:
    """The click command of a function: built by a Typer app with only this function."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Command, context_settings=help_options, **settings)(function)
    return get_command(app)


def show_help(ctx: typer.Context) -> None:
    """Print the help of a group that was called without a command."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def show_short_help(ctx: typer.Context, is_asked: bool) -> None:
    """Print the help with the most used options only."""
    if is_asked and not ctx.resilient_parsing:
        ctx.meta[SHORT_HELP] = True
        typer.echo(ctx.get_help())
        raise typer.Exit


_SHORT_HELP = inspect.Parameter(
    SHORT_HELP,
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[
        bool,
        typer.Option("-h", callback=show_short_help, is_eager=True, hidden=True),
    ],
)


def with_options(
    function: Callable[..., None], *, has_short_help: bool = False
) -> Callable[..., None]:
    """Wrap a function of the session, or of the context, as a command of the context, which
    stores the shared options in the session. Its signature is one that Typer reads."""
    first, *own = inspect.signature(function, eval_str=True).parameters.values()

    def applying_options(ctx: typer.Context, **arguments: Any) -> None:
        arguments.pop(SHORT_HELP, None)
        ctx.obj.options.apply(arguments)
        function(ctx if first.annotation is typer.Context else ctx.obj, **arguments)

    context = first.replace(name="ctx", annotation=typer.Context)
    parameters = [context, *own, *([_SHORT_HELP] if has_short_help else ())]
    functools.update_wrapper(applying_options, function)
    applying_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    applying_options.__annotations__ = {each.name: each.annotation for each in parameters}
    return applying_options


@functools.cache
def shared_params() -> list[Any]:
    """The shared options as Typer's own parameters, which all commands of a line have in common:
    Typer takes 3 ms to make them anew for each of the program, the group and the command."""

    def shared(**_: Any) -> None: ...

    shared.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=hint)
            for name, hint in shared_hints().items()
        ]
    )
    shared.__annotations__ = shared_hints()
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(shared)
    return [param for param in get_command(app).params if param.name in SHARED]


@functools.cache
def shared_hints() -> dict[str, Any]:
    """The annotations of the shared options."""
    return get_type_hints(Options, include_extras=True)
