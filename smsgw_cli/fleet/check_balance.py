"""Checks the last known balances, from their history alone: it never dials and asks no server."""

from collections.abc import Iterator

from smsgw_cli.config import profiles
from smsgw_cli.errors import NotFound
from smsgw_cli.fleet.balance_history import BalanceHistory
from smsgw_cli.fleet.balances import BalanceReader, Reading, newest
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.measurement import Finding, Measurement, NothingToCheck, Status, Subject
from smsgw_cli.fleet.sims import FleetSim

NEVER = "no balance was ever read; run 'smsgw devices balances --refresh'"
UNREAD = "no balance in its newest answer; see 'smsgw devices balances'"


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """The balance and its age of each SIM that has a rule or an answer.

    The low mark of its rule is the default of the warning. Raises NothingToCheck if no SIM has,
    NotFound for the id of an unknown one.
    """
    reader = BalanceReader(profiles.available().balance)
    balances = BalanceHistory(context.history)
    sims = balances.sims()
    if missing := context.ids - {each.id for each in sims}:
        raise NotFound(f"SIM {min(missing)} not found", hint="see 'smsgw devices balances'")
    is_empty = True
    for sim in filter(lambda each: context.selects(each.id), sims):
        answer, known = newest(reader.read(dial, sim) for dial in balances.answers(sim.id))
        if answer or reader.rule(sim):
            is_empty = False
            yield from _of_sim(context, reader, sim, answer, known)
    if is_empty and not reader.has_rules:
        raise NothingToCheck("no [[balance]] rule, and no balance was ever read")
    if is_empty:
        yield Finding(Status.UNKNOWN, NEVER)


def _of_sim(
    context: CheckContext,
    reader: BalanceReader,
    sim: FleetSim,
    answer: Reading | None,
    known: Reading | None,
) -> Iterator[Measurement | Finding]:
    subject = Subject("SIM", sim.id, sim.name)
    if answer is None or answer is not known:
        yield Finding(Status.UNKNOWN, UNREAD if answer else NEVER, subject)
    if known is None or known.balance is None:
        return
    rule = reader.rule(sim, known.dial.code)
    default = f"{rule.low:f}:/" if rule and rule.low is not None else ""
    shown = " ".join(filter(None, (str(known.balance.amount), known.balance.currency)))
    until = f", until {known.balance.expires_on}" if known.balance.expires_on else ""
    text = f"balance {shown}{until}"
    yield Measurement("balance", known.balance.amount, subject, text, default)
    text = f"balance read {known.moment:%Y-%m-%d %H:%M} UTC"
    yield Measurement("balance_age", context.age(known.moment), subject, text)
