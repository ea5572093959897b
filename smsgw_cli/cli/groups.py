"""Command groups: each command takes the session, and accepts the shared options."""

import copy
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, TypeVar, get_type_hints

import typer
from typer.core import TyperCommand
from typer.main import get_command

from smsgw_cli.cli.options import SHARED, Options

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}

Function = TypeVar("Function", bound=Callable[..., Any])


class Command(TyperCommand):
    """A command whose help lists its own options, and the shared ones on one line."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        own = [param for param in self.get_params(ctx) if param.name not in SHARED]
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            records = [
                record
                for param in own
                if param.param_type_name == kind and (record := param.get_help_record(ctx))
            ]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
        with formatter.section("Options of every command (see 'smsgw --help')"):
            formatter.write_text("  ".join(_flags(self.get_params(ctx))))

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples, one per line, not wrapped, so that they can be copied."""
        if self.epilog:
            with formatter.section("Examples"):
                for line in inspect.cleandoc(self.epilog).splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def _flags(params: list[Any]) -> list[str]:
    return ["/".join(param.opts) for param in params if param.name in SHARED]


class Commands(typer.Typer):
    """A Typer app whose commands are functions of the session and their own arguments.

    With a single command it is that command: `smsgw doctor`. A command is built on first use, as
    its options take Typer 2 ms.
    """

    def __init__(self, help: str | None = None, **settings: Any) -> None:
        super().__init__(
            help=help,
            add_completion=False,
            rich_markup_mode=None,
            context_settings=HELP_OPTIONS,
            **settings,
        )
        self._waiting: dict[str, Callable[[], Any]] = {}

    def command(self, name: str, **settings: Any) -> Callable[[Function], Function]:  # type: ignore[override]
        """Register a function `(session, …)`. `epilog` has its examples, one per line."""

        def decorate(function: Function) -> Function:
            self.register(name, lambda: function, **settings)
            return function

        return decorate

    def register(self, name: str, function: Callable[[], Function], **settings: Any) -> None:
        """Register a factory of such a function, called on first use."""
        self._waiting[name] = lambda: _made(name, with_session(function()), settings)

    def lazy(self, name: str, module: str) -> None:
        """Register the command of this name of a module's `app`, imported when it is needed."""
        self._waiting[name] = lambda: import_module(module).app.named(name)

    def named(self, name: str) -> Any:
        """The command of this name, as Typer runs it."""
        return self._waiting[name]()

    def click_command(self) -> Any:
        """The only command, as Typer runs it."""
        (make,) = self._waiting.values()
        return make()


class Group(Commands):
    """A group of commands; its name alone shows the help."""

    def __init__(self, help: str) -> None:
        super().__init__(help, invoke_without_command=True)
        self.callback()(with_options(show_help))

    def click_command(self) -> Any:
        """The click group, with lazily built commands."""
        group: Any = get_command(self)
        group.commands = _LazyCommands(self._waiting)
        return group


class _LazyCommands(Mapping[str, Any]):
    """Commands by name, each built on first use."""

    def __init__(self, waiting: dict[str, Callable[[], Any]]) -> None:
        self._waiting = waiting
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._waiting[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)


def _made(name: str, function: Callable[..., None], settings: dict[str, Any]) -> Any:
    """The click command of a function: built by a Typer app with only this function."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command, context_settings=HELP_OPTIONS, **settings)(function)
    return get_command(alone)


def show_help(ctx: typer.Context) -> None:
    """Called for a group without a command."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def with_session(function: Callable[..., None]) -> Callable[..., None]:
    """The command that takes a context for a function of the session, or of the context itself."""
    first = next(iter(inspect.signature(function, eval_str=True).parameters.values()))
    if first.annotation is typer.Context:
        return with_options(function)

    def with_context(ctx: typer.Context, **given: Any) -> None:
        function(ctx.obj, **given)

    _set_signature(with_context, function, _own_parameters(function))
    return with_options(with_context)


def with_options(function: Callable[..., None], *, envvars: bool = False) -> Callable[..., None]:
    """A wrapper that also takes the shared options and stores them in the session.

    Only the root command reads their environment variables: a subcommand that read them again
    would override options given before it on the command line.
    """

    def taking(ctx: typer.Context, **given: Any) -> None:
        ctx.obj.options.apply(given)
        function(ctx, **given)

    _set_signature(
        taking, function, [*_own_parameters(function), *_shared_parameters(envvars=envvars)]
    )
    return taking


def _own_parameters(function: Callable[..., None]) -> list[inspect.Parameter]:
    """All parameters except the first one (session or context)."""
    return list(inspect.signature(function, eval_str=True).parameters.values())[1:]


def _set_signature(
    wrapper: Callable[..., None],
    function: Callable[..., None],
    parameters: list[inspect.Parameter],
) -> None:
    """Give the wrapper the function's name and help, and a signature that Typer reads."""
    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    functools.update_wrapper(wrapper, function)
    wrapper.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    wrapper.__annotations__ = {each.name: each.annotation for each in [context, *parameters]}


@functools.cache
def _shared_parameters(*, envvars: bool) -> list[inspect.Parameter]:
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=hint if envvars else _without_envvar(hint),
        )
        for name, hint in get_type_hints(Options, include_extras=True).items()
    ]


def _without_envvar(hint: Any) -> Any:
    told, *others = hint.__metadata__
    option = copy.copy(told)
    option.envvar = None
    return Annotated[hint.__origin__, option, *others]
