"""The results of a mailing: its files, and the error to raise."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from smsgw_cli.errors import Interrupted, Partial, Pending, SmsgwError, Unknown
from smsgw_cli.messages.interruption import AGAIN
from smsgw_cli.messages.mailing import spooled_rows, spooled_sends
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.merge import MESSAGE
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.statuses import ACCEPTED, LEFT_OUT, NOT_SENT, REFUSED, UNKNOWN
from smsgw_cli.storage.atomic_write import atomic_text
from smsgw_cli.storage.private_file import OWNER_ALONE
from smsgw_cli.tables import rejects
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.wording import pluralize, without_formula

RESULT = ("campaign", "status", "reason")  # columns added to the results file
_RESULTS = f"""
SELECT row, coalesce(campaign, ''), coalesce(status, '{NOT_SENT}'), coalesce(reason, '')
    FROM rows LEFT JOIN sends ON sends.id = send
UNION ALL SELECT row, '', '{LEFT_OUT}', reason FROM left_out
UNION ALL SELECT row, '', '{LEFT_OUT}', reason FROM problems WHERE is_ours
ORDER BY row
"""  # noqa: S608
_REJECTS = f"""
SELECT row, place || ': ' || reason FROM problems WHERE is_ours
UNION ALL SELECT row, '{MESSAGE}: ' || reason FROM rows JOIN sends ON sends.id = send
    WHERE status = '{REFUSED}'
ORDER BY row
"""  # noqa: S608


_PENDING = """
SELECT row FROM rows LEFT JOIN sends ON sends.id = send WHERE status IS NULL ORDER BY row
"""


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
    path = write_results(mailing)
    counts = spooled_sends.rows_by_status(mailing.spool)
    invalid = spooled_rows.count_invalid(mailing.spool)
    if counts[ACCEPTED] == sum(counts.values()) and not invalid:
        return
    is_begun = counts[ACCEPTED] or counts[UNKNOWN]
    if error and not isinstance(error, Interrupted | Partial) and not is_begun:
        raise error
    raise _error(mailing, error, f"the status of each row is in {path}")


def write_results(mailing: Mailing) -> Path:
    """Write all rows with their status; returns the path. Raises OSError.

    Results and rejects of an earlier run are renamed.
    """
    for earlier in (mailing.results_path, mailing.rejects_path):
        rejects.keep_earlier(earlier)
    path, table = rejects.writable_path(mailing.results_path), mailing.merged.table
    kept = [column for column in table.columns if column not in RESULT]
    with atomic_text(path, OWNER_ALONE) as file:
        writer = csv.writer(file)
        writer.writerow([*kept, *RESULT])
        writer.writerows(
            # The words of a server are opened with a spreadsheet, so they must not be a formula.
            [*(row.cells[each] for each in kept), campaign, status, without_formula(why)]
            for row, (campaign, status, why) in _joined(table, mailing.spool, _RESULTS)
        )
    mailing.written.append(path)
    return path


def write_rejects(mailing: Mailing) -> Path:
    """Write the invalid rows and those that were refused; returns the path. Raises OSError."""
    table = mailing.merged.table
    rows = ((row, why) for row, (why,) in _joined(table, mailing.spool, _REJECTS))
    path = rejects.write_rows(mailing.rejects_path, table, rows)
    mailing.written.append(path)
    return path


def left(mailing: Mailing) -> Iterator[Row]:
    """The rows that nothing was sent to."""
    return (row for row, _ in _joined(mailing.merged.table, mailing.spool, _PENDING))


def _joined(table: Table, spool: Spool, sql: str) -> Iterator[tuple[Row, Sequence[Any]]]:
    """The rows of a file that a query tells of, by number, with its other values."""
    found = spool.read(sql)
    number, *values = next(found, (0,))
    for row in table.rows():
        if row.number == number:
            yield row, values
            number, *values = next(found, (0,))


def _why_refused(refusals: Iterable[str]) -> str:
    """Why the first refused row was, and how many have another reason."""
    first = next(refusals := iter(refusals), None)
    others = sum(1 for _ in refusals)
    more = f" (and {pluralize(others, 'other reason')})" if others else ""
    return f": {first}{more}" if first is not None else ""


def _error(mailing: Mailing, error: SmsgwError | None, where: str) -> SmsgwError:
    counts = spooled_sends.rows_by_status(mailing.spool)
    invalid = spooled_rows.count_invalid(mailing.spool)
    named = ((counts[each], each) for each in (ACCEPTED, REFUSED, UNKNOWN, NOT_SENT))
    counted = ", ".join(
        f"{count} {status}" for count, status in chain(named, [(invalid, "invalid")]) if count
    )
    counted += _why_refused(spooled_sends.refusals(mailing.spool))
    is_rejected = counts[REFUSED] or invalid
    if is_rejected:
        where += f", the rejected rows are in {write_rejects(mailing)}"
    tells = type(error) in (Partial, SmsgwError)  # a bad wave, or a ledger that cannot be used
    resume = (error and tells and error.hint) or AGAIN
    hint = f"{where}; {resume}; no row is sent twice"
    stops = isinstance(error, Interrupted | Pending)
    kind: type[SmsgwError] = type(error) if error and stops else Partial
    if error is None and not is_rejected:
        kind = Unknown
    what = f"{error.message}; rows: {counted}" if error else f"rows: {counted}"
    return kind(what, status=error.status if error else None, hint=hint)
