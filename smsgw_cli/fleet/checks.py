"""All checks by name, and what those of a command line found."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from smsgw_cli.config.metrics import CHECKS
from smsgw_cli.errors import Auth, SmsgwError, Unavailable
from smsgw_cli.fleet.context import Check, CheckContext
from smsgw_cli.fleet.measurement import WHOLE, NothingToCheck, Status
from smsgw_cli.fleet.verdict import RangesOf, Result, judged, worst


@dataclass(frozen=True)
class Report:
    """The results of the checks that were made or failed, and why others were left out, by name."""

    checks: tuple[str, ...]
    results: tuple[Result, ...]
    left_out: Mapping[str, str]

    @property
    def status(self) -> Status:
        return worst(self.results)

    def status_of(self, check: str) -> Status:
        return worst(each for each in self.results if each.check == check)


def named(name: str) -> Check:
    """The check of this name: the function `check` of its module."""
    module = import_module(f"smsgw_cli.fleet.check_{name.replace('-', '_')}")
    check: Check = module.check
    return check


def carry_out(context: CheckContext, ranges_of: RangesOf, name: str | None = None) -> Report:
    """The report of one check, or of all that have something to judge.

    A check that fails is unknown, with what it found before; without a server no other is made.
    Raises SmsgwError if there is nothing to judge, and the first error if nothing else was found.
    """
    results: list[Result] = []
    left_out: dict[str, str] = {}
    failed: dict[str, SmsgwError] = {}
    names = (name,) if name else CHECKS
    for each in names:
        if _has_lost_server(failed):
            left_out[each] = "the server did not answer"
            continue
        try:
            for found in named(each)(context):
                results.append(judged(each, found, ranges_of))
        except NothingToCheck as error:
            left_out[each] = str(error)
        except SmsgwError as error:
            failed[each] = error
    if not results and len(left_out) + len(failed) == len(names):
        raise _nothing_judged(left_out, failed)
    results += (Result(each, Status.UNKNOWN, failed[each].message, WHOLE) for each in failed)
    return Report(tuple(each for each in names if each not in left_out), tuple(results), left_out)


def _has_lost_server(failed: Mapping[str, SmsgwError]) -> bool:
    """Whether asking again would only take the time that the whole has."""
    return any(isinstance(each, Auth | Unavailable) for each in failed.values())


def _nothing_judged(left_out: Mapping[str, str], failed: Mapping[str, SmsgwError]) -> SmsgwError:
    for error in failed.values():
        return error
    return SmsgwError(f"nothing to check: {', '.join(dict.fromkeys(left_out.values()))}")
