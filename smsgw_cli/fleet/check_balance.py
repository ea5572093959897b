"""Checks the last known balances, only from the history: it never dials or asks the server."""

from collections.abc import Iterator

from smsgw_cli.config import profiles
from smsgw_cli.config.balance_rules import rules_of
from smsgw_cli.errors import NotFound
from smsgw_cli.fleet.balance_history import BalanceHistory
from smsgw_cli.fleet.balances import BalanceReader, Reading, newest
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.measurement import Finding, Measurement, NothingToCheck, Status, Subject
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.sms import local_time

NEVER = "no balance has been read yet; run 'smsgw devices balances --refresh'"
UNREAD = "no balance in its newest answer; see 'smsgw devices balances'"


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """The balance and its age of each SIM; one that has a rule, and no balance, is unknown.

    The low mark of its rule is the default of the warning. Raises NothingToCheck if no balance was
    read of any SIM, NotFound for the id of an unknown one.
    """
    reader = BalanceReader(rules_of(profiles.available().balance))
    balances = BalanceHistory(context.history)
    sims = balances.sims()
    if missing := context.ids - {each.id for each in sims}:
        raise NotFound(f"SIM {min(missing)} not found", hint="see 'smsgw devices balances'")
    never: list[FleetSim] = []
    is_empty = True
    for sim in filter(lambda each: context.selects(each.id), sims):
        answer, known = newest(reader.read(dial, sim) for dial in balances.answers(sim.id))
        has_rule = reader.rule(sim) is not None
        if known or (answer and has_rule):
            is_empty = False
            yield from _of_sim(reader, context, sim, answer, known)
        elif has_rule:
            never.append(sim)
    if is_empty:
        raise NothingToCheck(NEVER if never or reader.has_rules else "no [[balance]] rule")
    yield from (Finding(Status.UNKNOWN, NEVER, Subject("SIM", sim.id, sim.name)) for sim in never)


def _of_sim(
    reader: BalanceReader,
    context: CheckContext,
    sim: FleetSim,
    answer: Reading | None,
    known: Reading | None,
) -> Iterator[Measurement | Finding]:
    subject = Subject("SIM", sim.id, sim.name)
    if answer is not known:
        yield Finding(Status.UNKNOWN, UNREAD, subject)
    if known is None or known.balance is None:
        return
    rule = reader.rule(sim, known.dial.code)
    default = f"{rule.low:f}:/" if rule and rule.low is not None else ""
    shown = " ".join(filter(None, (str(known.balance.amount), known.balance.currency)))
    until = f", until {known.balance.expires_on}" if known.balance.expires_on else ""
    text = f"balance {shown}{until}"
    yield Measurement("balance", known.balance.amount, subject, text, default)
    text = f"balance read {local_time.of(known.moment):%Y-%m-%d %H:%M %Z}"
    yield Measurement("balance_age", context.age(known.moment), subject, text)
