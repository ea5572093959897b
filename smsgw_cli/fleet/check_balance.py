"""Checks the last known balances, from their history alone: it never dials and asks no server."""

from collections.abc import Iterator, Sequence

from smsgw_cli.config import profiles
from smsgw_cli.fleet.balance_history import BalanceHistory
from smsgw_cli.fleet.balances import BalanceReader, Reading, newest
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.measurement import Finding, Measurement, NothingToCheck, Status, Subject
from smsgw_cli.fleet.sims import FleetSim

NEVER = "no balance was ever read; run 'smsgw devices balances --refresh'"


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """The balance and its age of each SIM that has a rule or a reading.

    The low mark of its rule is the default of the warning. Raises NothingToCheck if no SIM has.
    """
    rules = profiles.available().balance
    reader = BalanceReader(rules)
    found = [
        (sim, readings)
        for sim, readings in _readings(context, reader)
        if context.selects(sim.id) and (readings or reader.rule(sim))
    ]
    if not (found or rules):
        raise NothingToCheck("no [[balance]] rule, and no balance was ever read")
    if not found:
        yield Finding(Status.UNKNOWN, NEVER)
    for sim, readings in found:
        yield from _of_sim(context, reader, sim, readings)


def _readings(
    context: CheckContext, reader: BalanceReader
) -> Iterator[tuple[FleetSim, list[Reading]]]:
    balances = BalanceHistory(context.history)
    dials = balances.dials()
    for sim in balances.sims():
        yield sim, [reader.read(dial, sim) for dial in dials if dial.sim == sim.id]


def _of_sim(
    context: CheckContext, reader: BalanceReader, sim: FleetSim, readings: Sequence[Reading]
) -> Iterator[Measurement | Finding]:
    subject = Subject("SIM", sim.id, sim.name)
    _, known = newest(readings)
    if known is None or known.balance is None:
        yield Finding(Status.UNKNOWN, NEVER, subject)
        return
    rule = reader.rule(sim, known.dial.code)
    default = f"{rule.low:f}:/" if rule and rule.low is not None else ""
    shown = " ".join(filter(None, (str(known.balance.amount), known.balance.currency)))
    until = f", until {known.balance.expires_on}" if known.balance.expires_on else ""
    text = f"balance {shown}{until}"
    yield Measurement("balance", known.balance.amount, subject, text, default)
    age = max(0.0, (context.now - known.moment).total_seconds())
    text = f"balance read {known.moment:%Y-%m-%d %H:%M} UTC"
    yield Measurement("balance_age", age, subject, text)
