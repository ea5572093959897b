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
    """Numbers in E.164 without duplicates, the count of those, and an error per invalid one."""

    numbers: list[str] = field(default_factory=list)
    duplicates: int = 0
    errors: list[Usage] = field(default_factory=list)


def recipients(given: Iterable[str], region: str | None) -> ParsedRecipients:
    """Recipients from numbers, `a,b`, `@FILE` and `-`. Invalid ones are returned, not raised."""
    every, errors = [], []
    for argument in given:
        for text, position in _split(argument):
            try:
                every.append(e164(text, region))
            except Usage as error:
                errors.append(Usage(f"{position}{error.message}", hint=error.hint))
    numbers = list(dict.fromkeys(every))
    return ParsedRecipients(numbers, len(every) - len(numbers), errors)


def max_recipients(api: Callable[[], Reader], body: Record) -> int:
    """The maximum number of recipients of a body; makes one request per contact list."""
    counts = (_contacts(api(), each) for each in body.get("contact_lists", ()))
    return len(body.get("mobile_numbers", ())) + sum(counts)


def _contacts(api: Reader, contact_list: int) -> int:
    """The number of contacts of a list; 0 for an unknown one: the server refuses the send."""
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
