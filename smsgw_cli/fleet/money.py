"""Amounts of money as operators write them: `Rs.1,234.50`, `€ 12,34`, `1 234,56 Ft`, `KES 1,200`.

Digits and separators of any script are read. What could be two amounts is none.
"""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from smsgw_cli.sms.digit_groups import plain

# Currencies whose fractions have three digits (ISO 4217), and the countries that use them.
_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_WITH_THREE = frozenset({"BH", "IQ", "JO", "KW", "LY", "OM", "TN"})
# Where the point is the decimal sign in all official languages (Unicode CLDR 48).
_POINT = (
    "AE AG AI AS AU BB BD BH BM BS BT BW BZ CC CK CN CU CX DG DM DO EG EH ER ET FJ FK FM GB GD GG "
    "GH GI GM GS GT GU GY HK HN IE IL IM IN IO IQ IR JE JM JO JP KE KH KI KN KP KR KW KY LC LI LK "
    "LR LS MH MM MN MP MS MT MV MW MX MY NA NF NG NI NP NR NU NZ OM PA PE PG PH PK PN PR PS PW QA "
    "SA SB SD SG SH SL SO SS SV SY TC TH TK TO TT TV TW TZ UG UM US VC VG VI WS YE ZM ZW"
)
# Where it separates groups of digits in all of them.
_GROUPING_POINT = (
    "AD AR AT BA BN BO BQ BR CL CO CY DE DK EA ES FO GL GR HR IC ID IS IT LA LB LU MD ME MK MR NL "
    "RO RS SI SM SR TR UY VA VE VN"
)
_NUMBER = re.compile(r"-?[.,]?\d(?:[\d.,'’ ]*\d)?", re.ASCII)
_SIGNS = str.maketrans({"٫": ".", "٬": ",", "،": ",", "−": "-", "–": "-", "‐": "-"})


class Money(NamedTuple):
    """An amount, and the currency written beside it, if there is one."""

    amount: Decimal
    currency: str | None = None


def money(text: str, currency: str | None = None, country: str | None = None) -> Money:
    """An amount with or without a currency before or after it.

    `currency` is that written elsewhere in the answer, `country` that of the SIM (two letters).
    Raises ValueError if there is no amount, more than one, or one that could be two.
    """
    text = with_ascii_digits(text)
    found = _NUMBER.search(text)
    if found is None:
        raise ValueError("has no amount")
    digits, before, after = found[0], text[: found.start()].strip(), text[found.end() :].strip()
    if _NUMBER.search(after):
        raise ValueError("has more than one amount")
    if digits.startswith(".") and before[-1:].isalpha():
        digits = digits[1:]  # the point ends an abbreviation: Rs.50 is fifty
    written = _name(currency or "") or _name(before) or _name(after)
    amount = _amount(digits, written, country)
    is_negative = "-" in (before[:1], before[-1:], after)
    return Money(-amount if is_negative else amount, written)


def with_ascii_digits(text: str) -> str:
    """The text with the digits, separators and spaces of ASCII, without marks of direction."""
    return "".join(
        " " if each.isspace() else str(unicodedata.decimal(each, each))
        for each in text.translate(_SIGNS)
        if unicodedata.category(each) != "Cf"
    ).strip()


def _name(text: str) -> str | None:
    return text.strip(" .,;:=-+()") or None


def _amount(digits: str, currency: str | None, country: str | None) -> Decimal:
    readings = {
        Decimal(found.removesuffix(".0")) for sign in ".," if (found := plain(digits, sign))
    }
    if not readings:
        raise ValueError(f"is not an amount: {digits}")
    if len(readings) == 1:
        return readings.pop()
    fraction, whole = sorted(readings)  # 1,234 or 1.234
    return fraction if _is_fraction(digits, currency or "", country) else whole


def _is_fraction(digits: str, currency: str, country: str | None) -> bool:
    """Whether the three last digits are a fraction. Raises ValueError if that is unknown.

    The first two letters of a currency are those of its country (ISO 4217).
    """
    is_iso = re.fullmatch("[A-Z]{3}", currency) is not None
    place = (country or (currency[:2] if is_iso else "")).upper()
    if currency in _THREE_DIGITS or (place in _WITH_THREE and not is_iso):
        return True
    if place in _POINT.split():
        return "." in digits
    if place in _GROUPING_POINT.split() and "." in digits:
        return False
    raise ValueError(f"may be thousands or a fraction: {digits}")
