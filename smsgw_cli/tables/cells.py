"""Cells as spreadsheets and databases write them: guards are taken off, marks of nothing empty."""

import re
from collections import Counter
from collections.abc import Collection

from smsgw_cli.errors import Usage
from smsgw_cli.model import BUILT_IN_KEYS
from smsgw_cli.tables.reader import Row

# What -o excel guards with an apostrophe, as other programs do (OWASP, "CSV Injection").
_GUARDED = re.compile("'(?=[=+\\-@\t\r\n＝＋－＠'])")
# A text written as a formula, so that Excel keeps its zeros.
_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
# Marks of nothing: of MySQL and PostgreSQL (\N), of Excel in its languages, of pandas (its
# default na_values but NA and n/a, which are words too), and dates of zeros.
NOTHING = frozenset(
    {r"\N", "#N/A", "#NA", "#N/V", "#NV", "#N/D", "#Н/Д", "#I/T", "#SAKNAS!", "<NA>", "#N/A N/A"}
    | {"NULL", "null", "None", "NaN", "nan", "(null)", "<null>"}
)
_ZERO_DATE = re.compile(
    r"(?:0000-00-00|00-00-0000|00[./]00[./]0000)(?:[T ]00:00(?::00(?:\.0+)?)?)?"
)
# Of Excel in English, German, French and Spanish.
_ERROR = re.compile(
    "#(?:REF|VALUE|NAME|NUM|NULL|SPILL|CALC|FIELD|BLOCKED|CONNECT|BEZUG|WERT|ZAHL|ÜBERLAUF|VALEUR|"
    r"NOM|NOMBRE|NUL|¡REF|¡VALOR|VALOR|¡NUM|DIV/0|¡DIV/0|ERROR)[!?]"
)
_FIRST = frozenset("'=\\#<(0Nn \t\xa0")  # characters that any of these begins with


class CellReader:
    """Reads the cells of one file; `nothing` counts those that are empty, but say so in words.

    `number_column` shows whether the texts of a row are guarded: its + is. An export of ours, which
    has all the keys of a contact, is taken at its word.
    """

    def __init__(self, columns: Collection[str], number_column: str) -> None:
        self.nothing: Counter[str] = Counter()
        self._number_column = number_column
        self._is_export = set(columns) >= BUILT_IN_KEYS

    def text(self, row: Row, column: str) -> str:
        """The text of a cell. Raises Usage for an error of the spreadsheet, such as `#REF!`."""
        text = row.cells[column]
        return self._cleaned(row, column, text) if text[:1] in _FIRST else text

    def written(self, row: Row, column: str) -> str:
        """The text without guards alone: marks of nothing and errors are texts."""
        text = row.cells[column]
        return self._unguarded(row, column, text) if text[:1] in _FIRST else text

    @property
    def notes(self) -> list[str]:
        """What to tell the user about the cells read so far."""
        if not self.nothing:
            return []
        cells = ", ".join(f"{word} ({count:,})" for word, count in self.nothing.items())
        return [f"cells read as empty: {cells}"]

    def _cleaned(self, row: Row, column: str, text: str) -> str:
        text = self._unguarded(row, column, text)
        word = text.strip()
        if self._is_export:
            return text
        if word in NOTHING or _ZERO_DATE.fullmatch(word):
            self.nothing[word] += 1
            return ""
        if _ERROR.fullmatch(word):
            raise Usage(f"{word} is an error of the spreadsheet")
        return text

    def _unguarded(self, row: Row, column: str, text: str) -> str:
        if text[:1] == "'":
            return text[1:] if column == self._number_column or self._is_guard(row, text) else text
        found = None if self._is_export else _AS_FORMULA.fullmatch(text.strip())
        return found[1].replace('""', '"') if found else text

    def _is_guard(self, row: Row, text: str) -> bool:
        """Whether the apostrophe is one that a program has put before the text.

        One that guards formulas guards the + of the number; an apostrophe before another is guarded
        by us alone.
        """
        number = row.cells[self._number_column][:1]
        return _GUARDED.match(text) is not None and (
            number == "'" or (number != "+" and text[1:2] != "'")
        )
