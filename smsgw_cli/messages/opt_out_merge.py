"""The do-not-contact list in a backup, and its merging into another list: nothing is removed."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from smsgw_cli.errors import Usage
from smsgw_cli.model import Record
from smsgw_cli.sms.same_phone import spellings
from smsgw_cli.storage.database import Connection

TABLES = ("suppressed", "answered", "unreadable")
_NUMBER = re.compile(r"\+?[0-9]{3,18}")


def records(db: Connection) -> Iterator[Record]:
    """The rows of all tables, each with the name of its `table`; `suppressed` first."""
    for table in TABLES:
        for row in db.execute(f"SELECT * FROM {table}"):  # noqa: S608  # ours
            yield {"table": table, **dict(row)}


@dataclass
class Merge:
    """A merge into a list; `is_known` is whether another list has a number.

    `added` are the new numbers, `known` counts the others.
    """

    db: Connection
    is_known: Callable[[str], bool]
    added: set[str] = field(default_factory=set)
    known: int = 0

    def take(self, records: Iterable[Record]) -> None:
        """Add the rows of a backup. Raises Usage for an invalid one."""
        merges = dict(zip(TABLES, (self._suppress, self._answer, self._unread), strict=True))
        for record in records:
            try:
                merges[record["table"]](record)
            except (KeyError, TypeError, ValueError) as error:
                shown = f"{record!r:.200}"
                raise Usage(f"invalid record of the do-not-contact list: {shown}") from error

    def _suppress(self, row: Record) -> None:
        number, reason = row["number"], row["reason"]
        if not _NUMBER.fullmatch(number):
            raise ValueError("no number")
        if self.is_known(number) or self._is_listed(number):
            self.known += 1
            return
        entry = [number, None if reason is None else _text(reason), _text(row["since"])]
        self.db.execute("INSERT INTO suppressed VALUES (?, ?, ?)", entry)
        self.added.add(number)

    def _answer(self, row: Record) -> None:
        """The newest reply of a person counts; who was listed by hand before stays so."""
        person, moment = _text(row["person"]), (_text(row["at"]), int(row["message"]))
        found = self.db.execute("SELECT * FROM answered WHERE person = ?", [person]).fetchone()
        if found and (found["at"], found["message"]) >= moment:
            return
        is_of_reply = not self.added.isdisjoint(spellings(person)) or bool(found and found["added"])
        entry = [person, *moment, bool(row["added"]) and is_of_reply]
        self.db.execute("REPLACE INTO answered VALUES (?, ?, ?, ?)", entry)

    def _unread(self, row: Record) -> None:
        entry = [_text(row[each]) for each in ("number", "reason", "since")]
        self.db.execute("INSERT OR IGNORE INTO unreadable VALUES (?, ?, ?)", entry)

    def _is_listed(self, number: str) -> bool:
        query = "SELECT 1 FROM suppressed WHERE number = ?"
        return any(self.db.execute(query, [each]).fetchone() for each in spellings(number))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
