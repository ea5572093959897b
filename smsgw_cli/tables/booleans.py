"""Yes and no as spreadsheets and people write them."""

import re
from functools import lru_cache

from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.tables.names import usual_words, without_accents

_IN = frozenset({SUBSCRIBED, "optedin", "optin", "active"})
_OUT = frozenset({"unsubscribed", "notsubscribed", "nonsubscribed", "optedout", "optout", "stop"})
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?\b.*|\d\d?[./]\d\d?[./]\d{4}\b.*", re.DOTALL)


def boolean(text: str) -> bool:
    """A text as yes or no; an empty one is no. Raises ValueError if it is neither."""
    word = _word(text)
    if word in usual_words("yes"):
        return True
    if word and word not in usual_words("no"):
        raise ValueError("is not true or false")
    return False


def is_subscribed(text: str, *, turned_round: bool = False) -> bool | None:
    """Whether a contact is subscribed; None if the text is empty.

    With `turned_round`, yes says that it is not, and so does the date on which it opted out.
    `subscribed` and `unsubscribed` always mean what they say. Raises ValueError.
    """
    word = _word(text)
    if not word:
        return None
    if word in _IN or word in _OUT:
        return word in _IN
    if turned_round and _DATE.fullmatch(text.strip()):
        return False
    return boolean(text) != turned_round


def is_unsubscribed(text: str) -> bool:
    """Whether a text explicitly says that a contact is not subscribed."""
    return _word(text) in _OUT


@lru_cache(maxsize=1_000)  # files have few of them
def _word(text: str) -> str:
    return without_accents(text)
