"""`[[balance]]` in config.toml: how the balance of a SIM is asked for and read."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from smsgw_cli.config.paths import config_path
from smsgw_cli.errors import Usage
from smsgw_cli.sms.ussd_codes import dialled
from smsgw_cli.wording import suggestion

LARGEST = 10**12
GROUPS = ("amount", "currency", "expiry")


class BalanceRule(NamedTuple):
    """For SIMs of a carrier (`*` is any text), a country (two letters), both, or all.

    `code` is dialled; `pattern` is searched in its answer, and has the named group `amount`, and
    maybe `currency` and `expiry`. A balance below `low` is a warning.
    """

    code: str
    pattern: re.Pattern[str]
    carrier: str | None = None
    country: str | None = None
    low: Decimal | None = None

    def fits(self, carrier: str | None, country: str | None) -> bool:
        """Whether it is for SIMs of this carrier and country."""
        is_country = self.country is None or self.country == _folded(country).upper()
        return is_country and (self.carrier is None or self._is_carrier(_folded(carrier)))

    def _is_carrier(self, name: str) -> bool:
        wanted = _folded(self.carrier)
        if "*" not in wanted:
            return name == wanted
        return bool(name) and fnmatchcase(name, re.sub(r"([\[?])", r"[\1]", wanted))

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """Rules that fit are preferred by this."""
        is_named = self.carrier is not None
        return is_named and "*" not in str(self.carrier), is_named, self.country is not None


def rule_for(
    rules: Iterable[BalanceRule], carrier: str | None, country: str | None, code: str | None = None
) -> BalanceRule | None:
    """The most specific rule for a SIM, the first of several; one with this code, if there is any.

    None if no rule fits.
    """
    found = [rule for rule in rules if rule.fits(carrier, country)]
    same = [rule for rule in found if rule.code == code] or found
    return max(same, key=lambda rule: rule.specificity, default=None)


def rules_of(tables: object) -> tuple[BalanceRule, ...]:
    """The rules of a `Config`. Raises Usage that names the rule by its number."""
    path = config_path()
    if not (isinstance(tables, list | tuple) and all(isinstance(each, dict) for each in tables)):
        raise Usage(f"{path}: balance must be tables headed [[balance]]")
    found: list[BalanceRule] = []
    for number, table in enumerate(tables, start=1):
        try:
            rule = _rule(table)
            _refuse_duplicate(rule, found)
        except ValueError as error:
            hint = error.__cause__.hint if isinstance(error.__cause__, Usage) else None
            raise Usage(f"{path}, [[balance]] {number}: {error}", hint=hint) from error
        found.append(rule)
    return tuple(found)


_KEYS = BalanceRule._fields


def _rule(table: dict[str, Any]) -> BalanceRule:
    for key in table:
        if key not in _KEYS:
            raise ValueError(f"unknown key {key!r}") from Usage(
                "", hint=suggestion(key, _KEYS, f"keys: {', '.join(_KEYS)}")
            )
    country = _text(table, "country")
    if country is not None and not re.fullmatch("[A-Za-z]{2}", country):
        raise ValueError(f"country must be two letters, such as US, not {country!r}")
    return BalanceRule(
        code=_code(_needed(table, "code")),
        pattern=_pattern(_needed(table, "pattern")),
        carrier=_text(table, "carrier"),
        country=country and country.upper(),
        low=_low(table.get("low")),
    )


def _refuse_duplicate(rule: BalanceRule, others: Sequence[BalanceRule]) -> None:
    """Of two for the same SIMs and code, one would never be used."""
    for number, other in enumerate(others, start=1):
        mine, theirs = ((_folded(each.carrier), each.country, each.code) for each in (rule, other))
        if mine == theirs:
            raise ValueError(f"is for the same SIMs and code as [[balance]] {number}")


def _text(table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is None:
        return None
    if not (isinstance(value, str) and value.strip()):
        raise ValueError(f"{key} must be text, not {value!r}")
    return value.strip()


def _needed(table: dict[str, Any], key: str) -> str:
    value = _text(table, key)
    if value is None:
        raise ValueError(f"has no {key}")
    return value


def _code(text: str) -> str:
    try:
        return dialled([text])[0]
    except Usage as error:
        raise ValueError(f"code {text!r} is not a USSD code") from error


def _pattern(text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"pattern is not a regular expression: {error}") from error
    groups = pattern.groupindex
    unknown = [each for each in groups if each not in GROUPS]
    if unknown:
        raise ValueError(f"pattern has an unknown group {unknown[0]!r}") from Usage(
            "", hint=suggestion(unknown[0], GROUPS, f"groups: {', '.join(GROUPS)}")
        )
    if "amount" not in groups:
        raise ValueError("pattern has no group (?P<amount>…)")
    return pattern


def _low(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"low must be a number, not {value!r}")
    low = Decimal(str(value))
    if not (low.is_finite() and abs(low) < LARGEST):
        raise ValueError(f"low must be a number, not {value!r}")
    return low


def _folded(text: str | None) -> str:
    """Without differences in case and spaces."""
    return " ".join(str(text or "").split()).casefold()
