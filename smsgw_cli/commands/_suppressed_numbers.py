"""`suppress`: adds numbers to the do-not-contact list, removes and lists them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.commands._send_notes import note_all
from smsgw_cli.commands._suppression_lists import covered, create_if_missing, suppression_lists
from smsgw_cli.commands._table_check import table_check
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.messages import number_list
from smsgw_cli.messages.number_list import STDIN, ParsedNumbers, Reading
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.tables.read_options import ReadOptions

COLUMNS = ("number", "reason", "since")
RESULTS = ("number", "result")


def add_numbers(session: Session, **given: Any) -> None:
    found = _numbers(session, given)
    create_if_missing(session)
    added = _added(session, [(each, _reason(given, found, each)) for each in found.numbers])
    session.out.rows(
        [
            {"number": each, "result": "added" if each in added else "known"}
            for each in found.numbers
        ],
        RESULTS,
    )


def remove_numbers(session: Session, **given: Any) -> None:
    """Remove numbers. Raises NotFound if any is not on the list; then none is removed.

    What is listed can be removed as it is listed, valid or not.
    """
    lists = suppression_lists(session)
    senders = {each["number"] for each in lists.unreadable()}
    with lists.open() as lookup:

        def is_listed(number: str) -> bool:
            return number in senders or lookup.has(number)

        wanted = _numbers(session, given, is_listed).numbers
        unknown = [number for number in wanted if not is_listed(number)]
    if unknown:
        raise NotFound(
            f"not on the do-not-contact list: {', '.join(unknown)}; nothing was removed",
            hint="see 'smsgw suppress list'",
        )
    if not session.options.dry_run:
        lists.remove(wanted)
    session.out.rows([{"number": each, "result": "removed"} for each in wanted], RESULTS)


def list_numbers(session: Session, *, unreadable: bool | None = None) -> None:
    """List the numbers, or the senders of opt-outs that are none."""
    lists = suppression_lists(session)
    columns = COLUMNS if lists.shared is None else (*COLUMNS, "list")
    numbers = lists.unreadable() if unreadable else lists
    session.out.rows(numbers, columns, empty="no numbers")
    session.out.note(f"note: {covered(lists)}")


def import_numbers(session: Session, **given: Any) -> None:
    """The old command for a file, which prints counts."""
    session.renamed("smsgw suppress import", "smsgw suppress add @FILE")
    file, column = given["file"], given["column"]
    column_map = {} if column is None else {column: MOBILE_NUMBER}
    reading = _reading(session, given, column_map)
    found = number_list.numbers([STDIN if file == STDIN else f"@{file}"], reading)
    note_all(session, found.kinds.decimal_sentences())
    numbers = found.numbers
    added = _added(session, [(number, given["reason"] or f"from {file}") for number in numbers])
    known = len(numbers) - len(added)
    session.out.record({"found": len(numbers), "added": len(added), "known": known})


def _numbers(
    session: Session, given: dict[str, Any], is_listed: Callable[[str], bool] = lambda _: False
) -> ParsedNumbers:
    """The given numbers. Raises Usage for invalid ones that are not listed, or for none."""
    reading = replace(
        _reading(session, given, column_map_of(given["mappings"])), is_listed=is_listed
    )
    found = number_list.numbers(given["numbers"], reading)
    note_all(session, found.kinds.decimal_sentences())
    if not found.numbers:
        raise Usage("no number given")
    return found


def _reading(session: Session, given: dict[str, Any], column_map: Mapping[str, str]) -> Reading:
    options = typed(ReadOptions, given)
    check = table_check(session, asks=False)
    return Reading(
        given["region"],
        column_map,
        options,
        check,
        finds_tables=True,
        short_codes=True,
        note=session.out.note,
    )


def _reason(given: dict[str, Any], found: ParsedNumbers, number: str) -> str | None:
    """The given reason, or the file of the number."""
    file = found.files.get(number, STDIN)
    reason: str | None = given["reason"] or (None if file == STDIN else f"from {file}")
    return reason


def _added(session: Session, numbers: Sequence[tuple[str, str | None]]) -> set[str]:
    """Add numbers; returns the new ones (with --dry-run, those that would be new)."""
    if session.options.dry_run:
        session.out.note("note: dry run, nothing is added")
        with suppression_lists(session).target.open() as lookup:
            return {number for number, _ in numbers if not lookup.has(number)}
    return set(suppression_lists(session).add(numbers))
