"""Input against rules, as `validated(values, {"name": (REQUIRED, text(255))})`, Laravel's messages.

A rule takes a value and returns it, cast, or raises RuleError; of an attribute the first rule that
fails speaks. Attributes may be nested ("active_hours.start", "options.0.label") or stand for each
item ("sims.*").
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from smsgw_cli.sandbox.wire import UnprocessableError

Rule = Callable[[Any], Any]

MISSING: tuple[Any, ...] = (None, [], "")


class RuleError(Exception):
    """A value breaks a rule; the text has `:attribute` where its name goes."""


class Required:
    """Among an attribute's rules: it may not be missing or empty. Without it null passes."""

    def __init__(self, reason: str = "") -> None:
        self.message = f"The :attribute field is required{reason}."


REQUIRED = Required()
Spec = Mapping[str, Sequence[Rule | Required]]


def required_if(needed: bool, reason: str) -> tuple[Required, ...]:
    return (Required(reason),) if needed else ()


def validated(values: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    """The attributes that `spec` names, cast; missing ones are None, all others left out.

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
    """Laravel names an item as it is ("sender_ids.0"), without turning underscores to spaces."""
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
