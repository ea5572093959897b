"""The characters of the GSM 7-bit default alphabet and its extension table.

Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1. The code 0x1B is the escape to the extension
table, not a character, so a text with U+001B cannot be encoded in this alphabet.
"""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
ALL = BASIC | EXTENSION


def has(text: str) -> bool:
    """Whether the text can be encoded in GSM-7."""
    return ALL.issuperset(text)


def septets(text: str) -> int:
    """Number of septets: 2 for a character of the extension table (with its escape), else 1."""
    return len(text) + sum(map(text.count, EXTENSION))
