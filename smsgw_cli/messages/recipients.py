"""Recipients as they are named on the command line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from smsgw_cli.errors import Usage
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables.text_file import read_text


@dataclass
class ParsedRecipients:
    """What recipients were named: numbers in E.164, each once, and what is not among them."""

    numbers: list[str] = field(default_factory=list)
    duplicates: int = 0
    wrong: list[Usage] = field(default_factory=list)


def recipients(given: Iterable[str], region: str | None) -> ParsedRecipients:
    """Recipients from numbers, `a,b`, `@FILE` and `-`. What is no number is told, not raised."""
    every, wrong = [], []
    for argument in given:
        for text, place in _split(argument):
            try:
                every.append(e164(text, region))
            except Usage as error:
                wrong.append(Usage(f"{place}{error.message}", hint=error.hint))
    numbers = list(dict.fromkeys(every))
    return ParsedRecipients(numbers, len(every) - len(numbers), wrong)


def _split(argument: str) -> Iterator[tuple[str, str]]:
    """Each number of an argument, and where it stands if that is a file."""
    if argument == "-" or argument.startswith("@"):
        name = argument.removeprefix("@")
        for number, line in enumerate(read_text(name).splitlines(), start=1):
            if line.strip():
                yield line, f"{name}, line {number}: "
        return
    for part in argument.split(","):
        if part.strip():
            yield part, ""
