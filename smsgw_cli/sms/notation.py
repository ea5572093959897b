"""How the values of a file are written: the order of dates, the decimal sign."""

from typing import NamedTuple

# Where dates are written month or year first (Unicode CLDR, short dates); day first elsewhere.
_MONTH_FIRST = frozenset({"AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "US", "VI"})
_YEAR_FIRST = frozenset({"BT", "CN", "HU", "IR", "JP", "KP", "KR", "LT", "MN", "SE", "TW"})
_MIXED = frozenset({"BZ", "CA", "KE", "PA", "ZA"})  # where several orders are common


class Notation(NamedTuple):
    """`dates` (dmy, mdy or ymd) and `decimal` as the user says; `usual_dates` and `usual_decimal`
    as they probably are."""

    dates: str | None = None
    decimal: str | None = None
    usual_dates: str | None = None
    usual_decimal: str = "."

    @property
    def is_decimal_point(self) -> bool:
        """Whether a point is a decimal sign for certain."""
        return (self.decimal or self.usual_decimal) == "."


PLAIN = Notation()


def notation_of(
    dates: str | None, decimal: str | None, region: str | None, delimiter: str
) -> Notation:
    """The notation of a file with this delimiter.

    Spreadsheets separate cells with a semicolon where the comma is the decimal sign.
    """
    usual = "," if delimiter == ";" else "."
    return Notation(dates, decimal, _usual_dates(region), usual)


def _usual_dates(region: str | None) -> str | None:
    if region is None or region in _MIXED:
        return None
    return "mdy" if region in _MONTH_FIRST else "ymd" if region in _YEAR_FIRST else "dmy"
