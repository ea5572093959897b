"""Files of numbers: one a line, or a column of a CSV file. One wrong line refuses the file."""

from collections.abc import Iterator

from smsgw_cli.errors import Usage
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables import reader
from smsgw_cli.tables.mapping import number_column
from smsgw_cli.tables.text_file import read_text

MOST_SHOWN = 20


def read(name: str, region: str | None, column: str | None = None) -> list[str]:
    """The numbers of a file in E.164, each once; `-` is standard input.

    Blank lines, and what stands behind a #, do not count. With `column` it is a CSV file.
    Raises Usage, naming the lines, if any of them has no number.
    """
    found: dict[str, None] = {}
    problems: dict[str, list[str]] = {}
    for place, text in _lines(name) if column is None else _cells(name, column):
        try:
            found[e164(text, region)] = None
        except Usage as error:
            problems[place] = [error.message]
    if problems:
        shown = dict(list(problems.items())[:MOST_SHOWN])
        more = f", the first {MOST_SHOWN} of which follow" if len(problems) > MOST_SHOWN else ""
        raise Usage(
            f"{name}: {len(problems)} lines have no number{more}; nothing was done",
            errors=shown,
            hint="one number a line, blank lines and # comments aside; "
            "for numbers without a + set the profile's region",
        )
    return list(found)


def _lines(name: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(read_text(name).splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if text:
            yield f"line {number}", text


def _cells(name: str, column: str) -> Iterator[tuple[str, str]]:
    table = reader.table(name)
    wanted = number_column(table.columns, column)
    return ((f"row {row.number}", row.cells[wanted]) for row in table.rows())
