"""The texts of messages: the words that all have in common, and how many texts there are."""

import re
from itertools import takewhile

MOST_KEPT = 1_000  # different texts; a mailing may have one for each recipient
LONGEST = 1_600  # characters kept of each, more than ten parts
GAP = "…"


class Texts:
    """Counts different texts, up to MOST_KEPT, and finds what all of them begin and end with.

    The rest is left out, as it may be the name or a code of a recipient.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._begins: list[str] = []
        self._ends: list[str] = []
        self.are_all = True

    def add(self, text: object) -> None:
        """Count the text of a message, if it has one."""
        if not isinstance(text, str) or not text or text[:LONGEST] in self._known:
            return
        words = re.split(r"(\s+)", text[:LONGEST])
        if not self._known:
            self._begins, self._ends = words, words[::-1]
        self._begins = _common(self._begins, words)
        self._ends = _common(self._ends, words[::-1])
        if len(self._known) < MOST_KEPT:
            self._known.add(text[:LONGEST])
        else:
            self.are_all = False

    @property
    def common(self) -> str | None:
        """The text, or what several have in common, such as `Hi … see you on Sunday`; None if they
        have nothing."""
        begins, ends = "".join(self._begins), "".join(self._ends[::-1])
        if self.count < 2:
            return begins or None
        return f"{begins.rstrip()} {GAP} {ends.lstrip()}".strip() if begins or ends else None

    @property
    def count(self) -> int:
        """How many different texts there are, at least if not `are_all`."""
        return len(self._known)


def _common(words: list[str], others: list[str]) -> list[str]:
    """The words that both begin with."""
    pairs = zip(words, others, strict=False)
    return [word for word, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
