"""`check selftest`: the last self-test of each SIM, from the history; sends nothing."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from smsgw_cli.fleet.context import CheckContext, selected
from smsgw_cli.fleet.devices import sim_subject
from smsgw_cli.fleet.measurement import Finding, Measurement, NothingToCheck, Status, Subject
from smsgw_cli.fleet.selftest import Outcome, SelfTest
from smsgw_cli.fleet.selftest_history import SelfTests
from smsgw_cli.model import sims_of
from smsgw_cli.sms.durations import in_words


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """How long the last texts of each SIM took, and when; critical is one that did not arrive.

    SIMs that the server has no more are left out. Raises NothingToCheck without a self-test.
    """
    every = [sim for device in context.devices for sim in sims_of(device)]
    subjects = {each["id"]: sim_subject(each) for each in selected(context, every, "SIM")}
    last = [each for each in SelfTests(context.history).last() if each.sender.id in subjects]
    if not last:
        raise NothingToCheck("no self-test")
    for sender, tests in groupby(last, key=lambda each: each.sender.id):
        yield from _of_sim(context, subjects[sender], list(tests))


def _of_sim(
    context: CheckContext, subject: Subject, tests: Sequence[SelfTest]
) -> Iterator[Measurement | Finding]:
    for test in tests:
        if test.outcome in _WORDS:
            reason = f": {test.reason}" if test.reason else ""
            text = f"self-test to SIM {test.receiver.id} {_WORDS[test.outcome]}{reason}"
            yield Finding(Status.CRITICAL, text, subject)
    arrived = [each for each in tests if each.received is not None]
    slowest = max((each.received or 0.0 for each in arrived), default=None)
    yield Measurement("selftest", slowest, subject, ", ".join(map(_received, arrived)))
    age = context.age(max(each.started_at for each in tests))
    yield Measurement("selftest_age", age, subject, f"last self-test {in_words(age)} ago")


_WORDS: dict[Outcome | None, str] = {
    Outcome.FAILED: "failed",
    Outcome.REJECTED: "was refused by the server",
    Outcome.UNKNOWN: "may not have been sent",
    Outcome.MISSING: "was not received",
}


def _received(test: SelfTest) -> str:
    return f"self-test received by SIM {test.receiver.id} after {in_words(test.received or 0.0)}"
