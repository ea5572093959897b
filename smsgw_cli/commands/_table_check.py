"""Shows how a table is read, and asks to confirm guesses before the table is used."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.errors import Usage
from smsgw_cli.tables.cell_flaws import control
from smsgw_cli.tables.read_options import Check
from smsgw_cli.tables.text_file import display_name

if TYPE_CHECKING:
    from smsgw_cli.tables.encoding import Difference
    from smsgw_cli.tables.reader import Table


def table_check(session: Session, *, asks: bool = True) -> Check:
    """The check of a command; with `asks` it raises Usage for a guess that nobody confirms."""
    return partial(_check, session, asks)


def _check(session: Session, asks: bool, table: "Table", used: Sequence[str]) -> None:
    """Print the notes of a table, and its encoding if that is not UTF-8.

    If the columns used could be read otherwise, raises Usage without a terminal, SmsgwError if
    the answer is no.
    """
    found = table.source
    if found.note:
        session.out.note(f"note: {found.note}")
    if found.guess is None:
        _note_encoding(session, table)
        return
    difference = next(table.differences(used), None) if asks else None
    if difference is None:
        _note_encoding(session, table)
    else:
        _confirm(session, table, difference)


def _note_encoding(session: Session, table: "Table") -> None:
    encoding = table.source.encoding
    if not encoding.startswith("utf"):
        session.out.note(f"note: read as {encoding} (override with --encoding)")


def _confirm(session: Session, table: "Table", difference: "Difference") -> None:
    """Show the first cell that could be read otherwise, and ask. --yes is no answer to it."""
    name, encoding = display_name(table.source.name), table.source.encoding
    readings = _readings(difference)
    shown = " or ".join(f"{text!r} ({', '.join(names)})" for text, names in readings.items())
    where = f"row {difference.row}, {difference.column}: {shown}"
    if session.options.yes or not session.can_ask:
        likely = [names[0] for text, names in readings.items() if not control(text)]
        raise Usage(
            f"{name} is not UTF-8, and its encoding is not certain; {where}",
            hint="set it, as with " + " or ".join(f"--encoding {each}" for each in likely),
        )
    session.warn(f"{name} is not UTF-8; {where}")
    session.confirm(f"Read it as {encoding}?")


def _readings(difference: "Difference") -> dict[str, list[str]]:
    """The encodings by the text that they make of the cell."""
    found: dict[str, list[str]] = {}
    for encoding, text in difference.readings.items():
        found.setdefault(text, []).append(encoding)
    return found
