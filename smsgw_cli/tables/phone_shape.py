"""Texts shaped like phone numbers, which show that a row is not a header."""

import re

PHONE = re.compile(r"\+?[\d\s().\-/]{6,30}")
LEAST_DIGITS = 6
DATE = re.compile(r"\d{4}[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./](\d\d){1,2}")


def looks_like_phone(text: str) -> bool:
    """Whether a cell could hold a phone number."""
    text = text.strip().strip('"')
    if not PHONE.fullmatch(text) or DATE.fullmatch(text):
        return False
    return sum(map(str.isdigit, text)) >= LEAST_DIGITS
