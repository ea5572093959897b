"""The recipients of a send: numbers and contact lists combined, without duplicates."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from smsgw_cli.api.reader import Reader
from smsgw_cli.messages.do_not_contact import number_in
from smsgw_cli.messages.number_list import ParsedNumbers
from smsgw_cli.messages.recipient_check import RecipientCheck
from smsgw_cli.model import Record, is_subscribed
from smsgw_cli.sms.number_kinds import KindCounts
from smsgw_cli.sms.number_map import NumberMap, as_int, as_text
from smsgw_cli.sms.same_phone import usual

MOST_NAMED = 100


@dataclass
class ListBreakdown:
    """Counts of the contacts of a list; `kept_out` are suppressed or excluded. The names are JSON
    keys of the preview."""

    id: int
    name: str | None
    contacts: int = 0
    subscribed: int = 0
    unsubscribed: int = 0
    invalid: int = 0
    kept_out: int = 0


@dataclass
class Audience:
    """The recipients, in 24 bytes each. `invalid` has the first entries without a valid number.

    `numbers` has each number by its phone, `kinds` counts those of lists and arguments by kind.
    `excluded_by` has the excluded numbers by reason, `written` their original notation.
    """

    numbers: NumberMap = field(default_factory=NumberMap)
    lists: list[ListBreakdown] = field(default_factory=list)
    duplicates: int = 0
    invalid: list[str] = field(default_factory=list)
    invalid_count: int = 0
    excluded_by: dict[str, set[str]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    kinds: KindCounts = field(default_factory=KindCounts)

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def e164(self) -> Iterator[str]:
        """All recipients in E.164, and short codes, in insertion order."""
        return map(as_text, self.numbers.values())

    def add_invalid(self, entry: str) -> None:
        """Count an entry without a valid number."""
        self.invalid_count += 1
        if len(self.invalid) < MOST_NAMED:
            self.invalid.append(entry)

    def add_skipped(self, found: ParsedNumbers) -> None:
        """Count duplicates and invalid entries that were dropped when the arguments were parsed,
        and the kinds of the others."""
        self.duplicates += found.duplicates
        self.add_kinds(found.kinds)
        for error in found.errors:
            self.add_invalid(str(error))

    def add_kinds(self, kinds: KindCounts) -> None:
        """Count the kinds of the arguments' numbers, which come before those of lists."""
        of_lists, self.kinds = self.kinds, replace(kinds, kinds=kinds.kinds.copy())
        self.kinds.update(of_lists)

    def add(self, text: str, check: RecipientCheck, source: str = "") -> str | None:
        """Add a recipient, of a list if it has a `source`; returns why it is excluded, if it is."""
        checked = check(text, is_parsed=not source)
        number = checked.number
        self.kinds.total += bool(source)
        if number is not None and source:
            self.kinds.add(number, f"{source}{number.e164}")
        if checked.excluded_by:
            written = text if number is None else number.e164
            self.excluded_by.setdefault(checked.excluded_by, set()).add(written)
            self.written.add(text)
        elif number is None:
            self.add_invalid(f"{source}{text!r}")
        else:
            self.add_number(as_int(number.e164))
        return checked.excluded_by

    def add_number(self, number: int) -> None:
        """Add a recipient that is known to be valid, and not excluded."""
        before = len(self.numbers)
        self.numbers.setdefault(usual(number), number)
        self.duplicates += len(self.numbers) == before

    def add_list(self, api: Reader, identity: int, check: RecipientCheck) -> None:
        """Add the subscribed contacts of a list. Raises what listing raises."""
        breakdown = ListBreakdown(identity, api.get(f"contact-lists/{identity}").get("name"))
        self.lists.append(breakdown)
        invalid_before = self.invalid_count
        with closing(api.pages(f"contact-lists/{identity}/contacts")) as contacts:
            for contact in contacts:
                breakdown.contacts += 1
                if is_subscribed(contact):
                    breakdown.subscribed += 1
                    reason = self.add(number_in(contact), check, f"list {identity}: ")
                    breakdown.kept_out += reason is not None
        breakdown.unsubscribed = breakdown.contacts - breakdown.subscribed
        breakdown.invalid = self.invalid_count - invalid_before


def read(api: Callable[[], Reader], body: Record, check: RecipientCheck) -> Audience:
    """The audience of a request body with numbers in E.164 and list ids.

    Raises what listing contacts raises.
    """
    audience = Audience()
    for number in body.get("mobile_numbers", ()):
        audience.add(number, check)
    for identity in dict.fromkeys(body.get("contact_lists", ())):
        audience.add_list(api(), identity, check)
    return audience
