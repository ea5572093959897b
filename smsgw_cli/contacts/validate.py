"""Validates rows one by one: values, width, duplicate numbers."""

from smsgw_cli.contacts.row_converter import RowConverter
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.sms.number_map import NumberMap, as_int, as_text
from smsgw_cli.sms.same_phone import usual
from smsgw_cli.tables.reader import Row, surplus
from smsgw_cli.tables.rejects import Problem


class RowValidator:
    """Validates the rows of a file from first to last."""

    def __init__(self, mapping: RowConverter) -> None:
        self._mapping = mapping
        self._seen = NumberMap()
        self._number_column = next(c for c, key in mapping.targets.items() if key == MOBILE_NUMBER)

    def problems(self, row: Row) -> tuple[int, list[Problem]]:
        """The row's number (E.164 digits as an integer, 0 if invalid), and its problems."""
        values, problems = self._mapping.values(row, self._mapping.targets)
        number = as_int(values.get(MOBILE_NUMBER))
        return number, problems + self._row_problems(row, number)

    def _row_problems(self, row: Row, number: int) -> list[Problem]:
        """Problems of the row as a whole: its width, a duplicate number."""
        found = [Problem(row, "the row", surplus(row))] if row.surplus else []
        first = self._seen.setdefault(usual(number), row.number) if number else row.number
        if first != row.number:
            reason = f"{as_text(number)} is a duplicate of row {first}"
            found.append(Problem(row, self._number_column, reason))
        return found
