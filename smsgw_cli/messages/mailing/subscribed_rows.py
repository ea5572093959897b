"""Rows of a file that must not be sent to: those that are not subscribed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from smsgw_cli.errors import Usage
from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.tables import consent
from smsgw_cli.tables.booleans import is_subscribed
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.column_map import UNSUBSCRIBED, Target, map_option
from smsgw_cli.tables.names import normalized, tag_of
from smsgw_cli.tables.reader import Row
from smsgw_cli.wording import pluralize

NOT_SUBSCRIBED = "not subscribed"


class SubscribedRows:
    """Tells which rows are subscribed, and counts the others.

    By the column mapped to `subscribed` or `unsubscribed`, unless the text names it (`named` are
    its columns), and by one called `subscribed`. Raises Usage for another that says in one of the
    `rows` who may not be written to, and is not mapped.
    """

    def __init__(
        self,
        columns: Sequence[str],
        rows: Iterable[Row],
        targets: Mapping[str, Target],
        named: Collection[str],
        cells: CellReader,
    ) -> None:
        for each in consent.unmapped(columns, rows, targets):
            raise each.refusal(tag_of(each.column))
        keys = {column: each.key for column, each in targets.items() if column not in named}
        keys |= {c: SUBSCRIBED for c in columns if c not in targets and normalized(c) == SUBSCRIBED}
        self._keys = {c: key for c, key in keys.items() if key in (SUBSCRIBED, UNSUBSCRIBED)}
        self._cells = cells
        self._others = 0

    def has(self, row: Row) -> bool:
        """Whether no column says that the row is not subscribed. Raises Usage for other texts."""
        if all(self._subscribed(row, column, key) for column, key in self._keys.items()):
            return True
        self._others += 1
        return False

    @property
    def notes(self) -> list[str]:
        """What to tell the user about the rows so far."""
        skipped = f"{pluralize(self._others, 'row')} skipped: {NOT_SUBSCRIBED}"
        return [skipped] if self._others else []

    def _subscribed(self, row: Row, column: str, key: str) -> bool:
        text = self._cells.text(row, column)
        try:
            return is_subscribed(text, turned_round=key == UNSUBSCRIBED) is not False
        except ValueError as error:
            ignore = map_option(column, "")
            raise Usage(f"{column}: {text!r} {error}; {ignore} ignores the column") from error
