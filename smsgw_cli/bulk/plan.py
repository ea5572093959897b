"""What an import of contacts would do: every row checked before anything is sent."""

from array import array
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smsgw_cli import fieldvalues
from smsgw_cli.bulk.compact import Numbers, as_int
from smsgw_cli.bulk.guess import Guess
from smsgw_cli.bulk.mapping import NUMBER, SUBSCRIBED, map_columns, tag_for
from smsgw_cli.bulk.rows import Row, Table, surplus
from smsgw_cli.bulk.shard import Shard
from smsgw_cli.errors import Usage
from smsgw_cli.numbers import e164, known_region
from smsgw_cli.resource import Record

MOST_PROBLEMS = 10_000  # kept to be told; of more, the count
ELSEWHERE, BAD = 0, -1  # in place of a row's number: not ours to import, or wrong


@dataclass(frozen=True)
class Problem:
    """A row that cannot be sent, and why."""

    row: Row
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row.number}, {self.column}: {self.reason}"


@dataclass(frozen=True)
class Columns:
    """Which column is which key, the list's fields by tag, and the country of bare numbers."""

    targets: Mapping[str, str]
    fields: Mapping[str, Record]
    region: str | None

    def values(self, row: Row, keys: Mapping[str, str]) -> tuple[Record, list[Problem]]:
        """The row's values for these columns, and what is wrong with them."""
        values: Record = {}
        problems: list[Problem] = []
        for column, key in keys.items():
            try:
                value = _value(key, row.cells[column], self.fields, self.region)
            except Usage as error:
                problems.append(Problem(row, column, error.message))
                continue
            if value is not None:
                values[key] = value
        return values, problems


@dataclass
class Plan:
    """What an import would do: fields to make, and the number of each row, by row number.

    In `numbers` a row has its E.164 digits as an integer, BAD or ELSEWHERE. `count` rows can
    be sent, `bad` ones cannot, of the whole file `wrong` ones; those begin in `problems`.
    """

    table: Table
    mapping: Columns
    new_fields: tuple[Record, ...] = ()
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    count: int = 0
    bad: int = 0
    wrong: int = 0
    problems: list[Problem] = field(default_factory=list)

    def bodies(self, wanted: Container[int] | None = None) -> Iterator[tuple[Row, int, Record]]:
        """The rows that can be sent, their numbers, their contacts as the API takes them."""
        others = {c: key for c, key in self.mapping.targets.items() if key != NUMBER}
        for row in self.table.rows():
            number = self.numbers[row.number] if row.number < len(self.numbers) else BAD
            if number > 0 and (wanted is None or row.number in wanted):
                values, _ = self.mapping.values(row, others)
                yield row, number, {NUMBER: f"+{number}", **values}

    def checked(self) -> Iterator[tuple[Row, list[Problem]]]:
        """Every row once more, with what is wrong with it."""
        checking = _Checking(self.table, self.mapping, {}, None)
        for row in self.table.rows():
            yield row, checking.problems(row)[1]


def plan(
    table: Table,
    fields: Sequence[Record],
    given: Mapping[str, str],
    *,
    create_fields: bool = False,
    ignore_extra: bool = False,
    region: str | None = None,
    shard: Shard | None = None,
) -> Plan:
    """Check every row before anything is sent.

    Raises Usage where the columns themselves do not fit; what is wrong with rows stands in
    the plan's problems.
    """
    targets, extra = map_columns(table.columns, fields, given, ignore_extra=ignore_extra)
    made = [*_unknown_targets(targets, fields), *extra]
    if made and not create_fields:
        raise Usage(
            f"no field of the list fits the columns: {', '.join(made)}",
            hint="--create-fields makes fields for them, --ignore-extra leaves them out, "
            "--map COLUMN=TAG says where one goes",
        )
    _refuse_required(fields, targets)
    known_region(region)
    guesses = {column: Guess(column, targets.get(column)) for column in made}
    known = {column: key for column, key in targets.items() if column not in guesses}
    by_tag = {str(each["tag"]): each for each in fields}
    checked = _Checking(table, Columns(known, by_tag, region), guesses, shard).plan()
    new = {column: guess.field() for column, guess in guesses.items()}
    everything = {**targets, **{column: tag_for(column) for column in extra}}
    all_fields = {**by_tag, **{str(each["tag"]): each for each in new.values()}}
    checked.mapping = Columns(_refused_doubles(everything), all_fields, region)
    checked.new_fields = tuple(new.values())
    return checked


