"""Which numbers reach the same phone: some countries have two spellings of one number."""

import re
from typing import NamedTuple

from smsgw_cli.model import MOBILE_NUMBER, Record
from smsgw_cli.sms.number_map import as_int, as_text

SAME_ENDING = 7  # digits


class _Spellings(NamedTuple):
    """Two spellings of a number: patterns of E.164 digits, and how each is made of the other."""

    usual: str
    other: str
    as_usual: str
    as_other: str


_TWO_SPELLINGS = {
    # Mexico: since 3 August 2019 mobiles have no 1 before their ten digits (IFT, Plan Técnico
    # Fundamental de Numeración); WhatsApp and many networks still report it.
    "52": _Spellings(r"52(\d{10})", r"521(\d{10})", r"52\1", r"521\1"),
    # Argentina: from abroad a 9 precedes the ten digits of a mobile, which no other phone has
    # (ENACOM, Plan Fundamental de Numeración Nacional).
    "54": _Spellings(r"54([1-8]\d{9})", r"549(\d{10})", r"54\1", r"549\1"),
    # Brazil: mobiles got a ninth digit, 9, from 2012 to 2016 (Anatel, Resolução 553/2010);
    # WhatsApp still reports eight.
    "55": _Spellings(r"55(\d\d)9([6-9]\d{7})", r"55(\d\d)([6-9]\d{7})", r"55\g<1>9\2", r"55\1\2"),
    # Benin: since 30 November 2024 all numbers have 01 before their eight digits (ARCEP Bénin).
    "22": _Spellings(r"22901(\d{8})", r"229(\d{8})", r"22901\1", r"229\1"),
}


def phone_of(number: object) -> int:
    """The key of a number's phone; 0 if it is neither in E.164 nor a short code."""
    return usual(as_int(number))


def usual(number: int) -> int:
    """The usual spelling of a number, both as `as_int` returns them."""
    digits = str(number)
    rule = _TWO_SPELLINGS.get(digits[:2])
    match = rule and re.fullmatch(rule.other, digits)
    return int(match.expand(rule.as_usual)) if rule and match else number


def usual_spelling(number: str) -> str:
    """The usual spelling of a number in E.164; any other text as it is."""
    key = phone_of(number)
    return as_text(key) if key else number


def spellings(number: str) -> tuple[str, ...]:
    """All spellings of a number in E.164, itself first."""
    digits = number.removeprefix("+")
    rule = _TWO_SPELLINGS.get(digits[:2])
    if rule is None or not number.startswith("+"):
        return (number,)
    pairs = ((rule.other, rule.as_usual), (rule.usual, rule.as_other))
    found = (re.fullmatch(pattern, digits) for pattern, _ in pairs)
    others = (m and f"+{m.expand(form)}" for m, (_, form) in zip(found, pairs, strict=True))
    return (number, *(each for each in others if each))


def is_same_phone(one: str, other: str) -> bool:
    """Whether two numbers in E.164 reach the same phone."""
    return one in spellings(other)


def is_other_phone(contact: Record, number: object) -> bool:
    """Whether a contact has another phone's number; False if it has none.

    Spellings of one number differ at the front: a country or area code, a 0, a digit for mobiles.
    """
    theirs, ours = _ending(contact.get(MOBILE_NUMBER)), _ending(number)
    return bool(theirs and ours) and theirs != ours


def _ending(number: object) -> str:
    return re.sub(r"\D", "", str(number or ""))[-SAME_ENDING:]
