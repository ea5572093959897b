"""Reasons why messages failed, from the responses of devices and sending servers."""

import json
from collections import Counter
from typing import Any

NONE_GIVEN = "no reason given"
OTHERS = "other reasons"
MOST_KEPT = 1_000  # some servers put a number into each reason, which must not fill the memory
LONGEST = 200  # characters
# Common keys; the reference only says that the response is an object.
KEYS = ("error", "message", "error_message", "reason", "description", "detail", "code", "status")


class Reasons:
    """Counts by reason; after MOST_KEPT different reasons, new ones are counted as others."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, response: Any) -> None:
        """Count the `response` of a failed message."""
        self.count(reason(response))

    def count(self, found: str) -> None:
        known = found in self.counts or len(self.counts) < MOST_KEPT
        self.counts[found if known else OTHERS] += 1


def reason(response: Any) -> str:
    """One line of text from a message's `response`, which can have any shape."""
    text = _text(response)
    line = " ".join(text.split()) or NONE_GIVEN
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _text(response: Any) -> str:
    if response is None or response in ({}, [], False):
        return ""
    if isinstance(response, str):
        return response
    if isinstance(response, dict):
        if not any(response.values()):
            return ""
        for key in KEYS:
            if response.get(key):
                return _text(response[key])
    return json.dumps(response, ensure_ascii=False, sort_keys=True)
