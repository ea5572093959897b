"""`devices balances`: the last known balance of each SIM, or all that were read since a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import takewhile

from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import references
from smsgw_cli.commands._balance_codes import Wish
from smsgw_cli.commands._balance_refresh import Refresh
from smsgw_cli.commands._sending import ledger_of
from smsgw_cli.commands.devices import SIM
from smsgw_cli.config import profiles
from smsgw_cli.config.balance_rules import rules_of
from smsgw_cli.errors import NotFound, Partial, SmsgwError, Usage
from smsgw_cli.fleet import history
from smsgw_cli.fleet.answers import AnswerCollector
from smsgw_cli.fleet.balance_forecast import Point, days_left
from smsgw_cli.fleet.balance_history import BalanceHistory
from smsgw_cli.fleet.balances import BalanceReader, Reading, newest
from smsgw_cli.fleet.sims import FleetSim, fleet_sims
from smsgw_cli.model import Record
from smsgw_cli.output.json import as_number
from smsgw_cli.sms.times import past
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.wording import pluralize

COLUMNS = ("sim_id", "device", "carrier", "balance", "currency", "expires_on", "read_at", "text")
KEYS = ("sim_id", "device", "carrier", "code", *COLUMNS[3:])
RULES = "add a [[balance]] rule to config.toml; see 'smsgw help settings'"


def show_balances(
    session: Session,
    sims: Sequence[str] | None,
    refresh: bool | None,
    code: str | None,
    since: str | None,
    allow: Sequence[str] | None,
) -> None:
    """Print the balances of the SIMs, by default of all; with `refresh`, dial for them first.

    Raises Partial where the newest answer of a SIM is not understood.
    """
    wish = Wish(code, tuple(allow or ()))
    if not refresh and wish.is_given:
        raise Usage("--code and --allow require --refresh", hint="add --refresh")
    _start(session, since)
    balances = Balances(session, list(references(sims or ())))
    start = _start(session, since)  # now by the server's clock
    if not session.options.dry_run:
        balances.collect()
    problem = balances.refresh(wish) if refresh else None
    if refresh and session.options.dry_run:
        return
    balances.show() if start is None else balances.show_since(start)
    if problem or (problem := balances.problem()):
        raise problem


def _start(session: Session, since: str | None) -> datetime | None:
    return None if since is None else past(since, session.now)


class Balances:
    """The balances of one server's SIMs: those named, or all. Raises NotFound for one unknown."""

    def __init__(self, session: Session, named: Sequence[str]) -> None:
        session.give("timeout", None)  # --timeout limits the waiting here, not single requests
        self._session = session
        self._history = BalanceHistory(
            session.closing(history.History(history.path_for(session.profile.key)))
        )
        self._reader = BalanceReader(rules_of(profiles.available().balance))
        self._known = {each.id: each for each in fleet_sims(session.api.pages("devices"))}
        self._history.remember(self._known.values())
        self._named = [find(session.api, SIM, each) for each in named]
        self._chosen = self._choose()

    def _choose(self) -> dict[int, FleetSim]:
        for identity in self._named:
            if identity not in self._known:
                raise NotFound(f"SIM {identity} not found", hint="see 'smsgw devices sims'")
        return {each: self._known[each] for each in self._named or self._known}

    def collect(self) -> None:
        """Take in answers that came since the last time."""
        self._collector().collect(self._session.api.now)

    def _collector(self) -> AnswerCollector:
        ledger = ledger_of(self._session)
        return AnswerCollector(self._session.api, ledger, self._history, self._reader, self._chosen)

    def refresh(self, wish: Wish) -> SmsgwError | None:
        """Dial for the balances; returns what went wrong after something was dialled."""
        refresh = Refresh(self._session, self._history, self._reader, self._collector(), wish)
        return refresh.run(list(self._chosen.values()), is_named=bool(self._named))

    def show(self) -> None:
        """Print the last known balance of each SIM."""
        rows = []
        for sim, (answer, known) in self._newest.items():
            rows.append(row(sim, answer, known, is_json=self._is_json))
            self._warn_of_expiry(sim, known)
        self._session.out.rows(rows, COLUMNS, every=KEYS)

    def show_since(self, start: datetime) -> None:
        """Print all answers since a time, oldest first, then when the balances will be used up."""
        found = {sim: self._since(sim, start) for sim in self._chosen.values()}
        rows = [
            row(sim, each, each, is_json=self._is_json)
            for sim, readings in found.items()
            for each in readings
        ]
        rows.sort(key=lambda each: str(each["read_at"]))
        self._session.out.rows(rows, COLUMNS, every=KEYS)
        for sim, readings in found.items():
            self._note_forecast(sim, readings)

    @property
    def _is_json(self) -> bool:
        return self._session.out.is_json or self._session.out.is_nested

    @cached_property
    def _newest(self) -> dict[FleetSim, tuple[Reading | None, Reading | None]]:
        """The newest answer of each SIM, and the newest one with a balance."""
        return {sim: newest(self._readings(sim)) for sim in self._chosen.values()}

    def _readings(self, sim: FleetSim) -> Iterator[Reading]:
        """The answers of a SIM, the newest first."""
        return (self._reader.read(dial, sim) for dial in self._history.answers(sim.id))

    def _since(self, sim: FleetSim, start: datetime) -> list[Reading]:
        """Those since a time, oldest first."""
        return list(takewhile(lambda each: each.moment >= start, self._readings(sim)))[::-1]

    def _warn_of_expiry(self, sim: FleetSim, known: Reading | None) -> None:
        if known and known.balance and known.balance.unread:
            text = known.balance.unread
            self._session.warn(f"warning: {sim.title}: the expiry {text!r} is not a date")

    def _note_forecast(self, sim: FleetSim, readings: Sequence[Reading]) -> None:
        known = next((each for each in reversed(readings) if each.balance), None)
        currency = known.balance.currency if known and known.balance else None
        points = [
            Point(each.moment, float(each.balance.amount))
            for each in readings
            if each.balance and each.balance.currency == currency
        ]
        days = days_left(points)
        if days is not None:
            self._session.out.note(f"{sim.title}: empty in about {pluralize(round(days), 'day')}")

    def problem(self) -> SmsgwError | None:
        """The error of SIMs whose newest answer is not understood."""
        unread = {
            sim: answer.dial
            for sim, (answer, _) in self._newest.items()
            if answer and not answer.balance
        }
        if not unread:
            return None
        shown = "; ".join(f"SIM {sim.id}: {dial.text!r}" for sim, dial in unread.items())
        has_rules = all(self._reader.rule(sim, dial.code) for sim, dial in unread.items())
        hint = "change the pattern of its [[balance]] rule" if has_rules else RULES
        return Partial(f"no balance in the newest answer of {shown}", hint=hint)


def row(sim: FleetSim, answer: Reading | None, known: Reading | None, *, is_json: bool) -> Record:
    """A SIM's newest answer, and the last known balance, which may be of an older one.

    The balance is a number in JSON, else a text with the digits that the operator wrote.
    """
    balance = known.balance if known else None
    amount = balance.amount if balance else None
    return {
        "sim_id": sim.id,
        "device": sim.device,
        "carrier": sim.carrier,
        "code": answer.dial.code if answer else None,
        "balance": as_number(amount) if is_json and amount is not None else amount and str(amount),
        "currency": balance.currency if balance else None,
        "expires_on": str(balance.expires_on) if balance and balance.expires_on else None,
        "read_at": format_timestamp(known.moment) if known else None,
        "text": answer.dial.text if answer else None,
    }
