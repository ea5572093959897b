"""Reads the numbers of a command or a file, and counts what kinds there are."""

from collections.abc import Collection

from smsgw_cli.errors import Usage
from smsgw_cli.sms import countries, short_codes
from smsgw_cli.sms.number_kinds import ANY_NUMBER, Kind, KindCounts
from smsgw_cli.sms.numbers import number


class NumberReader:
    """`region` is the country of numbers without a leading +, `allowed` are words of --allow; with
    `short_codes` those may be typed."""

    def __init__(
        self,
        region: str | None = None,
        allowed: Collection[str] = (),
        *,
        short_codes: bool = False,
    ) -> None:
        self.counts = KindCounts(region)
        self._region = region
        self._any_number = ANY_NUMBER in allowed
        self._short_codes = short_codes

    def read(self, text: str, place: str, *, country: str = "", is_typed: bool = False) -> str:
        """The number in E.164, or a short code if that may be typed or any number is allowed.

        `country` is what a column says of that, `place` where the number stands. Raises Usage.
        """
        self.counts.total += bool(text.strip())
        region = countries.country(country) if country.strip() else self._region
        try:
            found = number(text, region, any_number=self._any_number)
        except Usage:
            if not short_codes.is_short_code(text):
                raise
            return self._short_code(text, place, region, is_typed=is_typed)
        self.counts.add(found, place, is_default=not (country.strip() or is_typed))
        return found.e164

    def _short_code(self, text: str, place: str, region: str | None, *, is_typed: bool) -> str:
        if not ((is_typed and self._short_codes) or self._any_number):
            raise Usage(
                f"{text!r} is too short for a phone number",
                hint="type a short code as an argument; in a file, a send accepts one with "
                "--allow any-number",
            )
        code = short_codes.short_code(text, region)
        if short_codes.is_premium(code, region):
            self.counts.add_kind(Kind.PREMIUM, place)
        return code
