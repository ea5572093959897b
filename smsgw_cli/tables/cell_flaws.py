"""Flaws of a single cell: control characters, and errors and lost digits of workbooks."""

import re

TOO_LONG = 1e15  # a spreadsheet keeps 15 digits of a number
AS_SHOWN = ".15e"  # how such a number is written
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_NUMBER = re.compile(r"-?\d\.\d{15}e\+\d{2,3}")
# Line breaks and tabs may be in a cell; other control characters are in none.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NAMES = {0x00: "NUL", 0x0B: "VT", 0x0C: "FF", 0x1A: "SUB", 0x1B: "ESC", 0x7F: "DEL"}


def control(text: str) -> str:
    """What is wrong with a text that contains a control character; empty if it contains none."""
    found = _CONTROL.search(text)
    if not found:
        return ""
    code = ord(found[0])
    name = f" ({_NAMES[code]})" if code in _NAMES else ""
    return f"contains the control character U+{code:04X}{name}"


def lost(text: str) -> str:
    """What is wrong with a cell of a workbook that has lost its value; empty if it has not."""
    if text[:1] == "#" and _ERROR.fullmatch(text):
        return f"is the error {text}"
    if _NUMBER.fullmatch(text):
        return f"{text} has more digits than a spreadsheet keeps: format it as text"
    return ""
