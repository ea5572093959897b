"""The time zones of phone numbers, by their country and area (libphonenumber)."""

from collections.abc import Sequence

import phonenumbers
from phonenumbers import timezone


def zones_of(number: str) -> Sequence[str]:
    """The IANA names of the zones where a number in E.164 may be; empty if none is known, as for a
    short code.

    A mobile number may be in any zone of its country, where that does not number them by area.
    """
    if not number.startswith("+"):
        return ()
    parsed = phonenumbers.parse(number)
    found = timezone.time_zones_for_number(parsed)
    if timezone.UNKNOWN_TIMEZONE in found:  # also of numbers that nobody has, as 555 in films
        found = timezone.time_zones_for_geographical_number(parsed)
    return () if timezone.UNKNOWN_TIMEZONE in found else tuple(found)
