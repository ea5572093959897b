"""Files that a command writes at its end: asks at its beginning before it replaces another file."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from smsgw_cli.cli.session import Session
from smsgw_cli.tables.encoding import of_start
from smsgw_cli.tables.rejects import has_last_columns

LONGEST_HEADER = 1_000_000  # bytes


def ask_to_replace(session: Session, path: Path, is_ours: Callable[[str], bool]) -> None:
    """Ask before a file is replaced whose beginning is not that of one of ours.

    Raises Usage if nobody can be asked, SmsgwError if the answer is no.
    """
    if session.options.dry_run or not path.is_file():
        return
    beginning = ""
    with suppress(OSError), path.open("rb") as file:
        raw = file.read(LONGEST_HEADER)
        beginning = raw.decode(of_start(raw) or "utf-8", "replace")
    if not is_ours(beginning):
        session.confirm(f"Replace {path}?")


def ask_to_replace_rows(session: Session, path: Path, last: Sequence[str]) -> None:
    """The same for a CSV file; ours are empty, or these are their last columns."""
    ask_to_replace(session, path, lambda text: not text or has_last_columns(text, last))
