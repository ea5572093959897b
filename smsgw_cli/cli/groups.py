"""Command groups whose commands take the session and accept the shared options."""

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

    def register(self, name: str, function: Callable[[], Function], **settings: Any) -> None:
        """Register a factory of such a function, called on first use."""
        self._factories[name] = lambda: _build(name, with_session(function()), settings)

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


class Group(Commands):
    """A group of commands; its name alone shows the help."""

    def __init__(self, help: str) -> None:
        super().__init__(help, invoke_without_command=True)
        self.callback()(with_options(show_help))

    def click_command(self) -> Any:
        """The click group, with lazily built commands."""
        group: Any = get_command(self)
        group.commands = _LazyCommands(self._factories)
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


def _build(name: str, function: Callable[..., None], settings: dict[str, Any]) -> Any:
    """The click command of a function: built by a Typer app with only this function."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Command, context_settings=HELP_OPTIONS, **settings)(function)
    return get_command(app)


def show_help(ctx: typer.Context) -> None:
    """Print the help of a group that was called without a command."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def with_session(function: Callable[..., None]) -> Callable[..., None]:
    """Wrap a function of the session (or of the context) as a command of the context."""
    first = next(iter(inspect.signature(function, eval_str=True).parameters.values()))
    if first.annotation is typer.Context:
        return with_options(function)

    def with_context(ctx: typer.Context, **arguments: Any) -> None:
        function(ctx.obj, **arguments)

    _set_signature(with_context, function, _own_parameters(function))
    return with_options(with_context)


def with_options(function: Callable[..., None], *, envvars: bool = False) -> Callable[..., None]:
    """A wrapper that also takes the shared options and stores them in the session.

    Only the root command reads their environment variables: a subcommand that read them again
    would override options given before it on the command line.
    """

    def applying_options(ctx: typer.Context, **arguments: Any) -> None:
        ctx.obj.options.apply(arguments)
        function(ctx, **arguments)

    _set_signature(
        applying_options,
        function,
        [*_own_parameters(function), *_shared_parameters(envvars=envvars)],
    )
    return applying_options


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
    declared, *others = hint.__metadata__
    option = copy.copy(declared)
    option.envvar = None
    return Annotated[hint.__origin__, option, *others]
