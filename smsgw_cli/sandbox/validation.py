"""Input validation with Laravel's messages: `validate(values, {"name": (REQUIRED, text(255))})`.

A rule takes a value and returns it, cast, or raises RuleError. Attributes can be nested
("active_hours.start", "options.0.label") or apply to each item ("sims.*").

laravel.com/docs/12.x/validation: an attribute is checked by all its rules, so that it may have
several messages ("Stopping on First Validation Failure": `bail` is not the default); a rule that
makes it required ends that, and `unique` and `exists` are not asked about an invalid value.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from smsgw_cli.sandbox.wire import UnprocessableError

Rule = Callable[[Any], Any]

MISSING: tuple[Any, ...] = (None, [], "")


class RuleError(Exception):
    """A value breaks a rule, or several; `:attribute` in a message stands for its name.

    `hint` says what PHP or Laravel has otherwise than a script may expect.
    """

    def __init__(self, *messages: str, hint: str = "") -> None:
        super().__init__(*messages)
        self.messages = messages
        self.hint = hint


class Required:
    """A rule: the attribute must not be missing or empty. Without it, null is valid."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        self.broken = RuleError(f"The :attribute field is required{reason}.")


class Always:
    """A rule that is asked even if one before it has failed; the others need a valid value."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def __call__(self, value: Any) -> Any:
        return self._rule(value)


class NotNull:
    """A marker: null is a value like others, as without Laravel's rule `nullable`.

    What is missing altogether is still valid.
    """


OF_ITEM = re.compile(r"\.\*$|\.[0-9]+$|\..+\.")  # "sims.*", "sims.0", "options.0.label"
REQUIRED = Required()
NOT_NULL = NotNull()
Checks = Sequence[Rule | Required | NotNull]
Spec = Mapping[str, Checks]


def required_if(needed: bool, reason: str) -> tuple[Required, ...]:
    return (Required(reason),) if needed else ()


def validate(values: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    """The attributes in `spec`, cast; missing ones are None, unknown ones are dropped.

    Raises UnprocessableError with the messages for each attribute that breaks its rules.
    """
    validator = _Validator(values)
    # Laravel replaces "sims.*" by an attribute for each item, after all the others.
    for attribute in sorted(spec, key=_is_of_item):
        validator.check(attribute, spec[attribute])
    return validator.result()


def _is_of_item(attribute: str) -> bool:
    return "." in attribute and bool(OF_ITEM.search(attribute))


class _Validator:
    """Collects what is valid, and the messages for what is not."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._valid: dict[str, Any] = {}
        self._errors: dict[str, list[str]] = {}
        self._hint = ""

    def result(self) -> dict[str, Any]:
        if self._errors:
            raise UnprocessableError(self._errors, self._hint)
        return self._valid

    def check(self, attribute: str, rules: Checks) -> None:
        if attribute.endswith(".*"):
            self._check_items(attribute.removesuffix(".*"), rules)
        else:
            value = _value(self._values, attribute)
            null = attribute not in self._values or NOT_NULL not in rules
            self._valid[attribute] = self._cast(attribute, value, rules, null_is_valid=null)

    def _check_items(self, attribute: str, rules: Checks) -> None:
        items = self._valid.get(attribute)
        if items is not None:
            self._valid[attribute] = [
                self._cast(f"{attribute}.{key}", item, rules, is_item=True)
                for key, item in numbered(items)
            ]

    def _cast(
        self,
        attribute: str,
        value: Any,
        rules: Checks,
        *,
        null_is_valid: bool = True,
        is_item: bool = False,
    ) -> Any:
        """The value after all rules; None if it breaks one of them."""
        valid = True
        for rule in rules:
            if isinstance(rule, Required):
                if value in MISSING:
                    self._fail(attribute, rule.broken, is_item)
                    return None
            elif not isinstance(rule, NotNull) and not (value is None and null_is_valid):
                try:
                    value = rule(value) if valid or isinstance(rule, Always) else value
                except RuleError as broken:
                    self._fail(attribute, broken, is_item)
                    valid = False
        return value if valid else None

    def _fail(self, attribute: str, broken: RuleError, is_item: bool) -> None:
        name = attribute if is_item else _name(attribute)
        messages = [message.replace(":attribute", name) for message in broken.messages]
        self._errors.setdefault(attribute, []).extend(messages)
        self._hint = self._hint or broken.hint


def numbered(items: Any) -> Iterable[tuple[int | str, Any]]:
    """The items of a list or of an object, with their keys; none of anything else."""
    if isinstance(items, dict):
        return items.items()
    return enumerate(items) if isinstance(items, list) else ()


def _value(values: Any, attribute: str) -> Any:
    if "." not in attribute:
        return values.get(attribute)
    for part in attribute.split("."):
        values = {str(key): inner for key, inner in numbered(values)}.get(part)
    return values


def _name(attribute: str) -> str:
    """The name in messages: words with blanks, but that of an item as it is ("sender_ids.0")."""
    if _is_of_item(attribute):
        return attribute
    # Laravel's Str::snake: "firstName" and "FirstName" are "first_name".
    words = re.sub("(?<=.)(?=[A-Z])", "_", attribute).lower()
    return words.replace("_", " ")
