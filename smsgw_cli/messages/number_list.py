"""Reads NUMBERS: `a,b`, `@FILE` and `-`; a file with an invalid line is rejected."""

import re
from collections.abc import Iterable, Iterator

from smsgw_cli.errors import Usage
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables.text_file import read_text

MOST_SHOWN = 20


def excluded(given: Iterable[str], region: str | None) -> list[str]:
    """The numbers of --exclude in E.164. A bare path is a file, as it was in 0.1.0.

    Raises as `read` does, and Usage for an invalid number.
    """
    found: list[str] = []
    for argument in given:
        if argument.startswith("@"):
            found += read(argument[1:], region)
        elif re.fullmatch(r"[0-9+() ./,-]+", argument):
            found += [e164(each, region) for each in argument.split(",") if each.strip()]
        else:
            found += read(argument, region)
    return found


def read(name: str, region: str | None) -> list[str]:
    """The numbers of a file in E.164, without duplicates; `-` is standard input.

    Blank lines and # comments are skipped. Raises as `numbers` does, and Usage for an unreadable
    file.
    """
    return numbers(name, _lines(name), region)


def numbers(name: str, entries: Iterable[tuple[str, str]], region: str | None) -> list[str]:
    """The numbers in E.164, without duplicates; `entries` are pairs of position and text.

    Raises Usage with the position of each invalid number.
    """
    found: dict[str, None] = {}
    problems: dict[str, list[str]] = {}
    for position, text in entries:
        try:
            found[e164(text, region)] = None
        except Usage as error:
            problems[position] = [error.message]
    if problems:
        shown = dict(list(problems.items())[:MOST_SHOWN])
        more = f" (first {MOST_SHOWN} shown)" if len(problems) > MOST_SHOWN else ""
        raise Usage(
            f"{name}: {len(problems)} lines without a valid number{more}; nothing was done",
            errors=shown,
            hint="one number per line; blank lines and # comments are ignored; "
            "set the profile's region for numbers without a +",
        )
    return list(found)


def _lines(name: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(read_text(name).splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if text:
            yield f"line {number}", text
