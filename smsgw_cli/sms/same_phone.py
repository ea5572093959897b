"""Compares phone numbers in any spelling."""

import re

from smsgw_cli.model import MOBILE_NUMBER, Record

SAME_ENDING = 7  # digits


def is_other_phone(contact: Record, number: object) -> bool:
    """Whether a contact has another phone's number; False if it has none.

    Spellings of one number differ at the front: a country or area code, a 0, a digit for mobiles.
    """
    theirs, ours = _ending(contact.get(MOBILE_NUMBER)), _ending(number)
    return bool(theirs and ours) and theirs != ours


def _ending(number: object) -> str:
    return re.sub(r"\D", "", str(number or ""))[-SAME_ENDING:]
