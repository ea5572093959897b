"""Files of numbers, one a line. One invalid line refuses the file."""

from collections.abc import Iterable, Iterator

from smsgw_cli.errors import Usage
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables.text_file import read_text

MOST_SHOWN = 20


def read(name: str, region: str | None) -> list[str]:
    """The numbers of a file in E.164, without duplicates; `-` is standard input.

    Blank lines, and what follows a #, are skipped. Raises as `numbers` does.
    """
    return numbers(name, _lines(name), region)


def numbers(name: str, places: Iterable[tuple[str, str]], region: str | None) -> list[str]:
    """The numbers of a file in E.164, each once, from pairs of a place in it and its text.

    Raises Usage, naming the places, if any of them has no number.
    """
    found: dict[str, None] = {}
    problems: dict[str, list[str]] = {}
    for place, text in places:
        try:
            found[e164(text, region)] = None
        except Usage as error:
            problems[place] = [error.message]
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
