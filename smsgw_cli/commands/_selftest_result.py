"""The result of `devices selftest`: a row for each pair, and the exit code."""

from collections import Counter
from collections.abc import Sequence

from smsgw_cli.cli.session import Session
from smsgw_cli.errors import Pending, Rejected, SmsgwError, Unknown
from smsgw_cli.fleet.selftest import Outcome, SelfTest, worst
from smsgw_cli.model import SENT, UNSENT

COLUMNS = (
    *("from", "from_name", "to", "to_name", "result"),
    *("queued", "sent", "delivered", "received"),
)


def summary(tests: Sequence[SelfTest]) -> str:
    """How far those are that have not ended: `1 sent, 2 queued`."""
    statuses = [each.status.lower() for each in tests if each.outcome is None and each.status]
    return ", ".join(f"{count} {status}" for status, count in Counter(statuses).items())


def show(session: Session, tests: Sequence[SelfTest]) -> None:
    """Print a row for each pair, and what is odd about texts that arrived."""
    for test in tests:
        if test.outcome is Outcome.OK and test.reason:
            session.warn(f"warning: {test.pair}: {test.reason}")
    rows = [each.as_record() for each in tests]
    session.out.rows(rows, COLUMNS, every=tuple(rows[0]))


def raise_worst(tests: Sequence[SelfTest], error: SmsgwError | None) -> None:
    """Raise the error that decides on the exit code; all that are not well are named.

    SmsgwError for Failed, Rejected where the server refused one, Unknown, Pending where it did not
    arrive; `error` is why the others were not sent, or what is not known of them.
    """
    bad = [each for each in tests if each.outcome not in (None, Outcome.OK)]
    decisive = worst(bad)
    if error and (decisive is None or decisive.outcome in (Outcome.MISSING, Outcome.UNKNOWN)):
        raise error
    if decisive is None:
        return
    is_new = decisive.outcome is Outcome.REJECTED and isinstance(error, Rejected)
    found = error if error and is_new else _error(decisive)
    if len(bad) > 1:
        found.errors = {"selftest": [f"{_error(each).message}." for each in bad]}
    raise found


def _error(test: SelfTest) -> SmsgwError:
    reason = f": {test.reason}" if test.reason else ""
    match test.outcome:
        case Outcome.FAILED:
            hint = f"see 'smsgw messages get {test.message}'"
            return SmsgwError(f"{test.pair}: failed{reason}", hint=hint)
        case Outcome.REJECTED:
            return Rejected(f"{test.pair}: the server refused it{reason}")
        case Outcome.UNKNOWN:
            hint = "check with 'smsgw sends settle'; it never sends"
            return Unknown(f"{test.pair}: not received, and it may not have been sent", hint=hint)
        case _:
            return Pending(
                f"{test.pair}: not received in time; it is {test.status}", hint=_hint(test)
            )


def _hint(test: SelfTest) -> str:
    """What to look at: the phone that sends, the one that receives, or what came later."""
    if test.status in UNSENT:
        return "check that the phone is on: see 'smsgw devices list'"
    if test.status == SENT:
        return f"see whether it has arrived since: smsgw messages list --message {test.nonce}"
    return f"check in the app whether the phone of SIM {test.receiver.id} forwards what it receives"