class _Checking:
    """One reading of a file: its numbers, its problems, the types of its new columns."""

    def __init__(
        self, table: Table, mapping: Columns, guesses: Mapping[str, Guess], shard: Shard | None
    ) -> None:
        self._plan = Plan(table, mapping)
        self._guesses = guesses
        self._shard = shard
        self._seen = Numbers()
        self._number_column = next(c for c, key in mapping.targets.items() if key == NUMBER)

    def plan(self) -> Plan:
        plan = self._plan
        for row in plan.table.rows():
            number = self._number(row)
            plan.numbers.extend([ELSEWHERE] * (row.number - len(plan.numbers)))
            plan.numbers.append(number)
            plan.count += number > 0
            plan.bad += number == BAD
        return plan

    def _number(self, row: Row) -> int:
        """What stands for the row in the plan."""
        for column, guess in self._guesses.items():
            guess.see(row.cells[column])
        number, problems = self.problems(row)
        if not problems:
            return number if self._shard is None or self._shard.has(number) else ELSEWHERE
        self._plan.wrong += 1
        room = MOST_PROBLEMS - len(self._plan.problems)
        self._plan.problems += problems[: max(room, 0)]
        # A wrong row may have no number: its place says whose it is.
        return BAD if self._shard is None or self._shard.has_place(row.number) else ELSEWHERE

    def problems(self, row: Row) -> tuple[int, list[Problem]]:
        """The row's number, 0 for none, and what is wrong with the row."""
        mapping = self._plan.mapping
        values, problems = mapping.values(row, mapping.targets)
        number = as_int(values.get(NUMBER))
        return number, problems + self._of_the_whole(row, number)

    def _of_the_whole(self, row: Row, number: int) -> list[Problem]:
        """What is wrong with no single value."""
        found = [Problem(row, "the row", surplus(row))] if row.surplus else []
        first = self._seen.setdefault(number, row.number) if number else row.number
        if first != row.number:
            reason = f"+{number} stands in row {first} already"
            found.append(Problem(row, self._number_column, reason))
        return found


def _refuse_required(fields: Sequence[Record], targets: Mapping[str, str]) -> None:
    """A field that every contact must have, and no column has, would be refused row by row."""
    missing = [
        str(each["tag"])
        for each in fields
        if each.get("required")
        and each.get("default_value") is None
        and each["tag"] not in targets.values()
    ]
    if missing:
        raise Usage(
            f"every contact of the list must have {', '.join(missing)}, and no column has it",
            hint="--map COLUMN=TAG says which column that is",
        )


def _refused_doubles(targets: Mapping[str, str]) -> Mapping[str, str]:
    keys = list(targets.values())
    for column, key in targets.items():
        if keys.count(key) > 1:
            raise Usage(f"several columns go to {key}, one of them {column!r}")
    return targets


def _unknown_targets(targets: Mapping[str, str], fields: Sequence[Record]) -> list[str]:
    known = {NUMBER, SUBSCRIBED, *(str(each["tag"]) for each in fields)}
    return [column for column, key in targets.items() if key not in known]


def _value(key: str, text: str, fields: Mapping[str, Record], region: str | None) -> Any:
    """A cell as the API wants it; None for an empty one."""
    if key == NUMBER:
        return e164(text, region)
    if key == SUBSCRIBED:
        return _subscribed(text)
    if text.strip():
        return fieldvalues.typed(fields[key], text)
    if fields[key].get("required"):
        raise Usage("is required, and empty here")
    return None


def _subscribed(text: str) -> bool | None:
    if not text.strip():
        return None
    try:
        return fieldvalues.boolean(text)
    except ValueError as error:
        raise Usage(f"{text!r} {error}") from error
