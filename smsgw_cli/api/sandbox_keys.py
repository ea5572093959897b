"""`KEY=VALUE` of the sandbox as typed: parsed, checked, and the nearest key of a misspelt one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from smsgw_cli.config.settings import RENAMED
from smsgw_cli.errors import Usage
from smsgw_cli.sandbox.key_texts import value_of
from smsgw_cli.sandbox.keys import CONTROL, GATEWAY, PARTS, SELECTORS, STEERED, Key
from smsgw_cli.sandbox.keys import SETTABLE as SETTABLE
from smsgw_cli.sandbox.keys import Change as Change
from smsgw_cli.wording import nearest

SERVED: Mapping[str, Key] = {**GATEWAY, CONTROL.name: CONTROL}


def words(keys: Iterable[str]) -> tuple[str, ...]:
    """What completes a KEY=VALUE."""
    return tuple(f"{name}=" for name in keys)


def help_table(keys: Mapping[str, Key]) -> str:
    """The keys with their forms, help and defaults, for the help of a command."""
    return "\n".join(f"  {_left(key):18} {_help(key)}" for key in keys.values())


def _left(key: Key) -> str:
    indent = "  " if key.column else ""  # below what selects a device or SIM
    return f"{indent}{key.name}={key.form}"


def _help(key: Key) -> str:
    return f"{key.help} [default: {key.otherwise}]" if key.otherwise else key.help


def given_to_serve(texts: Iterable[str]) -> dict[str, Any]:
    """The values of `sandbox serve`, by key; `KEY=` gives the default. Raises Usage."""
    values = _gathered(texts, SERVED, "sandbox serve")
    return {
        name: SERVED[name].default if value is None else value for name, value in values.items()
    }


def given_to_set(texts: Iterable[str]) -> Change:
    """The change of `sandbox set`; that of the clock is left as typed. Raises Usage."""
    values = _gathered(texts, SETTABLE, "sandbox set")
    if not values:
        raise Usage("nothing to set", hint=f"keys: {' '.join(words(SETTABLE))}")
    keys = {name: values[name] for name in STEERED if name in values}
    return Change(keys, {kind: _part(kind, values) for kind in PARTS if _is_meant(kind, values)})


def checked(key: Key, text: str, where: str = "") -> Any:
    """The value in its final form. Raises Usage if it is invalid; `where` says what has it."""
    try:
        return value_of(key, text)
    except ValueError as error:
        raise Usage(f"{where or f'{key.name}={text}'}: {error}") from error


def _gathered(texts: Iterable[str], known: Mapping[str, Key], command: str) -> dict[str, Any]:
    """The values by key: the last one of each, all of faults and of rules to relax.

    None for `KEY=` without a value.
    """
    values: dict[str, Any] = {}
    for key, text in _pairs(texts, known, command):
        value = checked(key, text) if text or key.default is None else None
        if key.default == () and value is not None:
            value = [*(values.get(key.name) or ()), value]
        if key.name in SELECTORS and key.name in values:
            raise Usage(f"{key.name}= is given twice", hint="change one at a time")
        values[key.name] = value
    return values


def _pairs(
    texts: Iterable[str], known: Mapping[str, Key], command: str
) -> Iterator[tuple[Key, str]]:
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise Usage(f"{command} takes KEY=VALUE, not {text!r}", hint=_names(known))
        yield _named(name.strip(), known, command), value.strip()


def _named(name: str, known: Mapping[str, Key], command: str) -> Key:
    key = RENAMED.get(name, name).replace("-", "_")
    if key in known:
        return known[key]
    for other, keys in (("set", SETTABLE), ("serve", SERVED)):
        if key in keys:
            hint = f"smsgw sandbox {other} {key}=VALUE"
            raise Usage(f"{command} does not take {key}=", hint=hint)
    close = nearest(key, known)
    raise Usage(f"unknown key {name!r}", hint=f"did you mean {close}=?" if close else _names(known))


def _names(known: Mapping[str, Key]) -> str:
    return f"keys: {' '.join(words(known))}"


def _is_meant(kind: str, values: Mapping[str, Any]) -> bool:
    return kind in values or any(name in values for name in _of_part(kind, values))


def _of_part(kind: str, values: Mapping[str, Any]) -> list[str]:
    """The keys of a device or SIM; what both have is that of the one that is named."""
    others = [name for other, keys in PARTS.items() if other in values for name in keys]
    return [name for name in PARTS[kind] if kind in values or name not in others]


def _part(kind: str, values: Mapping[str, Any]) -> tuple[int | str, Mapping[str, Any]]:
    """Which device or SIM, and its values. Raises Usage if either is missing."""
    found = {name: values[name] for name in _of_part(kind, values) if name in values}
    if kind not in values:
        raise Usage(f"{next(iter(found))}= belongs to a {kind}", hint=f"add {kind}=ID")
    if not found:
        raise Usage(f"nothing to set of {kind}={values[kind]}", hint=_names(PARTS[kind]))
    return values[kind], found
