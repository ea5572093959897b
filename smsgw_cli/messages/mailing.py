"""One message a row: letters to send, and what became of each of the file's rows."""

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
RESULT = ("campaign", "status", "reason")  # the columns of a results file after the file's own


@dataclass(frozen=True)
class Result:
    """What became of a letter; `reason` says why it was not accepted."""

    letter: MergedMessage
    status: str
    campaign: Record | None = None
    reason: str = ""


@dataclass
class Mailing:
    """Letters to send, the file they are from, and what the bodies of all of them share."""

    file: str
    sheet: Sheet
    letters: Sequence[MergedMessage]
    common: Record
    results: list[Result] = field(default_factory=list)

    @property
    def bodies(self) -> list[Record]:
        """The bodies of `/messages/send`, a letter each."""
        return [self.body(letter) for letter in self.letters]

    @property
    def campaigns(self) -> list[Record]:
        """The campaigns there are by now, each once, in the order of the rows."""
        ordered = sorted(self.results, key=lambda each: each.letter.rows[0].number)
        found = {each.campaign["id"]: each.campaign for each in ordered if each.campaign}
        return list(found.values())

    def body(self, letter: MergedMessage) -> Record:
        return {**self.common, "mobile_numbers": list(letter.numbers), "message": letter.text}

    def mark(self, *options: Any) -> str:
        """The same for the same letters with the same options; a moment such as +2h is none."""
        moving = ("scheduled_at", "ends_at")
        common = {key: value for key, value in self.common.items() if key not in moving}
        letters = [(letter.text, letter.numbers) for letter in self.letters]
        said = json.dumps([letters, common, options], sort_keys=True).encode()
        return hashlib.sha256(said).hexdigest()[:32]

    def count(self, *statuses: str) -> int:
        """How many rows have one of these statuses."""
        return sum(len(each.letter.rows) for each in self.results if each.status in statuses)

    def write_results(self) -> Path:
        """Write all rows, each with what became of it; where they are. Raises OSError."""
        place = rejects.place_for(rejects.named(self.file, ".results.csv"))
        kept = [column for column in self.sheet.columns if column not in RESULT]
        with atomic_write(place, 0o600) as raw:
            file = io.TextIOWrapper(raw, "utf-8", newline="")
            writer = csv.writer(file)
            writer.writerow([*kept, *RESULT])
            writer.writerows([*(row.cells[each] for each in kept), *end] for row, end in self._ends)
            file.flush()
            file.detach()  # closing is the business of whoever opened
        return place

    def write_refused(self) -> Path:
        """Write the rows the server refused, to be mended; where they are. Raises OSError."""
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
