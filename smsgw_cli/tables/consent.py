"""Unmapped columns that say who may be contacted; their meaning is not guessed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.tables.cells import is_export
from smsgw_cli.tables.column_map import UNSUBSCRIBED, Target, map_option
from smsgw_cli.tables.consent_names import is_denied, is_opt_in, is_opt_out
from smsgw_cli.tables.names import normalized
from smsgw_cli.tables.reader import Row


class Consent(NamedTuple):
    """A column, what it `says`, and the target of --map that respects it."""

    column: str
    says: str
    target: str

    def refusal(self, ordinary: str) -> Usage:
        """The error for it; `ordinary` is its target as any other column."""
        return Usage(
            f"the column {self.column!r} seems to say {self.says}; nothing was sent",
            hint=f"use {map_option(self.column, self.target)} to respect it, "
            f"{map_option(self.column, ordinary)} if it is an ordinary one, or "
            f"{map_option(self.column, '')} to ignore it",
        )


def unmapped(
    columns: Collection[str], rows: Iterable[Row], targets: Mapping[str, Target]
) -> Iterator[Consent]:
    """The columns that say who opted out, or in which a row says that somebody is not subscribed.

    None in an export of ours: those are fields of the list, and it says who is subscribed. `rows`
    are read only if need be.
    """
    if is_export(columns):
        return
    free = [column for column in columns if column not in targets]
    for column in filter(is_opt_out, free):
        yield Consent(column, "who opted out", UNSUBSCRIBED)
    is_said = any(each.key in (SUBSCRIBED, UNSUBSCRIBED) for each in targets.values())
    if not is_said and SUBSCRIBED not in map(normalized, columns):
        yield from _denials(set(filter(is_opt_in, free)), rows)


def _denials(columns: set[str], rows: Iterable[Row]) -> Iterator[Consent]:
    """Each of these columns with its first row that says no."""
    for row in rows if columns else ():
        for column in [each for each in columns if is_denied(each, row.cells[each])]:
            columns.remove(column)
            text = row.cells[column]
            yield Consent(column, f"who is subscribed (row {row.number}: {text!r})", SUBSCRIBED)
        if not columns:
            return
