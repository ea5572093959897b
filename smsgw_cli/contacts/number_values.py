"""Numbers in texts. A text is one only if nothing but separators and final zeros are lost."""

import math
import re
from decimal import Decimal

from smsgw_cli.sms.digit_groups import plain
from smsgw_cli.sms.notation import PLAIN, Notation

LARGEST = 1 << 63  # that servers store exactly
# With at most 15 digits, which every float keeps.
_SHORT = re.compile(r"-?(?=[\d.]{1,16}$)(0|[1-9]\d{0,14})(\.\d+)?", re.ASCII)
# Very large and small numbers in JSON. Spreadsheets write E, where they may have lost digits.
_FLOAT = re.compile(r"-?\d(\.\d+)?e[+-]\d{2,3}", re.ASCII)
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)  # in a file with decimal commas
_NO_EXACT_FORM = "has more digits than a number can hold"


def number(text: str, notation: Notation = PLAIN) -> int | float:
    """A text as a number. Raises ValueError if it is not a number, or its value would change."""
    text = text.strip().replace("−", "-")  # U+2212, as some spreadsheets write it
    if _SHORT.fullmatch(text) and ("." not in text or notation.is_decimal_point):
        return int(text) if "." not in text else _whole(float(text))
    if _FLOAT.fullmatch(text):
        return _exact(float(text), Decimal(text))
    digits = _digits(text, notation)
    if re.match(r"-?0\d", digits):
        raise ValueError("begins with a zero, which a number would lose")
    value = Decimal(digits)
    if value == value.to_integral_value() and abs(value) < LARGEST:
        return int(value)
    return _exact(float(digits), value)


def is_exact(text: str) -> bool:
    """Whether a text is how JSON and JavaScript write a number: nothing changes its spelling."""
    digits = sum(each.isdigit() for each in text)
    if digits > 15 or not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", text, re.ASCII):
        return False
    return text == (repr(float(text)) if "." in text else str(int(text)))


def is_exact_integer(text: str) -> bool:
    """The same for whole numbers alone."""
    return "." not in text and is_exact(text)


def _digits(text: str, notation: Notation) -> str:
    """The text with a decimal point and without separators. Raises ValueError."""
    decimal = notation.decimal or notation.usual_decimal
    other = "." if decimal == "," else ","
    if decimal == "," and notation.decimal is None and _THOUSANDS.fullmatch(text):
        raise ValueError(
            "may be thousands or a fraction: --set decimal=, or --set decimal=. says which"
        )
    found = plain(text, decimal)
    if found is None and notation.decimal is None and (decimal == "," or _has_two_signs(text)):
        found = plain(text, other)  # it can only be that
    if found is None:
        raise ValueError(_reason(text, other))
    return found


def _has_two_signs(text: str) -> bool:
    """Whether it has separators beside a decimal sign: it can only be read in one way."""
    return len(re.sub(r"[\d-]", "", text)) > 1


def _reason(text: str, other: str) -> str:
    if plain(text, other) is not None:
        return f"is not a number: if {other!r} is its decimal sign, use --set decimal={other}"
    return "is not a number"


def _whole(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _exact(value: float, written: Decimal) -> float:
    if not math.isfinite(value):
        raise ValueError("is too large")
    if written not in (Decimal(repr(value)), Decimal(value)):  # the second as PHP writes it
        raise ValueError(_NO_EXACT_FORM)
    return value
