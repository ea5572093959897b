"""Progress of bulk operations."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Show
    from smsgw_cli.contacts.report import Report

LONG = 20_000  # rows or contacts; fewer need no progress display


@contextmanager
def long_progress(session: Session, title: str, total: int) -> Iterator["Show"]:
    """A progress callback, shown only for long operations."""
    if total < LONG:
        yield lambda done: None
        return
    with session.out.progress(title) as show:
        yield lambda done: show(done, max(done, total), "")


@contextmanager
def run_progress(session: Session, title: str) -> Iterator[Callable[["Report"], None]]:
    """A progress callback that takes the report of a run."""
    with session.out.progress(title) as show:
        yield lambda report: show(report.done, report.rows, str(report))
