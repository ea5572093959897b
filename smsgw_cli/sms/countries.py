"""The country that a text means: a code of ISO 3166, a name, or a dialling code."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS

from smsgw_cli.errors import Usage

DIALLING_CODE = re.compile(r"(?:\+|00)?([1-9][0-9]{0,2})")
NORTH_AMERICA = re.compile(r"1[2-9][0-9]{2}")  # such as 1-242: one country code, one plan


@cache
def country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code, as `DE` for `Germany`, `Allemagne`, `deu`, `+49` or `0049`.

    Raises Usage for an unknown country.
    """
    found = _names().get(_folded(text)) or _of_dialling_code(text)
    if found is None:
        raise Usage(f"unknown country {text.strip()!r}")
    return found


def _of_dialling_code(text: str) -> str | None:
    digits = re.sub(r"[\s()./-]", "", text)
    match = DIALLING_CODE.fullmatch(digits)
    code = "1" if NORTH_AMERICA.fullmatch(digits.removeprefix("+")) else match and match[1]
    region: str = COUNTRY_CODE_TO_REGION_CODE.get(int(code or 0), ("",))[0]
    return region if region in SUPPORTED_REGIONS else None


@cache
def _names() -> Mapping[str, str]:
    """Code or name → alpha-2 code."""
    files = import_module("importlib.resources").files  # takes milliseconds to import
    table = (files("smsgw_cli.sms") / "countries.tsv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            code, alpha_3, names = line.split("\t")
            for each in (code, alpha_3, *names.split("|")):
                found[_folded(each)] = code
    return found


def _folded(text: str) -> str:
    """A name without case, punctuation and the accents of Latin letters."""
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in plain if each.isalnum() or unicodedata.category(each)[0] == "M")
