"""Yes and no as spreadsheets and people write them."""

import re
from functools import cache, lru_cache

from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.tables.names import names_in, without_accents

# TRUE and FALSE in the languages of Excel and LibreOffice (their function names), and yes and no.
_WORDS = {
    "en": ("true|yes|y|t|1|on|x|✓|✔|☑|✅", "false|no|n|f|0|off|✗|✘|☐|❌"),
    "de": ("wahr|ja|j", "falsch|nein"),
    "fr": ("vrai|oui", "faux|non"),
    "es": ("verdadero|sí|si", "falso"),
    "it": ("vero|sì", "falso"),
    "pt": ("verdadeiro|sim", "falso|não|nao"),
    "nl": ("waar|ja", "onwaar|nee"),
    "pl": ("prawda|tak", "fałsz|nie"),
    "cs": ("pravda|ano", "nepravda|ne"),
    "sk": ("pravda|áno", "nepravda|nie"),
    "hu": ("igaz|igen", "hamis|nem"),
    "ro": ("adevărat|da", "fals|nu"),
    "sv": ("sant|ja", "falskt|nej"),
    "da": ("sand|ja", "falsk|nej"),
    "nb": ("sann|ja", "usann|nei"),
    "fi": ("tosi|kyllä", "epätosi|ei"),
    "et": ("tõene|jah", "väär|ei"),
    "lv": ("patiess|jā", "aplams|nē"),
    "lt": ("taip", "netiesa"),
    "el": ("αληθησ|αληθής|ναι", "ψευδησ|ψευδής|όχι"),
    "tr": ("doğru|evet", "yanlış|hayır"),
    "ru": ("истина|да", "ложь|нет"),
    "uk": ("істина|так", "хибність|ні"),
    "bg": ("вярно|да", "невярно|не"),
    "hr": ("istina|da", "laž|ne"),
    "ar": ("صحيح|نعم", "خطأ|لا"),
    "he": ("אמת|כן", "שקר|לא"),
    "hi": ("सही|हाँ|हां", "गलत|नहीं"),
    "zh": ("是|真", "否|假"),
    "ja": ("はい", "いいえ"),
    "ko": ("예|네|참", "아니요|아니오|거짓"),
    "id": ("benar|ya", "salah|tidak"),
    "vi": ("đúng|có", "sai|không"),
    "th": ("จริง|ใช่", "เท็จ|ไม่ใช่|ไม่"),
}
_IN = frozenset({SUBSCRIBED, "optedin", "optin", "active"})
_OUT = frozenset({"unsubscribed", "notsubscribed", "nonsubscribed", "optedout", "optout", "stop"})
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?\b.*|\d\d?[./]\d\d?[./]\d{4}\b.*", re.DOTALL)


def boolean(text: str) -> bool:
    """A text as yes or no; an empty one is no. Raises ValueError if it is neither."""
    found = _known().get(_word(text))
    if found is None:
        raise ValueError("is not true or false")
    return found


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


@cache
def _known() -> dict[str, bool]:
    found = {"": False}
    for yes, no in _WORDS.values():
        found |= dict.fromkeys(names_in([yes]), True) | dict.fromkeys(names_in([no]), False)
    return found
