"""The spool of a mailing: whatever was sent of whatever file before, what is left is the rest."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgw_cli.messages import ledger_mailings, ledger_writes
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED, REFUSED
from smsgw_cli.messages.ledger_writes import EndedSend, NewSend
from smsgw_cli.messages.mailing import earlier_sends, spooled_rows, spooled_sends
from smsgw_cli.messages.mailing.identity import Identity
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.merge import Merged
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.tables.reader import table

Pairs = Sequence[tuple[int, str]]
PAIRS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["Hi", "Hi ", "Bye"])), max_size=12)
WAVES = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 5)), max_size=3)


def mailing_of(folder: Path, pairs: Pairs) -> Mailing:
    """A mailing of these numbers and texts."""
    (folder / "rows.csv").write_text("phone\n1\n")
    mailing = Mailing(
        "rows.csv",
        Merged(table(str(folder / "rows.csv")), Spool(), ""),
        {},
        Identity("text", frozenset()),
    )
    for row, (number, text) in enumerate(pairs, start=2):
        spooled_rows.add(mailing.spool, row, f"+1202555010{number}", text)
    mailing.group()
    return mailing


def left(mailing: Mailing) -> list[tuple[int, str]]:
    """The numbers and texts that are pending."""
    sends = spooled_sends.all_pending(mailing.spool)
    return sorted((int(number[-1]), each.text) for each in sends for number in each.numbers)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(PAIRS, st.booleans()), max_size=3), PAIRS, WAVES)
def test_what_is_left_is_what_was_not_sent(
    tmp_path: Path,
    earlier: list[tuple[Pairs, bool]],
    now: Pairs,
    waves: list[tuple[int, int]],
) -> None:
    (tmp_path / "ledger.db").unlink(missing_ok=True)
    sent: set[tuple[int, str]] = set()
    with closing(Ledger(tmp_path / "ledger.db")) as book:
        for pairs, is_accepted in earlier:
            before = mailing_of(tmp_path, pairs)
            earlier_sends.mark_sent(before, book, ledger_mailings.taken(book, "k/"))
            new = [
                NewSend("messages/send", before.body(each), f"k/{each.digest}", is_unique=True)
                for each in spooled_sends.all_pending(before.spool)
            ]
            with book.writing() as db:
                numbers = ledger_writes.begin(db, new, lock="k")
                state = ACCEPTED if is_accepted else REFUSED
                ledger_writes.finish(db, (EndedSend(each or 0, state) for each in numbers))
            sent |= set(pairs) if is_accepted else set()
        mailing = mailing_of(tmp_path, now)
        marked = earlier_sends.mark_sent(mailing, book, ledger_mailings.taken(book, "k/"))
    assert marked == len(set(now) & sent)
    assert left(mailing) == sorted(set(now) - sent)
    mailing.assign(waves)
    assert left(mailing) == sorted(set(now) - sent)
    for send in [each.id for each in spooled_sends.all_pending(mailing.spool)]:
        spooled_sends.halve(mailing.spool, send)
    assert left(mailing) == sorted(set(now) - sent)
    rows = [row for row, _ in spooled_rows.numbers(mailing.spool)][::2]
    gone = {row: now[row - 2] for row in rows}
    spooled_rows.leave_out(mailing.spool, [(row, "gone") for row in rows])
    mailing.group()
    assert left(mailing) == sorted(set(now) - sent - set(gone.values()))
