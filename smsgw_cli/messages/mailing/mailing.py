"""A mailing (one message per row): its messages, its results and their files."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from smsgw_cli.messages.compose import PLACEHOLDER
from smsgw_cli.messages.mailing.identity import Identity
from smsgw_cli.messages.mailing.merge import MESSAGE, Merged, MergedMessage
from smsgw_cli.model import Record
from smsgw_cli.sms.number_kinds import KindCounts
from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.storage.private_file import OWNER_ALONE
from smsgw_cli.tables import rejects
from smsgw_cli.tables.reader import Row
from smsgw_cli.tables.rejects import Problem, Reasons
from smsgw_cli.wording import pluralize, without_formula

PATH = "messages/send"
ACCEPTED, REFUSED, UNKNOWN, NOT_SENT, LEFT_OUT = (
    "accepted",
    "refused",
    "unknown",
    "not sent",
    "left out",
)
RESULT = ("campaign", "status", "reason")  # columns added to the results file


def results_path(file: str) -> Path:
    """The path of the results of a mailing from this file."""
    return rejects.sibling_path(file, ".results.csv")


@dataclass(frozen=True)
class Result:
    """The result of a message; `reason` is why it was not accepted."""

    message: MergedMessage
    status: str
    campaign: Record | None = None
    reason: str = ""


@dataclass
class Mailing:
    """The messages of a mailing, what they were merged from, and the common part of their bodies.

    `kinds` counts the numbers by kind, `known` has campaigns that an earlier mailing with the key
    sent instead, `written` the paths of results and rejects.
    """

    file: str
    merged: Merged
    messages: Sequence[MergedMessage]
    common: Record
    identity: Identity
    kinds: KindCounts = field(default_factory=KindCounts)
    results: list[Result] = field(default_factory=list)
    known: list[Record] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    @property
    def notes(self) -> Iterator[str]:
        """What became of the file, for the user."""
        yield from self.merged.notes
        if self.merged.problems:
            yield f"{pluralize(len(self.merged.problems), 'invalid row')} skipped"
            yield from self._reasons.lines()
        if self.merged.duplicates:
            rows = pluralize(self.merged.duplicates, "duplicate row")
            yield f"{rows} skipped: the same number and text"
        if found := PLACEHOLDER.search(self.merged.literal):
            yield f"{found[0]} is sent literally: the file has no such column"

    @property
    def _reasons(self) -> Reasons:
        """Why rows are invalid, counted."""
        reasons = Reasons()
        for each in self.merged.problems:
            reasons.add(each.row.number, f"{each.column}: {each.reason}")
        return reasons

    @property
    def pairs(self) -> Iterable[tuple[str, str]]:
        """Each number with its text."""
        return ((number, each.text) for each in self.messages for number in each.numbers)

    @property
    def bodies(self) -> list[Record]:
        """The bodies of `/messages/send`, one per message."""
        return [self.body(each) for each in self.messages]

    @property
    def campaigns(self) -> list[Record]:
        """The campaigns so far, without duplicates, in the order of the rows."""
        ordered = sorted(self.results, key=lambda each: each.message.rows[0].number)
        sent = [*self.known, *(each.campaign for each in ordered if each.campaign)]
        return list({each["id"]: each for each in sent}.values())

    def body(self, message: MergedMessage) -> Record:
        """The body of `/messages/send` for a message."""
        return {**self.common, "mobile_numbers": list(message.numbers), "message": message.text}

    def leave_out(self, message: MergedMessage, excluded: Mapping[str, str]) -> MergedMessage:
        """Leave out numbers, each with its reason; returns the rest of the message."""
        pairs = zip(message.numbers, message.rows, strict=True)
        self.merged.left_out |= {row.number: excluded[to] for to, row in pairs if to in excluded}
        rest = message.without(excluded.__contains__)
        kept = (
            each.without(excluded.__contains__) if each.text == message.text else each
            for each in self.messages
        )
        self.messages = [each for each in kept if each.numbers]
        return rest

    def count(self, *statuses: str) -> int:
        """Number of rows with one of these statuses."""
        return sum(len(each.message.rows) for each in self.results if each.status in statuses)

    def write_results(self) -> Path:
        """Write all rows with their status; returns the path. Raises OSError.

        Results and rejects of an earlier run are renamed.
        """
        for earlier in (results_path(self.file), rejects.rejects_path(self.file)):
            rejects.keep_earlier(earlier)
        path = rejects.writable_path(results_path(self.file))
        kept = [column for column in self.merged.sheet.columns if column not in RESULT]
        with atomic_write(path, OWNER_ALONE) as raw:
            file = io.TextIOWrapper(raw, "utf-8", newline="")
            writer = csv.writer(file)
            writer.writerow([*kept, *RESULT])
            writer.writerows(
                [*(row.cells[each] for each in kept), *result] for row, result in self._rows
            )
            file.flush()
            file.detach()  # the caller closes it
        self.written.append(path)
        return path

    def write_rejects(self) -> Path:
        """Write the invalid rows and those that were refused; returns the path. Raises OSError."""
        refused = [
            Problem(row, MESSAGE, each.reason)
            for each in self.results
            if each.status == REFUSED
            for row in each.message.rows
        ]
        problems = sorted([*self.merged.problems, *refused], key=lambda each: each.row.number)
        path = rejects.write(rejects.rejects_path(self.file), self.merged.sheet.table, problems)
        self.written.append(path)
        return path

    @property
    def _rows(self) -> Iterable[tuple[Row, Sequence[object]]]:
        """Every row of the file, with its values in the RESULT columns."""
        invalid = {each.row.number: each.reason for each in self.merged.problems}
        reasons = {**self.merged.left_out, **invalid}
        found = {row.number: _cells(each) for each in self.results for row in each.message.rows}
        for row in self.merged.sheet.rows:
            reason = without_formula(reasons.get(row.number, ""))
            yield row, found.get(row.number, ("", LEFT_OUT, reason))


def _cells(result: Result) -> Sequence[object]:
    # The words of a server are opened with a spreadsheet, so they must not be a formula.
    return ((result.campaign or {}).get("id", ""), result.status, without_formula(result.reason))
