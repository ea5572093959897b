"""Reads NUMBERS, wherever a command takes them: `NUMBER[,…]`, `@FILE` and `-`."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.sms.number_kinds import KindCounts
from smsgw_cli.sms.number_reader import NumberReader
from smsgw_cli.sms.number_text import plain
from smsgw_cli.sms.same_phone import phone_of
from smsgw_cli.tables.read_options import Check, ReadOptions, unchecked

MOST_SHOWN = 20
STDIN = "-"
ARGUMENTS = "the command line"
HINT = (
    "one number per line; blank lines and # comments are ignored; "
    "for numbers without a +, set the country with --set region=US"
)


@dataclass(frozen=True)
class Reading:
    """How numbers are read: `region` is the country of those without a leading +.

    With a `column_map` files are tables, read with these `options`, and checked; with
    `finds_tables` so are those with a usual name of a column of numbers in the first line.
    With `refuses_unsubscribed` nobody in a table may be unsubscribed. `allowed` are words of
    --allow; with `short_codes` those may be typed. What `is_listed` is taken as it is. `note`
    takes notes.
    """

    region: str | None = None
    column_map: Mapping[str, str] = field(default_factory=dict)
    options: ReadOptions = field(default_factory=ReadOptions)
    check: Check = unchecked
    allowed: Collection[str] = ()
    finds_tables: bool = False
    refuses_unsubscribed: bool = False
    short_codes: bool = False
    is_listed: Callable[[str], bool] = lambda _: False
    note: Callable[[str], None] = lambda _: None


class Entry(NamedTuple):
    """A text that should be a number, its file and its place in that; the country of a column, and
    what is wrong with the row."""

    text: str
    file: str = ""
    place: str = ""
    country: str = ""
    problem: str = ""


class Invalid(NamedTuple):
    """An entry that is no number: its place if it is from a file, and the reason."""

    place: str
    reason: str
    hint: str | None

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


@dataclass
class ParsedNumbers:
    """Numbers in E.164 without duplicates, the count of those, and the invalid entries.

    `files` has the file of each number that is from one, `kinds` counts them by kind. Two spellings
    of one phone are duplicates.
    """

    numbers: list[str] = field(default_factory=list)
    duplicates: int = 0
    errors: list[Invalid] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    kinds: KindCounts = field(default_factory=KindCounts)


def numbers(given: Iterable[str], reading: Reading) -> ParsedNumbers:
    """The numbers of these arguments. Raises as `refuse` does, and Usage for an unreadable file."""
    found = parsed(given, reading)
    refuse(found)
    return found


def excluded(given: Iterable[str], reading: Reading) -> ParsedNumbers:
    """The numbers of --exclude; a bare path is a file, as it was in 0.1.0.

    The columns of --map may be those of --csv: they only count in a file whose header has them.
    Raises as `numbers` does, and Usage if standard input has none.
    """
    plain = replace(reading, column_map={}, finds_tables=True, short_codes=True)
    found = ParsedNumbers()
    for argument in map(_with_at, given):
        part = parsed([argument], _of_table(argument, reading) or plain)
        if argument == STDIN and not (part.numbers or part.errors):
            raise Usage("--exclude -: no number on standard input")
        found.numbers += part.numbers
        found.errors += part.errors
        found.kinds.update(part.kinds)
    refuse(found)
    return found


def parsed(given: Iterable[str], reading: Reading) -> ParsedNumbers:
    """The numbers, and the invalid entries. Raises Usage for an unreadable file."""
    parser = NumberReader(reading.region, reading.allowed, short_codes=reading.short_codes)
    found = ParsedNumbers(kinds=parser.counts)
    seen: set[int | str] = set()
    for entry in _entries(given, reading):
        try:
            number = _number(entry, parser, reading)
        except Usage as error:
            found.errors.append(Invalid(entry.place, error.message, error.hint))
            continue
        phone = phone_of(number) or number
        found.duplicates += phone in seen
        if phone not in seen:
            seen.add(phone)
            found.numbers.append(number)
        if entry.file:
            found.files.setdefault(number, entry.file)
    return found


def _number(entry: Entry, parser: NumberReader, reading: Reading) -> str:
    if entry.problem:
        raise Usage(entry.problem)
    text = entry.text.strip()
    if reading.is_listed(text):
        return text
    return parser.read(
        entry.text, entry.place or text, country=entry.country, is_typed=not entry.file
    )


def refuse(found: ParsedNumbers) -> None:
    """Raise Usage with all invalid entries, if there are any."""
    errors = found.errors
    if len(errors) == 1:
        raise Usage(str(errors[0]), hint=errors[0].hint)
    if errors:
        by_place: dict[str, list[str]] = {}
        for each in errors[:MOST_SHOWN]:
            by_place.setdefault(each.place or ARGUMENTS, []).append(each.reason)
        more = f" (first {MOST_SHOWN} shown)" if len(errors) > MOST_SHOWN else ""
        raise Usage(
            f"{len(errors)} entries are not valid numbers{more}; nothing was done",
            errors=by_place,
            hint=HINT,
        )


def _entries(given: Iterable[str], reading: Reading) -> Iterator[Entry]:
    for argument in given:
        if argument == STDIN or argument.startswith("@"):
            name = argument.removeprefix("@")
            yield from _files().entries(name, reading)
        else:
            yield from (Entry(each) for each in argument.split(",") if each.strip())


def versions(given: Iterable[str]) -> list[tuple[int, int] | None]:
    """When each argument that is a file was changed, and its size."""
    return [_version(each.removeprefix("@")) for each in given]


def _version(name: str) -> tuple[int, int] | None:
    try:
        found = os.stat(name)  # noqa: PTH116  # a number is no path
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


def _with_at(argument: str) -> str:
    """An argument of --exclude, a bare path as @FILE."""
    if argument == STDIN or argument.startswith("@"):
        return argument
    if not argument.strip():
        raise Usage("--exclude is empty")
    has_numbers = re.fullmatch(r"(?i)(tel:)?[0-9+() ./,-]+", plain(argument))
    is_numbers = has_numbers and not Path(argument).is_file()
    return argument if is_numbers else f"@{argument}"


def _of_table(argument: str, reading: Reading) -> Reading | None:
    """How a table in this argument is read, or None for others. The given options may be those
    of --csv alone."""
    if not argument.startswith("@"):
        return None
    others = (reading, replace(reading, options=ReadOptions()))
    has_columns = _files().has_columns
    return next((each for each in others if has_columns(argument[1:], each)), None)


def _files() -> ModuleType:
    return import_module("smsgw_cli.messages.number_files")  # 20 ms, for files only
