"""The encodings of files that are known by their first bytes: UTF-8, UTF-16 and UTF-32."""

import codecs
from typing import NamedTuple

UTF8 = "utf-8-sig"  # drops a byte order mark, if there is one
WESTERN = "cp1252"
# Codecs of Python for its own texts and for names of domains, which no file is written in.
OF_PYTHON = frozenset(
    {"charmap", "idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined"}
    | {"unicode-escape"}
)
RAW = "latin-1"  # reads every byte as the character of its number
MARKS = (
    # That of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LEAST_ZEROS = 0.2  # of the high bytes of UTF-16: delimiters, digits and names of columns are ASCII


class Guess(NamedTuple):
    """The encoding that a file is read in although it could be `others`."""

    name: str
    others: tuple[str, ...]


class Difference(NamedTuple):
    """A cell that could be read in several ways: the text by encoding."""

    row: int
    column: str
    readings: dict[str, str]


def of_start(start: bytes) -> str | None:
    """UTF-16 or UTF-32, by the first bytes of a file; None for anything else."""
    marked = next((name for mark, name in MARKS if start.startswith(mark)), None)
    return marked or _unmarked_utf16(start)


def _unmarked_utf16(start: bytes) -> str | None:
    even, odd = start[::2].count(0), start[1::2].count(0)
    least = max(1, len(start) // 2 * LEAST_ZEROS)
    if odd >= least and even * 10 <= odd:
        return "utf-16-le"
    return "utf-16-be" if even >= least and odd * 10 <= even else None
