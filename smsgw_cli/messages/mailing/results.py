"""The results of a mailing: those of earlier runs, the files, and the error to raise."""

from collections.abc import Iterable

from smsgw_cli.errors import Interrupted, Partial, Pending, SmsgwError, Unknown
from smsgw_cli.messages import ledger
from smsgw_cli.messages.ledger import Entry
from smsgw_cli.messages.mailing.mailing import (
    ACCEPTED,
    NOT_SENT,
    REFUSED,
    UNKNOWN,
    Mailing,
    Result,
)
from smsgw_cli.messages.mailing.merge import MergedMessage
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize

Sent = dict[tuple[str, str], tuple[str, Record | None]]
"""(number, text) → (status, campaign)."""


def sent_before(entries: Iterable[Entry]) -> Sent:
    """What earlier runs sent, from the mailing's entries that were not refused."""
    found: Sent = {}
    for entry in entries:
        status = ACCEPTED if entry.state == ledger.ACCEPTED else UNKNOWN
        for number in entry.body.get("mobile_numbers", ()):
            found[number, entry.body["message"]] = (status, entry.campaign)
    return found


def split_sent(message: MergedMessage, sent: Sent) -> tuple[list[Result], MergedMessage | None]:
    """The results of earlier runs, by campaign, and the rest of the message; None if empty."""
    done: dict[tuple[str, int | None], Result] = {}
    left = []
    for number, row in zip(message.numbers, message.rows, strict=True):
        before = sent.get((number, message.text))
        if before is None:
            left.append((number, row))
            continue
        status, campaign = before
        identity = status, campaign["id"] if campaign else None
        part = done[identity].message if identity in done else MergedMessage(message.text, (), ())
        grown = MergedMessage(message.text, (*part.numbers, number), (*part.rows, row))
        done[identity] = Result(grown, status, campaign)
    rest = MergedMessage(message.text, tuple(n for n, _ in left), tuple(r for _, r in left))
    return list(done.values()), rest if left else None


def reason(error: SmsgwError | None) -> str:
    """The error of a send as text for a results file: the server's messages if it has any."""
    if error is None:
        return ""
    messages = "; ".join(" ".join(each) for each in (error.errors or {}).values())
    return messages or error.message


def conclude(mailing: Mailing, error: SmsgwError | None) -> None:
    """Write the results; `error` is what stopped the mailing, if anything.

    Raises it if nothing was sent, else Partial, Unknown or Interrupted unless every row was
    accepted; OSError if the results cannot be written.
    """
    path = mailing.write_results()
    rows = sum(len(message.rows) for message in mailing.messages)
    if mailing.count(ACCEPTED) == rows and not mailing.merged.problems:
        return
    if error and not isinstance(error, Interrupted) and not mailing.count(ACCEPTED, UNKNOWN):
        raise error
    raise _error(mailing, error, f"the status of each row is in {path}")


def _why_refused(mailing: Mailing) -> str:
    """Why the first refused row was, and how many have another reason."""
    reasons = dict.fromkeys(each.reason for each in mailing.results if each.status == REFUSED)
    if not reasons:
        return ""
    first, *others = reasons
    more = f" (and {pluralize(len(others), 'other reason')})" if others else ""
    return f": {first}{more}"


def _error(mailing: Mailing, error: SmsgwError | None, where: str) -> SmsgwError:
    counts = ((mailing.count(each), each) for each in (ACCEPTED, REFUSED, UNKNOWN, NOT_SENT))
    invalid = len(mailing.merged.problems)
    counted = ", ".join(
        f"{count} {status}" for count, status in (*counts, (invalid, "invalid")) if count
    )
    counted += _why_refused(mailing)
    is_rejected = mailing.count(REFUSED) or invalid
    if is_rejected:
        where += f", the rejected rows are in {mailing.write_rejects()}"
    hint = f"{where}; run the same command again to resume; no row is sent twice"
    stops = isinstance(error, Interrupted | Pending)
    kind: type[SmsgwError] = type(error) if error and stops else Partial
    if error is None and not is_rejected:
        kind = Unknown
    what = f"{error.message}; rows: {counted}" if error else f"rows: {counted}"
    return kind(what, status=error.status if error else None, hint=hint)
