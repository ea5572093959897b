"""Text as the server keeps it."""

# What Laravel's TrimStrings takes from both ends, in any of its versions: white space, and
# characters that are not seen (Illuminate\Support\Str::INVISIBLE_CHARACTERS). The first and the
# last character of each range.
_RANGES = (
    "\0\0", "\t\r", "\x1c ", "\x85\x85", "\xa0\xa0", "\xad\xad", "\u034f\u034f", "\u061c\u061c",
    "\u115f\u1160", "\u1680\u1680", "\u17b4\u17b5", "\u180e\u180e", "\u2000\u200f", "\u2028\u2029",
    "\u202f\u202f", "\u205f\u206f", "\u2800\u2800", "\u3000\u3000", "\u3164\u3164",
    "\ufeff\ufeff", "\uffa0\uffa0", "\U0001d159\U0001d159", "\U0001d173\U0001d17a",
    "\U000e0020\U000e0020",
)  # fmt: skip
_TRIMMED = "".join(chr(code) for each in _RANGES for code in range(ord(each[0]), ord(each[-1]) + 1))


def trimmed(text: object) -> str:
    """The text without white space and invisible characters at its ends; empty for None."""
    return "" if text is None else str(text).strip(_TRIMMED)
