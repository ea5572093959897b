"""Texts that look like a number, but contain more than one or something else."""

import re

from phonenumbers import PhoneNumberFormat

from smsgw_cli.errors import Usage
from smsgw_cli.sms import numbering_plans as plans
from smsgw_cli.sms.number_text import is_date, not_a_date

# What stands at the end may be a digit of the number, an extension or the last digit of another.
ENDING = re.compile(r"[/.-] *[0-9]{1,2}[ ./-]*$")
DOTTED = re.compile(r"\. *[0-9]{2}")  # as in 06.12.34.56.78
DECIMAL_END = re.compile(r"\. *0+")
SEPARATOR = re.compile(r" */ *| +- +|[ -]+(?=\(?0)")
NOT_GROUPED = re.compile(r"[0-9+]|^ +| +$")
YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")


def refuse_rest(text: str, shown: str, region: str | None) -> None:
    """Raise Usage for a date, and for a complete number that something follows: another number, or
    one or two digits. `shown` is the spelling of `text`."""
    error = _date_error(text, shown) or _second_error(text, shown, region)
    error = error or _ending_error(text, shown, region)
    if error is not None and not _is_usual_format(shown, region):
        raise error


def _date_error(text: str, shown: str) -> Usage | None:
    return not_a_date(text) if is_date(shown) else None


def _second_error(text: str, shown: str, region: str | None) -> Usage | None:
    for each in SEPARATOR.finditer(shown):
        first, second = shown[: each.start()], shown[each.end() :]
        phone = plans.valid(first, region)
        if phone and plans.valid(second, region or plans.region_of(phone.country_code)):
            return Usage(f"{text!r} has a second number: {second.strip()!r}")
    return None


def _ending_error(text: str, shown: str, region: str | None) -> Usage | None:
    while match := ENDING.search(shown):
        shown, end = shown[: match.start()].rstrip(), match[0].rstrip(" ./-")
        if DOTTED.fullmatch(end) and "." in shown:
            return None
        if DECIMAL_END.fullmatch(end) or plans.valid(shown, region):
            return Usage(f"{text!r} has something after the number: {end!r}")
    return None


def _is_usual_format(shown: str, region: str | None) -> bool:
    """Whether one sign alone groups the digits as their country does, as in 20.12.34 (New
    Caledonia) or +352-27-12-34-56 (RFC 3966); no year is such a group."""
    if len(set(NOT_GROUPED.sub("", shown))) != 1 or YEAR.search(shown):
        return False
    phone = plans.valid(shown, region)
    forms = (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
    usual = (plans.formatted(phone, each) for each in forms) if phone else ()
    return re.findall("[0-9]+", shown) in [re.findall("[0-9]+", each) for each in usual]
