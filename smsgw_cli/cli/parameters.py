"""Turns fields into arguments and options of a command."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Any, TypeVar

import typer

from smsgw_cli.cli.completion.hints import CompletionHint, name_of
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.resource import Field

Run = Callable[..., None]
Options = TypeVar("Options")


def register(
    app: Commands, verb: str, help: str, parameters: Iterable[Field], run: Run, **settings: Any
) -> None:
    """Give `run` a signature with the fields as arguments and options."""

    def with_signature() -> Run:
        session = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [session, *map(_parameter, parameters)]
        )
        run.__doc__ = help
        return run

    app.register(verb, with_signature, **settings)


def deferred(module: str, name: str) -> Run:
    """A command's function; its module is imported when the command runs, not for its help."""

    def run(session: Any, **arguments: Any) -> None:
        getattr(import_module(module), name)(session, **arguments)

    return run


def typed(kind: type[Options], arguments: Mapping[str, Any]) -> Options:
    """A dataclass from the options of a command that are named like its fields.

    Missing options keep the field's default; repeatable ones are tuples.
    """
    names = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # any dataclass
    values = {key: value for key, value in arguments.items() if key in names and value is not None}
    return kind(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    )


def flag_of(field: Field) -> str:
    """The option names for Typer: `--name`, `-m --message`, `--on/--off`."""
    plain = "--" + field.key.replace("_", "-")
    if field.flag:
        return field.flag
    return f"{plain}/--no-{plain[2:]}" if field.kind is bool else plain


def _parameter(field: Field) -> inspect.Parameter:
    kind: Any = _choice(field) if field.choices else field.kind
    kind = list[kind] if field.many else kind
    if not field.required:
        kind = kind | None
    default = inspect.Parameter.empty if field.required else None
    return inspect.Parameter(
        field.key,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, _declaration(field), _hint(field)],
    )


def _hint(field: Field) -> CompletionHint:
    return name_of(field.names) if field.names else CompletionHint()


def _declaration(field: Field) -> Any:
    metavar = None if field.kind is bool or field.choices else _metavar(field)
    if field.argument:
        return typer.Argument(help=field.help, metavar=metavar, show_default=False)
    return typer.Option(
        *flag_of(field).split(),
        help=field.help,
        metavar=metavar,
        show_default=False,
        case_sensitive=False,
        parser=field.parse,
    )


def _metavar(field: Field) -> str:
    if field.file:
        return "FILE"
    name = (field.flag or field.key).split()[-1]
    return name.lstrip("-").replace("-", "_").upper()


def _choice(field: Field) -> type[StrEnum]:
    members = {each: each for each in field.choices}
    return StrEnum(field.key, members)  # type: ignore[return-value]  # the call makes a class
