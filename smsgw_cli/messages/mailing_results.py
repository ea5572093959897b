"""How a mailing ended: what was sent before, the results files, the error it ends with."""

from collections.abc import Iterable

from smsgw_cli.errors import Interrupted, Partial, SmsgwError, Unknown
from smsgw_cli.messages import ledger
from smsgw_cli.messages.ledger import Entry
from smsgw_cli.messages.mailing import ACCEPTED, NOT_SENT, REFUSED, UNKNOWN, Mailing, Result
from smsgw_cli.messages.merge import MergedMessage
from smsgw_cli.model import Record

Sent = dict[tuple[str, str], tuple[str, Record | None]]
"""Status and campaign by number and text."""


def sent_before(entries: Iterable[Entry]) -> Sent:
    """What earlier runs sent, given the sends of the mailing that were not refused."""
    found: Sent = {}
    for entry in entries:
        status = ACCEPTED if entry.state == ledger.ACCEPTED else UNKNOWN
        for number in entry.body.get("mobile_numbers", ()):
            found[number, entry.body["message"]] = (status, entry.campaign)
    return found


def split_sent(message: MergedMessage, sent: Sent) -> tuple[list[Result], MergedMessage | None]:
    """What of a message was sent before, and what is left of it."""
    done: dict[tuple[str, int | None], Result] = {}
    left = []
    for number, row in zip(message.numbers, message.rows, strict=True):
        before = sent.get((number, message.text))
        if before is None:
            left.append((number, row))
            continue
        status, campaign = before
        place = status, campaign["id"] if campaign else None
        rows = done[place].letter if place in done else MergedMessage(message.text, (), ())
        grown = MergedMessage(message.text, (*rows.numbers, number), (*rows.rows, row))
        done[place] = Result(grown, status, campaign)
    rest = MergedMessage(message.text, tuple(n for n, _ in left), tuple(r for _, r in left))
    return list(done.values()), rest if left else None


def reason(error: SmsgwError | None) -> str:
    """What is said against a send in a results file."""
    if error is None:
        return ""
    said = "; ".join(" ".join(each) for each in (error.errors or {}).values())
    return said or error.message


def conclude(mailing: Mailing, error: SmsgwError | None) -> None:
    """Write the results; `error` is what stopped the mailing.

    Raises that if nothing was sent, else Partial, Unknown or Interrupted; nothing if every row
    was accepted.
    """
    path = mailing.write_results()
    if mailing.count(ACCEPTED) == sum(len(message.rows) for message in mailing.letters):
        return
    if error and not isinstance(error, Interrupted) and not mailing.count(ACCEPTED, UNKNOWN):
        raise error
    raise _ended(mailing, error, f"the status of each row is in {path}")


def _ended(mailing: Mailing, error: SmsgwError | None, where: str) -> SmsgwError:
    counts = ((mailing.count(each), each) for each in (ACCEPTED, REFUSED, UNKNOWN, NOT_SENT))
    told = ", ".join(f"{count} {status}" for count, status in counts if count)
    if mailing.count(REFUSED):
        where += f", {mailing.write_refused()} the refused ones"
    hint = f"{where}; run the same command again to resume; no row is sent twice"
    kind: type[SmsgwError] = Interrupted if isinstance(error, Interrupted) else Partial
    if error is None and not mailing.count(REFUSED):
        kind = Unknown
    what = f"{error.message}; rows: {told}" if error else f"rows: {told}"
    return kind(what, status=error.status if error else None, hint=hint)
