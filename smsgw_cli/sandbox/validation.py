"""Input validation with Laravel's messages: `validated(values, {"name": (REQUIRED, text(255))})`.

A rule takes a value and returns it, cast, or raises RuleError; the first rule that fails gives the
message for the attribute. Attributes can be nested ("active_hours.start", "options.0.label") or
apply to each item ("sims.*").
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from smsgw_cli.sandbox.wire import UnprocessableError

Rule = Callable[[Any], Any]

MISSING: tuple[Any, ...] = (None, [], "")


class RuleError(Exception):
    """A value breaks a rule; `:attribute` in the text is replaced by the attribute's name."""


class Required:
    """A rule: the attribute must not be missing or empty. Without it, null is valid."""

    def __init__(self, reason: str = "") -> None:
        self.message = f"The :attribute field is required{reason}."


REQUIRED = Required()
Spec = Mapping[str, Sequence[Rule | Required]]


def required_if(needed: bool, reason: str) -> tuple[Required, ...]:
    return (Required(reason),) if needed else ()


def validate(values: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    """The attributes in `spec`, cast; missing ones are None, unknown ones are dropped.

    Raises UnprocessableError with a message for each attribute that breaks its rules.
    """
    result: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for attribute, rules in spec.items():
        if attribute.endswith(".*"):
            _check_items(result, attribute.removesuffix(".*"), rules, errors)
        else:
            result[attribute] = _check(_value(values, attribute), attribute, rules, errors)
    if errors:
        raise UnprocessableError(errors)
    return result


def _value(values: Mapping[str, Any], attribute: str) -> Any:
    value: Any = values
    for part in attribute.split("."):
        if isinstance(value, list) and part.isdigit():
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _check_items(
    result: dict[str, Any],
    attribute: str,
    rules: Sequence[Rule | Required],
    errors: dict[str, list[str]],
) -> None:
    """Laravel's messages keep the underscores in an item's name ("sender_ids.0")."""
    items = result.get(attribute)
    if items is not None:
        result[attribute] = [
            _check(item, f"{attribute}.{index}", rules, errors, f"{attribute}.{index}")
            for index, item in enumerate(items)
        ]


def _check(
    value: Any,
    attribute: str,
    rules: Sequence[Rule | Required],
    errors: dict[str, list[str]],
    name: str | None = None,
) -> Any:
    try:
        return _cast(value, rules)
    except RuleError as invalid:
        message = str(invalid).replace(":attribute", name or attribute.replace("_", " "))
        errors.setdefault(attribute, []).append(message)
        return None


def _cast(value: Any, rules: Sequence[Rule | Required]) -> Any:
    for rule in rules:
        if isinstance(rule, Required):
            if value in MISSING:
                raise RuleError(rule.message)
        elif value is not None:
            value = rule(value)
    return value
