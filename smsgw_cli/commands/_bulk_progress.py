"""How far bulk work has come, as whoever waits for it is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Show
    from smsgw_cli.contacts.report import Report

LONG = 20_000  # rows or contacts; fewer are gone through before anybody wonders


@contextmanager
def long_progress(session: Session, title: str, total: int) -> Iterator["Show"]:
    """Takes how much is done of what is worth showing if it takes long."""
    if total < LONG:
        yield lambda done: None
        return
    with session.out.progress(title) as show:
        yield lambda done: show(done, max(done, total), "")


@contextmanager
def run_progress(session: Session, title: str) -> Iterator[Callable[["Report"], None]]:
    """Takes the report of a run, again and again."""
    with session.out.progress(title) as show:
        yield lambda report: show(report.done, report.rows, str(report))
