"""A mailing (one message per row): its messages, and the status of each row."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smsgw_cli.messages.merge import MergedMessage
from smsgw_cli.model import Record
from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.storage.private_file import OWNER_ALONE
from smsgw_cli.tables import rejects
from smsgw_cli.tables.reader import Row, Sheet
from smsgw_cli.tables.rejects import Problem

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

    letter: MergedMessage
    status: str
    campaign: Record | None = None
    reason: str = ""


@dataclass
class Mailing:
    """The messages of a mailing, their file, and the common part of their bodies."""

    file: str
    sheet: Sheet
    letters: Sequence[MergedMessage]
    common: Record
    results: list[Result] = field(default_factory=list)

    @property
    def bodies(self) -> list[Record]:
        """The bodies of `/messages/send`, one per message."""
        return [self.body(letter) for letter in self.letters]

    @property
    def campaigns(self) -> list[Record]:
        """The campaigns so far, without duplicates, in the order of the rows."""
        ordered = sorted(self.results, key=lambda each: each.letter.rows[0].number)
        found = {each.campaign["id"]: each.campaign for each in ordered if each.campaign}
        return list(found.values())

    def body(self, letter: MergedMessage) -> Record:
        return {**self.common, "mobile_numbers": list(letter.numbers), "message": letter.text}

    def mark(self, *options: Any) -> str:
        """A fingerprint of messages and options; relative times such as +2h are not resolved."""
        moving = ("scheduled_at", "ends_at")
        common = {key: value for key, value in self.common.items() if key not in moving}
        letters = [(letter.text, letter.numbers) for letter in self.letters]
        said = json.dumps([letters, common, options], sort_keys=True).encode()
        return hashlib.sha256(said).hexdigest()[:32]

    def count(self, *statuses: str) -> int:
        """Number of rows with one of these statuses."""
        return sum(len(each.letter.rows) for each in self.results if each.status in statuses)

    def write_results(self) -> Path:
        """Write all rows with their status; returns the path. Raises OSError."""
        place = rejects.place_for(rejects.named(self.file, ".results.csv"))
        kept = [column for column in self.sheet.columns if column not in RESULT]
        with atomic_write(place, OWNER_ALONE) as raw:
            file = io.TextIOWrapper(raw, "utf-8", newline="")
            writer = csv.writer(file)
            writer.writerow([*kept, *RESULT])
            writer.writerows([*(row.cells[each] for each in kept), *end] for row, end in self._ends)
            file.flush()
            file.detach()  # the caller closes it
        return place

    def write_refused(self) -> Path:
        """Write the rejected rows; returns the path. Raises OSError."""
        problems = [
            Problem(row, "message", each.reason)
            for each in self.results
            if each.status == REFUSED
            for row in each.letter.rows
        ]
        return rejects.write(rejects.beside(self.file), self.sheet, problems)

    @property
    def _ends(self) -> Iterable[tuple[Row, Sequence[object]]]:
        ends = {row.number: _told(each) for each in self.results for row in each.letter.rows}
        return ((row, ends.get(row.number, ("", LEFT_OUT, ""))) for row in self.sheet.rows)


def _told(result: Result) -> Sequence[object]:
    return ((result.campaign or {}).get("id", ""), result.status, result.reason)
