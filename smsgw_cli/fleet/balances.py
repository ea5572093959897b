"""Balances of SIMs: what the answers to codes say, read by the rules of config.toml."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from smsgw_cli.config.balance_rules import BalanceRule, rule_for
from smsgw_cli.fleet.balance_history import Dial
from smsgw_cli.fleet.expiry import expiry
from smsgw_cli.fleet.money import money
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.sms.timestamps import parse_timestamp

LONGEST = 2000  # characters of a text; a pattern may take long for more


class Balance(NamedTuple):
    """What an answer says. `unread` is the text of an expiry that is not a date."""

    amount: Decimal
    currency: str | None = None
    expires_on: date | None = None
    unread: str | None = None


class Reading(NamedTuple):
    """An answer (see `Dial`) to a code of a SIM, and the balance in it, if a rule reads one."""

    dial: Dial
    balance: Balance | None

    @property
    def moment(self) -> datetime:
        """When it came; when the code was dialled if it has not."""
        found = parse_timestamp(self.dial.answered_at) or parse_timestamp(self.dial.dialled_at)
        return found or datetime.now(UTC)


class BalanceReader(NamedTuple):
    """Reads answers by the rules of config.toml."""

    rules: Sequence[BalanceRule]

    @property
    def has_rules(self) -> bool:
        return bool(self.rules)

    def rule(self, sim: FleetSim, code: str | None = None) -> BalanceRule | None:
        """The rule for a SIM, one with this code if there is any; see `rule_for`."""
        return rule_for(self.rules, sim.carrier, sim.country, code)

    def read(self, dial: Dial, sim: FleetSim) -> Reading:
        """What the answer to a code says that this SIM dialled."""
        answer = Reading(dial, None)
        return Reading(dial, self.balance(dial.text, sim, dial.code, answer.moment.date()))

    def balance(self, text: str | None, sim: FleetSim, code: str, day: date) -> Balance | None:
        """The balance in a text of this day; None if no rule reads exactly one in it."""
        rule = self.rule(sim, code)
        found = rule.pattern.search(_on_one_line(text)) if rule and text else None
        if found is None:
            return None
        groups = found.groupdict()
        try:
            amount, currency = money(groups["amount"] or "", groups.get("currency"), sim.country)
        except ValueError:
            return None
        return Balance(amount, currency, *_expiry(groups.get("expiry"), sim.country, day))


def newest(readings: Iterable[Reading]) -> tuple[Reading | None, Reading | None]:
    """The newest answer, and the newest one with a balance; `readings` are the newest first."""
    answer = None
    for reading in readings:
        answer = answer or reading
        if reading.balance:
            return answer, reading
    return answer, None


def _on_one_line(text: str) -> str:
    """With single spaces and without marks of direction, as it looks."""
    shown = "".join(each for each in text[:LONGEST] if unicodedata.category(each) != "Cf")
    return " ".join(shown.split())


def _expiry(text: str | None, country: str | None, day: date) -> tuple[date | None, str | None]:
    if not text:
        return None, None
    try:
        return expiry(text, country, day), None
    except ValueError:
        return None, text
