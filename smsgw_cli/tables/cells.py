"""Cells as spreadsheets and databases write them: guards are taken off, marks of nothing empty."""

import re
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from smsgw_cli.errors import Usage
from smsgw_cli.model import BUILT_IN_KEYS

if TYPE_CHECKING:
    from smsgw_cli.tables.reader import Row

# What -o excel guards with an apostrophe, as other programs do (OWASP, "CSV Injection").
_GUARDED = re.compile("'[=+\\-@\t\r\n＝＋－＠']")
# A text written as a formula, so that Excel keeps its zeros.
_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_ESCAPE = re.compile(r"\\(?:\\|[tnr]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")  # of -o tsv
# Marks of nothing: of MySQL and PostgreSQL (\N), of Excel in its languages, and of pandas (its
# na_values, but for NA and n/a, which are words too).
_NOTHING = frozenset(
    {r"\N", "#N/A", "#NA", "#N/V", "#NV", "#N/D", "#Н/Д", "#I/T", "#SAKNAS!", "<NA>", "#N/A N/A"}
    | {"NULL", "null", "None", "NaN", "nan", "(null)", "<null>"}
)
_ZERO_DATE = re.compile(
    r"(?:0000-00-00|00-00-0000|00\.00\.0000|0?0/0?0/(?:00)?00)(?:[T ]00:00(?::00(?:\.0+)?)?)?"
)
# Of Excel in English, German, French and Spanish.
_ERROR = re.compile(
    "#(?:REF|VALUE|NAME|NUM|NULL|SPILL|CALC|FIELD|BLOCKED|CONNECT|BEZUG|WERT|ZAHL|ÜBERLAUF|VALEUR|"
    "NOM|NOMBRE|NUL|¡REF|¡VALOR|VALOR|¡NUM|DIV/0|¡DIV/0|ERROR)[!?]"
)
_FIRST = frozenset("'=\\#<(0Nn \t\xa0")  # characters that any of these begins with
_OF_EXPORTS = BUILT_IN_KEYS - {"updated_at"}  # columns of `contacts export` and `contacts list`


def is_export(columns: Collection[str]) -> bool:
    """Whether a file with these columns is an export of ours, whose values are exact."""
    return set(columns) >= _OF_EXPORTS


class CellReader:
    """Reads the cells of one file, and counts those that are empty but say so in words.

    `number_column` shows whether the texts of a row are guarded: its + is. The values of an export
    of ours are not interpreted; with the `delimiter` tab it has escapes.
    """

    def __init__(self, columns: Collection[str], number_column: str, delimiter: str = "") -> None:
        self._number_column = number_column
        self._is_export = is_export(columns)
        self._has_escapes = self._is_export and delimiter == "\t"
        self._nothing: Counter[str] = Counter()

    def text(self, row: "Row", column: str) -> str:
        """The text of a cell. Raises Usage for an error of the spreadsheet, such as `#REF!`."""
        text = row.cells[column]
        if text[:1] not in _FIRST and not self._has_escapes:
            return text  # most of them
        text = self.written(row, column)
        return text if self._is_export else self._filled(text)

    def written(self, row: "Row", column: str) -> str:
        """The text without guards alone: marks of nothing and errors are texts."""
        text = row.cells[column]
        if self._has_escapes:
            return _ESCAPE.sub(_unescaped, text)
        return self._unguarded(row, column, text) if text[:1] in _FIRST else text

    @property
    def notes(self) -> list[str]:
        """What to tell the user about the cells read so far."""
        if not self._nothing:
            return []
        cells = ", ".join(f"{word} ({count:,})" for word, count in self._nothing.items())
        return [f"cells read as empty: {cells}"]

    def _filled(self, text: str) -> str:
        word = text.strip()
        if word in _NOTHING or _ZERO_DATE.fullmatch(word):
            self._nothing[word] += 1
            return ""
        if _ERROR.fullmatch(word):
            raise Usage(f"{word} is a spreadsheet error")
        return text

    def _unguarded(self, row: "Row", column: str, text: str) -> str:
        if text[0] == "'":
            return text[1:] if column == self._number_column or self._is_guard(row, text) else text
        found = None if self._is_export else _AS_FORMULA.fullmatch(text.strip())
        return found[1].replace('""', '"') if found else text

    def _is_guard(self, row: "Row", text: str) -> bool:
        """Whether a program has put the apostrophe before the text.

        One that does so before a formula does so before the + of the number too; we alone do so
        before an apostrophe.
        """
        if not _GUARDED.match(text):
            return False
        number = row.cells[self._number_column][:1]
        return number == "'" or (number != "+" and text[1] != "'")


def _unescaped(found: re.Match[str]) -> str:
    return found[0].encode("ascii").decode("unicode_escape")
