"""A ledger with many sends: what every command asks of it takes no longer than with few."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from smsgw_cli.messages import ledger_mailings, ledger_writes, used_keys
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED
from smsgw_cli.messages.ledger_writes import EndedSend, NewSend

FEW, MANY = 500, 5_000
QUESTIONS: dict[str, Callable[[Ledger], object]] = {
    "a key": lambda book: book.find("monday"),
    "a removed key": lambda book: used_keys.is_used(book, "monday"),
    "the first five": lambda book: [
        each for each, _ in zip(book.entries(), range(5), strict=False)
    ],
    "what is unknown": lambda book: book.open_entries(),
    "what is unknown of a mailing": lambda book: book.open_entries("mailing 1/"),
    "whether a mailing is unknown": lambda book: ledger_mailings.has_unknown(book, "mailing 1/"),
    "whether a mailing is there": lambda book: ledger_mailings.is_there(book, "mailing 2/"),
    "the newest run": lambda book: book.newest_run(),
    "a campaign": lambda book: list(book.of_campaigns([7])),
    "the campaign before": lambda book: book.campaign_before([book.get(FEW)]),
    "the campaign before the last": lambda book: book.campaign_before(book.open_entries()),
    "the same name": lambda book: book.ambiguous(book.get(FEW)),
}


def filled(path: Path, sends: int) -> Ledger:
    """A ledger with so many sends of a mailing, and one after them."""
    book = Ledger(path)
    new = [
        NewSend("messages/send", {"name": f"n{each}"}, f"mailing 1/{each:016x}", is_unique=True)
        for each in range(sends)
    ]
    with book.writing() as db:
        numbers = ledger_writes.begin(db, new, lock="mailing-1")
        ledger_writes.finish(db, (EndedSend(each or 0, ACCEPTED, {"id": each}) for each in numbers))
        ledger_writes.begin(db, [NewSend("messages/send", {}, None, True)], lock="l", run="r")
    return book


def steps(book: Ledger, ask: Callable[[Ledger], object]) -> int:
    """The steps of SQLite's machine that a question takes."""
    ask(book)  # opens the file
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    with book.reading() as db:
        db.set_progress_handler(count, 1)
        ask(book)
        db.set_progress_handler(None, 1)
    return taken


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_takes_as_long_with_many_sends_as_with_few(
    tmp_path: Path, question: str
) -> None:
    ask = QUESTIONS[question]
    with (
        closing(filled(tmp_path / "few.db", FEW)) as few,
        closing(filled(tmp_path / "many.db", MANY)) as many,
    ):
        assert steps(many, ask) <= 1.5 * steps(few, ask)
