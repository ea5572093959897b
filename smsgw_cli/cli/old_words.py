"""Options of 0.1.0 that have another form now: hidden, and they work until 1.0."""

from collections.abc import Callable
from typing import Any, NamedTuple

from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.config.settings import SETTINGS

Apply = Callable[[Session, dict[str, Any], Any], None]


class OldOption(NamedTuple):
    """A hidden option. `apply` gets the arguments of the command, to change them, and its value.

    `new` is what replaces it, for a note on a terminal; nothing is said without it.
    """

    field: Field
    apply: Apply
    new: str = ""

    def take(self, session: Session, arguments: dict[str, Any]) -> None:
        """Move the option's value, if it is given, to where its new form puts it."""
        value = arguments.pop(self.field.key)
        if value in (None, False, []):
            return
        if self.new:
            session.renamed(f"{self.field.flag}", self.new)
        self.apply(session, arguments, value)


def renamed(flag: str, field: Field, new: str = "") -> OldOption:
    """An old name of an option, whose value is used where the new one is not given."""

    def apply(_: Session, arguments: dict[str, Any], value: Any) -> None:
        if field.many:
            arguments[field.key] = [*(arguments[field.key] or ()), *value]
        elif arguments[field.key] in (None, False):
            arguments[field.key] = value

    old = field._replace(key=_key(flag), flag=flag, argument=False, required=False)
    return OldOption(old, apply, new)


def setting(name: str, flag: str = "", value: str | None = None) -> OldOption:
    """An old option that is a setting now; `value` is that of a flag."""
    flag = flag or "--" + name.replace("_", "-")
    kind = str if value is None else bool

    def apply(session: Session, _: dict[str, Any], text: Any) -> None:
        session.give(name, text if value is None else value)

    new = f"--set {name}={SETTINGS[name].form if value is None else value}"
    return OldOption(Field(_key(flag), "", kind, flag), apply, new)


def flag(field: Field) -> OldOption:
    """A flag that is the default now."""
    old = field._replace(key=_key(field.flag or ""))
    return OldOption(old, lambda _, __, ___: None)


def allow(flag: str, thing: str) -> OldOption:
    """An old flag that is a word of --allow now."""

    def apply(_: Session, arguments: dict[str, Any], __: Any) -> None:
        arguments["allow"] = [*(arguments["allow"] or ()), thing]

    return OldOption(Field(_key(flag), "", bool, flag), apply, f"--allow {thing}")


def _key(flag: str) -> str:
    return "old_" + flag.lstrip("-").replace("-", "_")
