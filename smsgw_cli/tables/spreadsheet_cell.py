"""Cells of spreadsheets that have lost their value: errors, and numbers of too many digits."""

import re

TOO_LONG = 1e15  # a spreadsheet keeps 15 digits of a number
AS_SHOWN = ".15e"  # how such a number is written
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_NUMBER = re.compile(r"-?\d\.\d{15}e\+\d{2,3}")


def flaw(text: str) -> str:
    """What is wrong with a cell of a workbook; empty if nothing is."""
    if _ERROR.fullmatch(text):
        return f"is the error {text}"
    if _NUMBER.fullmatch(text):
        return f"{text} has more digits than a spreadsheet keeps: make it text"
    return ""
