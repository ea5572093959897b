"""The texts of a send for its preview, summed up one by one: a mailing may have a million."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from smsgw_cli.messages.compose import has_placeholder
from smsgw_cli.sms import parts

FIRST = 3


class Batch(NamedTuple):
    """A text and its number of recipients, of which a mailing names the first, `to`.

    `parts` is 1 for types without parts.
    """

    text: str
    recipients: int
    parts: int
    to: str = ""


@dataclass
class Texts:
    """The sums of texts that were added.

    `sizes` counts them by recipients and parts, `encodings` has the messages and parts of each,
    `non_gsm` the characters that force UCS-2 with their position in the first text that has them.
    `fewest_parts` is the total where phones would split emoji and flags, as the standard may.
    """

    has_parts: bool
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    encodings: dict[str, tuple[int, int]] = field(default_factory=dict)
    non_gsm: dict[str, parts.NonGsmCharacter] = field(default_factory=dict)
    first: list[Batch] = field(default_factory=list)
    longest: Batch | None = None
    fewest_parts: int = 0
    has_placeholder: bool = False

    def add(self, text: str, recipients: int, to: str) -> None:
        """Add a text with the number of its recipients, and the first one."""
        batch = Batch(text, recipients, len(parts.split(text)) if self.has_parts else 1, to)
        self.sizes[recipients, batch.parts] += 1
        self._add_encoding(batch)
        if len(self.first) < FIRST:
            self.first.append(batch)
        if self.longest is None or _length(batch) > _length(self.longest):
            self.longest = batch
        self.has_placeholder = self.has_placeholder or has_placeholder(text)

    def _add_encoding(self, batch: Batch) -> None:
        if not self.has_parts:
            self.fewest_parts += batch.recipients
            return
        self.fewest_parts += parts.fewest(batch.text) * batch.recipients
        name = parts.encoding_of(batch.text).name
        messages, total = self.encodings.get(name, (0, 0))
        total += batch.recipients * batch.parts
        self.encodings[name] = (messages + batch.recipients, total)
        for each in parts.non_gsm(batch.text):
            self.non_gsm.setdefault(each.character, each)

    @property
    def count(self) -> int:
        """The number of texts."""
        return self.sizes.total()

    @property
    def messages(self) -> int:
        """The number of messages, one a recipient."""
        return sum(recipients * count for (recipients, _), count in self.sizes.items())

    @property
    def total_parts(self) -> int:
        """The parts of all messages."""
        return sum(recipients * each * n for (recipients, each), n in self.sizes.items())

    @property
    def most_parts(self) -> int:
        """The maximum number of parts of one message."""
        return max((each for _, each in self.sizes), default=0)


def _length(batch: Batch) -> tuple[int, int]:
    return batch.parts, parts.encoding_of(batch.text).units(batch.text)
