"""Numbers written with separators between groups of digits: `1,234.50`, `1 234,50`, `1,23,456`."""

import re

_SPACES = "[ '’\u00a0\u2009\u202f]"


def _pattern(decimal: str, separator: str) -> re.Pattern[str]:
    """Sign, whole part with its separator, fraction; groups of two digits are Indian."""
    whole = (
        rf"\d+|[1-9]\d{{0,2}}({separator}|{_SPACES})\d{{3}}(?:\3\d{{3}})*"
        rf"|[1-9]\d?(?:{separator}\d\d)+{separator}\d{{3}}|"
    )
    return re.compile(rf"(-?)({whole})(?:{decimal}(\d*))?", re.ASCII)


_PATTERNS = {".": _pattern(r"\.", ","), ",": _pattern(",", r"\.")}


def plain(text: str, decimal: str) -> str | None:
    """The number with a decimal point and without separators: `1234.50`.

    `decimal` is its decimal sign, `.` or `,`. None if it is not written so.
    """
    found = _PATTERNS[decimal].fullmatch(text)
    if found is None or not (found[2] or found[4]):
        return None
    return f"{found[1]}{re.sub('[^0-9]', '', found[2]) or '0'}.{found[4] or '0'}"
