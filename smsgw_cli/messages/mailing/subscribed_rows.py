"""Rows of a file that must not be sent to: those that are not subscribed."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from smsgw_cli.errors import Usage
from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.sms.same_phone import phone_of
from smsgw_cli.tables import opt_outs
from smsgw_cli.tables.booleans import is_subscribed
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.column_map import UNSUBSCRIBED, Target
from smsgw_cli.tables.names import normalized, tag_of
from smsgw_cli.tables.reader import Row
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.messages.mailing.merge import MergedMessage


class SubscribedRows:
    """Tells which rows are subscribed, and keeps the phones of the others.

    By the column mapped to `subscribed` or `unsubscribed`, unless the text names it (`named` are
    its placeholders, normalized), and by one called `subscribed`. Raises Usage for a column that
    says who opted out and is not mapped.
    """

    def __init__(
        self,
        columns: Sequence[str],
        targets: Mapping[str, Target],
        named: Collection[str],
        cells: CellReader,
    ) -> None:
        for column in opt_outs.unmapped(columns, targets):
            raise opt_outs.refusal(column, tag_of(column))
        keys = {column: each.key for column, each in targets.items() if each.key not in named}
        keys |= {c: SUBSCRIBED for c in columns if c not in targets and normalized(c) == SUBSCRIBED}
        self._keys = {c: key for c, key in keys.items() if key in (SUBSCRIBED, UNSUBSCRIBED)}
        self._cells = cells
        self._phones: set[int] = set()
        self._rows = 0

    def has(self, row: Row, number: str) -> bool:
        """Whether no column says that the row is not subscribed. Raises Usage for other texts."""
        if all(self._subscribed(row, column, key) for column, key in self._keys.items()):
            return True
        self._phones.add(phone_of(number))
        self._rows += 1
        return False

    def alone(self, messages: Sequence["MergedMessage"]) -> list["MergedMessage"]:
        """The messages to phones that no row unsubscribes. Raises Usage if there are none."""
        kept = [each.without(lambda number: phone_of(number) in self._phones) for each in messages]
        if self._phones and not any(each.numbers for each in kept):
            raise Usage("no recipients left: no row is subscribed")
        return [each for each in kept if each.numbers]

    @property
    def notes(self) -> list[str]:
        """What to tell the user about the rows so far."""
        return [f"{pluralize(self._rows, 'row')} skipped: not subscribed"] if self._rows else []

    def _subscribed(self, row: Row, column: str, key: str) -> bool:
        text = self._cells.text(row, column)
        try:
            return is_subscribed(text, turned_round=key == UNSUBSCRIBED) is not False
        except ValueError as error:
            raise Usage(f"{column}: {text!r} {error}") from error
