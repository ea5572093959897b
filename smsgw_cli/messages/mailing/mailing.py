"""A mailing (one message per row): its messages, its results and their files."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smsgw_cli.messages.mailing.merge import MergedMessage
from smsgw_cli.model import Record
from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.storage.private_file import OWNER_ALONE
from smsgw_cli.tables import rejects
from smsgw_cli.tables.reader import Row, Sheet
from smsgw_cli.tables.rejects import Problem
from smsgw_cli.wording import without_formula

PATH = "messages/send"
ACCEPTED, REFUSED, UNKNOWN, NOT_SENT, LEFT_OUT = (
    "accepted",
    "refused",
    "unknown",
    "not sent",
    "left out",
)
RESULT = ("campaign", "status", "reason")  # columns added to the results file


@dataclass(frozen=True)
class Result:
    """The result of a message; `reason` is why it was not accepted."""

    message: MergedMessage
    status: str
    campaign: Record | None = None
    reason: str = ""


@dataclass
class Mailing:
    """The messages of a mailing, their file, and the common part of their bodies."""

    file: str
    sheet: Sheet
    messages: Sequence[MergedMessage]
    common: Record
    results: list[Result] = field(default_factory=list)

    @property
    def bodies(self) -> list[Record]:
        """The bodies of `/messages/send`, one per message."""
        return [self.body(each) for each in self.messages]

    @property
    def campaigns(self) -> list[Record]:
        """The campaigns so far, without duplicates, in the order of the rows."""
        ordered = sorted(self.results, key=lambda each: each.message.rows[0].number)
        found = {each.campaign["id"]: each.campaign for each in ordered if each.campaign}
        return list(found.values())

    def body(self, message: MergedMessage) -> Record:
        """The body of `/messages/send` for a message."""
        return {**self.common, "mobile_numbers": list(message.numbers), "message": message.text}

    def fingerprint(self, *options: Any, timezone: str | None) -> str:
        """Identifies messages and options: 32 hexadecimal digits of a SHA-256.

        Resolved times change with every run, so times belong to `options`, as typed; the same holds
        for `timezone`, as the name sent may be another one, or this machine's.
        """
        resolved = ("scheduled_at", "ends_at", "timezone")
        common = {key: value for key, value in self.common.items() if key not in resolved}
        common |= {"timezone": timezone} if timezone else {}
        messages = [(each.text, each.numbers) for each in self.messages]
        content = json.dumps([messages, common, options], sort_keys=True).encode()
        return hashlib.sha256(content).hexdigest()[:32]

    def count(self, *statuses: str) -> int:
        """Number of rows with one of these statuses."""
        return sum(len(each.message.rows) for each in self.results if each.status in statuses)

    def write_results(self) -> Path:
        """Write all rows with their status; returns the path. Raises OSError."""
        path = rejects.writable_path(rejects.sibling_path(self.file, ".results.csv"))
        kept = [column for column in self.sheet.columns if column not in RESULT]
        with atomic_write(path, OWNER_ALONE) as raw:
            file = io.TextIOWrapper(raw, "utf-8", newline="")
            writer = csv.writer(file)
            writer.writerow([*kept, *RESULT])
            writer.writerows(
                [*(row.cells[each] for each in kept), *result] for row, result in self._rows
            )
            file.flush()
            file.detach()  # the caller closes it
        return path

    def write_refused(self) -> Path:
        """Write the rejected rows; returns the path. Raises OSError."""
        problems = [
            Problem(row, "message", each.reason)
            for each in self.results
            if each.status == REFUSED
            for row in each.message.rows
        ]
        return rejects.write(rejects.rejects_path(self.file), self.sheet, problems)

    @property
    def _rows(self) -> Iterable[tuple[Row, Sequence[object]]]:
        """Every row of the file, with its values in the RESULT columns."""
        found = {row.number: _cells(each) for each in self.results for row in each.message.rows}
        return ((row, found.get(row.number, ("", LEFT_OUT, ""))) for row in self.sheet.rows)


def _cells(result: Result) -> Sequence[object]:
    # The words of a server are opened with a spreadsheet, so they must not be a formula.
    return ((result.campaign or {}).get("id", ""), result.status, without_formula(result.reason))
