"""Kinds of numbers other than mobile, such as landlines: counted and noted."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.sms.numbers import Number

ANY_NUMBER = "any-number"  # a word of --allow: short codes of files, and unknown numbers
KEEP, SKIP, FAIL = "keep", "skip", "fail"  # values of the setting landlines


class Kind(StrEnum):
    """Kinds of numbers that are noted; the values are JSON keys, two of them words of --allow."""

    LANDLINE = "landlines"
    PREMIUM = "premium"
    TOLL_FREE = "toll_free"
    SHARED_COST = "shared_cost"


_WORDS = {
    Kind.LANDLINE: ("a landline", "landlines"),
    Kind.PREMIUM: ("a premium-rate number", "premium-rate numbers"),
    Kind.TOLL_FREE: ("a toll-free number", "toll-free numbers"),
    Kind.SHARED_COST: ("a shared-cost number", "shared-cost numbers"),
}


class KindRules(NamedTuple):
    """The setting `landlines`, and the words of --allow."""

    landlines: str = KEEP
    allowed: Collection[str] = ()

    @property
    def keeps_landlines(self) -> bool:
        return self.landlines == KEEP or Kind.LANDLINE in self.allowed

    @property
    def skips_landlines(self) -> bool:
        return self.landlines == SKIP and not self.keeps_landlines

    def refuse(self, counts: "KindCounts", *, sends: bool) -> None:
        """Raise Usage for numbers that may not be there: landlines if they are to fail, or if most
        numbers are landlines in the default country; where something is sent, premium ones."""
        if Kind.LANDLINE not in self.allowed:
            if self.landlines == FAIL and counts.kinds[Kind.LANDLINE]:
                _refuse(Kind.LANDLINE, counts)
            if 2 * counts.local_landlines > counts.total:
                _refuse(Kind.LANDLINE, counts)
        if sends and Kind.PREMIUM not in self.allowed and counts.kinds[Kind.PREMIUM]:
            _refuse(Kind.PREMIUM, counts)


@dataclass
class KindCounts:
    """Counts of numbers by kind; `first` has the place of the first of each, `total` counts those
    that are not valid, too.

    `local_landlines` have the country of `region`, the default one. `decimals` had a `.0`.
    """

    region: str | None = None
    total: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    first: dict[Kind, str] = field(default_factory=dict)
    local_landlines: int = 0
    decimals: int = 0
    first_decimal: str = ""

    def add(self, number: "Number", place: str, *, is_default: bool = True) -> None:
        """Count a number that is in `total`; `is_default` is whether its country may be the default
        one."""
        if number.is_decimal:
            self.decimals += 1
            self.first_decimal = self.first_decimal or place
        if number.kind is not None:
            self.add_kind(number.kind, place)
            is_landline = number.kind is Kind.LANDLINE
            self.local_landlines += is_landline and number.is_local and is_default

    def add_kind(self, kind: Kind, place: str) -> None:
        """Count a number of this kind that is in `total`."""
        self.kinds[kind] += 1
        self.first.setdefault(kind, place)

    def update(self, other: "KindCounts") -> None:
        """Add the counts of numbers that come later."""
        self.region = self.region or other.region
        self.total += other.total
        self.kinds += other.kinds
        self.first = {**other.first, **self.first}
        self.local_landlines += other.local_landlines
        self.decimals += other.decimals
        self.first_decimal = self.first_decimal or other.first_decimal

    def as_record(self) -> dict[str, int]:
        """The counts as a JSON object."""
        return {kind: self.kinds[kind] for kind in Kind}

    def sentences(self) -> Iterator[str]:
        """Notes on the counted numbers."""
        yield from self.decimal_sentences()
        yield from (self.sentence(kind) for kind in Kind if self.kinds[kind])

    def decimal_sentences(self) -> Iterator[str]:
        """The note on numbers that a spreadsheet turned into decimals."""
        if self.decimals:
            dropped = pluralize(self.decimals, "number")
            first = self.first_decimal
            yield f"'.0' was dropped from {dropped}, as spreadsheets add it (first: {first})"

    def sentence(self, kind: Kind) -> str:
        """How many are of a kind, and what follows from it."""
        count, (one, many) = self.kinds[kind], _WORDS[kind]
        are = f"is {one}" if count == 1 else f"are {many}"
        noun = "number" if self.total == 1 else "numbers"
        text = f"{count:,} of {self.total:,} {noun} {are}"
        if kind is not Kind.LANDLINE:
            return f"{text} (first: {self.first[kind]})"
        local = f" in {self.region}" if self.local_landlines else ""
        ask = ": is --region right?" if self.local_landlines else ""
        return f"{text}{local}, which usually cannot receive SMS (first: {self.first[kind]}){ask}"


def _refuse(kind: Kind, counts: KindCounts) -> None:
    others = {
        Kind.LANDLINE: "; --region sets the country of numbers without a +, and "
        "--map COLUMN=region takes it from a column"
    }
    hint = f"--allow {kind} lets them through{others.get(kind, '')}"
    raise Usage(counts.sentence(kind), hint=hint)
