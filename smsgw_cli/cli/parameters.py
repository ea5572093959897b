"""Turns fields into arguments and options of a command."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Any, TypeVar

import typer

from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.config.settings import SETTINGS
from smsgw_cli.errors import Usage

LONGEST_CHOICES = 52  # characters, beside the name of an option

Run = Callable[..., None]
Options = TypeVar("Options")


def register(
    app: Commands,
    verb: str,
    help: str,
    parameters: Iterable[Field],
    run: Run,
    *,
    reads: Sequence[str] = (),
    old: Sequence[OldOption] = (),
    **settings: Any,
) -> None:
    """Register a command: `run` gets the session and the values of its parameters by key.

    `reads` are settings without an option, whose values it gets too. `old` are hidden options of
    0.1.0. `settings` are those of `Commands.register`.
    """
    fields = tuple(parameters)
    names = [*(each.key for each in fields if each.setting), *reads]

    def with_settings(session: Session, **arguments: Any) -> None:
        _refuse_half_characters(fields, arguments)
        _take_single(fields, arguments)
        for each in old:
            each.take(session, arguments)
        for name in names:
            if arguments.get(name) is not None:
                session.give(name, arguments[name])
        for name in names:
            arguments[name] = session.setting(name)
        run(session, **arguments)

    def with_signature() -> Run:
        hidden = [each.field for each in old]
        with_settings.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                _SESSION,
                *map(_parameter, fields),
                *(_parameter(each, hidden=True) for each in hidden),
            ]
        )
        with_settings.__doc__ = help
        return with_settings

    app.register(verb, with_signature, **settings)


def _refuse_half_characters(fields: Iterable[Field], arguments: Mapping[str, Any]) -> None:
    """Raise Usage for text that no UTF-8 can hold, as Latin-1 in a UTF-8 terminal (PEP 383).

    The names of files may have any bytes.
    """
    for field in fields:
        given = arguments.get(field.key)
        for text in given if isinstance(given, list) else [given]:
            if field.file or not isinstance(text, str) or text.startswith("@"):
                continue
            try:
                text.encode()
            except UnicodeEncodeError:
                raise Usage(f"{_name_of(field)} is not UTF-8 text: {text!a}") from None


def _take_single(fields: Iterable[Field], arguments: dict[str, Any]) -> None:
    """Replace the lists of single options by their values. Raises Usage for two of one."""
    for field in fields:
        if field.single:
            given = list(dict.fromkeys(arguments[field.key] or ()))
            if len(given) > 1:
                raise Usage(f"{_name_of(field)} was given twice", hint="give it once")
            arguments[field.key] = given[0] if given else None


def _name_of(field: Field) -> str:
    """As an error names it: `NAME`, or `--message` for `-m --message`."""
    return field.key.upper() if field.argument else flag_of(field).split("/")[0].split()[-1]


_SESSION = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD)


def of_setting(name: str, section: str = "") -> Field:
    """The option of a setting, which has its name, form and help from the table of settings."""
    setting = SETTINGS[name]
    default = f" [default: {setting.otherwise}]" if setting.otherwise != "none" else ""
    is_flag = setting.form == "BOOL"
    return Field(
        name,
        setting.help + ("" if is_flag else default),
        bool if is_flag else str,
        metavar=setting.form,
        section=section,
        setting=True,
    )


def deferred(module: str, name: str) -> Run:
    """A command's function; its module is imported when the command runs, not for its help."""

    def run(session: Any, **arguments: Any) -> None:
        getattr(import_module(module), name)(session, **arguments)

    return run


def typed(kind: type[Options], arguments: Mapping[str, Any]) -> Options:
    """A record of this kind from the options of a command that are named like its fields.

    Missing options keep the field's default; repeatable ones are tuples.
    """
    names = inspect.signature(kind).parameters
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


def _parameter(field: Field, *, hidden: bool = False) -> inspect.Parameter:
    kind: Any = _choice(field) if field.choices else field.kind
    kind = list[kind] if field.many or field.single else kind
    if not field.required:
        kind = kind | None
    default = inspect.Parameter.empty if field.required else None
    return inspect.Parameter(
        field.key,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, _declaration(field, hidden=hidden), _hint(field)],
    )


def _hint(field: Field) -> CompletionHint:
    hint = field.names.hint if field.names else field.hint
    return hint._replace(is_single=field.single)


def _declaration(field: Field, *, hidden: bool) -> Any:
    if field.argument:
        return typer.Argument(help=_help(field), metavar=_metavar(field), show_default=False)
    return typer.Option(
        *flag_of(field).split(),
        help=_help(field),
        metavar=None if field.kind is bool else _metavar(field),
        show_default=False,
        case_sensitive=False,
        parser=field.parse,
        hidden=hidden,
        rich_help_panel=field.section or None,
    )


def _help(field: Field) -> str:
    """The help, with the choices that would be too long beside the option's name."""
    if not _has_many_choices(field):
        return field.help
    text, bracket, rest = field.help.partition(" [")
    return f"{text}: {', '.join(field.choices).lower()}{bracket}{rest}"


def _has_many_choices(field: Field) -> bool:
    return len("|".join(field.choices)) > LONGEST_CHOICES


def _metavar(field: Field) -> str | None:
    """None for few choices, of which Typer makes it."""
    if field.metavar:
        return field.metavar
    if field.choices and not _has_many_choices(field):
        return None
    if field.file:
        return "FILE"
    name = (field.flag or field.key).split()[-1]
    return name.lstrip("-").replace("-", "_").upper()


def _choice(field: Field) -> type[StrEnum]:
    members = {each: each for each in field.choices}
    return StrEnum(field.key, members)  # type: ignore[return-value]  # the call makes a class
