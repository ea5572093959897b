"""Which SIM texts which in a self-test."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.fleet.selftest import Pair, Sim
from smsgw_cli.fleet.sims import FleetSim, fleet_sims
from smsgw_cli.model import Record
from smsgw_cli.sms import numbers
from smsgw_cli.wording import listed

SIMS_HINT = "see 'smsgw devices sims'"
MAX_LISTED = 10  # pairs or SIMs, in a question or an error
NO_NUMBER = "the server needs it, such as +12025550123; see 'smsgw devices sims'"


class Candidate(NamedTuple):
    """A SIM, and why it cannot take part: `is inactive`; empty if it can."""

    sim: Sim
    problem: str = ""


class Pairs(NamedTuple):
    """Senders with receivers, and what to say about SIMs that are left out."""

    pairs: list[Pair]
    left_out: list[str]


def candidates(devices: Iterable[Record], region: str | None) -> list[Candidate]:
    """All SIMs by id; `region` is the country of numbers without a + where the SIM has none."""
    sims = sorted(fleet_sims(devices), key=lambda each: each.id)
    return [
        Candidate(Sim(each.id, each.name, _number(each, region)), each.problem) for each in sims
    ]


def chosen(every: Sequence[Candidate], sender: int | None, receiver: int | None) -> Pairs:
    """One pair, a sender with every other SIM, or once round the ring of all.

    Raises NotFound for an unknown SIM, Usage if one that is named cannot take part, and if there
    is no pair.
    """
    if sender is None:
        found = _ring(every)
    elif receiver is None:
        found = _to_all(every, _named(every, sender))
    else:
        return Pairs([_pair(_named(every, sender), _named(every, receiver))], [])
    if not found.pairs:
        because = f": {listed(found.left_out, MAX_LISTED, '; ')}" if found.left_out else ""
        raise Usage(
            f"a self-test needs two active SIMs, one of them with a known number{because}",
            hint=SIMS_HINT,
        )
    return found


def _number(sim: FleetSim, region: str | None) -> str | None:
    """The number in E.164. Phones know theirs in any form, mostly as it is dialled at home."""
    for country in (sim.country, region, None):
        with suppress(Usage):
            return numbers.e164(sim.number or "", country, any_number=True)
    return None


def _named(every: Iterable[Candidate], identity: int) -> Sim:
    found = next((each for each in every if each.sim.id == identity), None)
    if found is None:
        raise NotFound(f"SIM {identity} not found", hint=SIMS_HINT)
    if found.problem:
        raise Usage(f"SIM {identity} {found.problem}", hint=SIMS_HINT)
    return found.sim


def _pair(sender: Sim, receiver: Sim) -> Pair:
    if sender.id == receiver.id:
        raise Usage(f"SIM {sender.id} cannot be tested with itself", hint="name two SIMs")
    if receiver.number is None:
        raise Usage(f"the number of SIM {receiver.id} is unknown", hint=NO_NUMBER)
    if receiver.number == sender.number:
        raise Usage(f"SIMs {sender.id} and {receiver.id} have the same number")
    return Pair(sender, receiver)


def _to_all(every: Sequence[Candidate], sender: Sim) -> Pairs:
    others = [each for each in every if each.sim.id != sender.id]
    receivers, left_out = _receivers(others)
    pairs = [Pair(sender, each) for each in receivers if each.number != sender.number]
    same = [each for each in receivers if each.number == sender.number]
    return Pairs(pairs, [*left_out, *(_same(each, sender) for each in same)])


def _ring(every: Sequence[Candidate]) -> Pairs:
    """Each SIM texts the next one. Those without a number text the first, and get nothing."""
    receivers, left_out = _receivers(every)
    ring = list(map(Pair, receivers, [*receivers[1:], *receivers[:1]]))
    silent = [each.sim for each in every if not each.problem and each.sim.number is None]
    pairs = [*ring] if len(ring) > 1 else []
    pairs += [Pair(each, receivers[0]) for each in silent if receivers]
    if len(ring) == 1 and silent:
        left_out.append(f"SIM {receivers[0].id} only receives: no other SIM has a known number")
    return Pairs(pairs, left_out)


def _receivers(every: Iterable[Candidate]) -> tuple[list[Sim], list[str]]:
    """The SIMs that can be texted, each number once, and why the others cannot."""
    by_number: dict[str, Sim] = {}
    left_out = []
    for sim, problem in every:
        if problem:
            left_out.append(f"SIM {sim.id} {problem}")
        elif sim.number is None:
            left_out.append(f"SIM {sim.id} is not texted: its number is unknown")
        elif by_number.setdefault(sim.number, sim) is not sim:
            left_out.append(_same(sim, by_number[sim.number]))
    return list(by_number.values()), left_out


def _same(sim: Sim, other: Sim) -> str:
    return f"SIM {sim.id} has the same number as SIM {other.id}"
