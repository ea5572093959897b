"""The characters of the GSM 7 bit default alphabet, and of its extension table.

Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1. The code 0x1B, the escape to the extension table, is
no character, so a text with U+001B in it has no spelling in this alphabet.
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
    """Whether the alphabet has every character of the text."""
    return ALL.issuperset(text)


def septets(character: str) -> int:
    """How many septets a character of the alphabet takes: of the extension table, an escape too."""
    return 2 if character in EXTENSION else 1
