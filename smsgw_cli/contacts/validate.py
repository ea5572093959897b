"""Validates rows one by one: values, width, duplicate numbers."""

from smsgw_cli.contacts.row_converter import RowConverter
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.sms.number_map import NumberMap, as_int, as_text
from smsgw_cli.sms.same_phone import usual
from smsgw_cli.tables.reader import Row
from smsgw_cli.tables.rejects import Problem


class RowValidator:
    """Validates the rows of a file from first to last."""

    def __init__(self, mapping: RowConverter) -> None:
        self._mapping = mapping
        self._seen = NumberMap()
        self._number_column = next(c for c, key in mapping.targets.items() if key == MOBILE_NUMBER)

    def problems(self, row: Row) -> tuple[int, list[Problem]]:
        """The row's number (E.164 digits as an integer, 0 if invalid), and its problems."""
        own = self._own(row) if row.problem or row.flaws else []
        if row.raw:
            return 0, own
        values, problems = self._mapping.values(row, self._mapping.targets)
        number = as_int(values.get(MOBILE_NUMBER))
        if own:
            bad = {each.column for each in own}
            problems = [each for each in problems if each.column not in bad]
        return number, problems + own + self._duplicate(row, number)

    def _own(self, row: Row) -> list[Problem]:
        """The problems that reading the row found."""
        return [Problem(row, *each) for each in row.problems(self._mapping.targets)]

    def _duplicate(self, row: Row, number: int) -> list[Problem]:
        """The problem that the number is a duplicate."""
        found = []
        first = self._seen.setdefault(usual(number), row.number) if number else row.number
        if first != row.number:
            reason = f"{as_text(number)} is a duplicate of row {first}"
            found.append(Problem(row, self._number_column, reason))
        return found
