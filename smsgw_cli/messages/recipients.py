"""Parses the recipients on the command line."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import Record
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables.text_file import read_text


@dataclass
class ParsedRecipients:
    """The given recipients: numbers in E.164 without duplicates, and counts of the rest."""

    numbers: list[str] = field(default_factory=list)
    duplicates: int = 0
    wrong: list[Usage] = field(default_factory=list)


def recipients(given: Iterable[str], region: str | None) -> ParsedRecipients:
    """Recipients from numbers, `a,b`, `@FILE` and `-`. Invalid ones are returned, not raised."""
    every, wrong = [], []
    for argument in given:
        for text, place in _split(argument):
            try:
                every.append(e164(text, region))
            except Usage as error:
                wrong.append(Usage(f"{place}{error.message}", hint=error.hint))
    numbers = list(dict.fromkeys(every))
    return ParsedRecipients(numbers, len(every) - len(numbers), wrong)


def most_recipients(api: Callable[[], Reader], body: Record) -> int:
    """How many get a body at most: one request a contact list, none where it has no list."""
    counts = (_contacts(api(), each) for each in body.get("contact_lists", ()))
    return len(body.get("mobile_numbers", ())) + sum(counts)


def _contacts(api: Reader, contact_list: int) -> int:
    """The contacts of a list, 0 if there is no such list: the server refuses to send to it."""
    try:
        return api.count(f"contact-lists/{contact_list}/contacts")
    except NotFound:
        return 0


def _split(argument: str) -> Iterator[tuple[str, str]]:
    """Each number of an argument, with its position if it is from a file."""
    if argument == "-" or argument.startswith("@"):
        name = argument.removeprefix("@")
        for number, line in enumerate(read_text(name).splitlines(), start=1):
            if line.strip():
                yield line, f"{name}, line {number}: "
        return
    for part in argument.split(","):
        if part.strip():
            yield part, ""
