"""The texts of messages: which is the most frequent, and how many there are."""

from collections import Counter

MOST_KEPT = 1_000  # different texts; a mailing may have one for each recipient
LONGEST = 1_600  # characters kept of each, more than ten parts


class Texts:
    """Counts different texts; after MOST_KEPT of them, new ones are not kept."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self.are_all = True

    def add(self, text: object) -> None:
        """Count the text of a message, if it has one."""
        if not isinstance(text, str) or not text:
            return
        kept = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        if kept in self._counts or len(self._counts) < MOST_KEPT:
            self._counts[kept] += 1
        else:
            self.are_all = False

    @property
    def most_frequent(self) -> str | None:
        return next((text for text, _ in self._counts.most_common(1)), None)

    @property
    def count(self) -> int:
        """How many different texts were kept."""
        return len(self._counts)
