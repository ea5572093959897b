"""The plan of an import: every row is checked before anything is sent."""

from array import array
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from smsgw_cli.contacts.infer import TypeInference
from smsgw_cli.contacts.job_spec import JobSpec
from smsgw_cli.contacts.row_converter import RowConverter
from smsgw_cli.contacts.validate import RowValidator
from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField, Record
from smsgw_cli.sms.numbers import known_region
from smsgw_cli.tables.mapping import map_columns, tag_for
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.tables.rejects import Problem
from smsgw_cli.tables.shard import Shard

MOST_PROBLEMS = 10_000  # problems kept in detail; the rest is only counted
ROWS_BETWEEN_SHOWS = 5_000
ELSEWHERE, BAD = 0, -1  # in place of a row's number: not ours to import, or wrong

Show = Callable[[int], None]
"""Takes how many rows were checked."""


@dataclass
class Plan:
    """What a file comes to: fields to make, and the number of each row, by row number.

    In `numbers` a row has its E.164 digits as an integer, BAD or ELSEWHERE. `count` rows can
    be sent, `bad` ones cannot, of the whole file `wrong` ones; those begin in `problems`.
    """

    table: Table
    mapping: RowConverter
    new_fields: tuple[ContactField, ...] = ()
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    count: int = 0
    bad: int = 0
    wrong: int = 0
    problems: list[Problem] = field(default_factory=list)

    def bodies(self, wanted: Container[int] | None = None) -> Iterator[tuple[Row, int, Record]]:
        """The valid rows with their numbers and contacts in the API's form."""
        others = {c: key for c, key in self.mapping.targets.items() if key != MOBILE_NUMBER}
        for row in self.table.rows():
            number = self.numbers[row.number] if row.number < len(self.numbers) else BAD
            if number > 0 and (wanted is None or row.number in wanted):
                values, _ = self.mapping.values(row, others)
                yield row, number, {MOBILE_NUMBER: f"+{number}", **values}

    def checked(self) -> Iterator[tuple[Row, list[Problem]]]:
        """All rows again, with their problems."""
        check = RowValidator(self.mapping)
        for row in self.table.rows():
            yield row, check.problems(row)[1]

    def failed_rows(self, failures: Mapping[int, str]) -> Iterator[tuple[Row, str]]:
        """The rows that were invalid and those the server refused, each with the reason.

        `failures` has the server's reason by row number.
        """
        rows = self.checked() if self.bad else ((row, []) for row in self.table.rows())
        for row, problems in rows:
            if row.number in failures:
                yield row, failures[row.number]
            elif problems and self.numbers[row.number] == BAD:
                yield row, "; ".join(f"{each.column}: {each.reason}" for each in problems)


def plan(
    table: Table,
    fields: Sequence[ContactField],
    spec: JobSpec,
    *,
    region: str | None = None,
    show: Show = lambda _: None,
) -> Plan:
    """Check every row before anything is sent. `region` is for a wish that names none.

    Raises Usage where the columns themselves do not fit; what is wrong with rows stands in
    the plan's problems.
    """
    region = spec.region or region
    targets, extra = map_columns(table.columns, fields, spec.given, ignore_extra=spec.ignore_extra)
    made = [*_unknown_targets(targets, fields), *extra]
    _refuse_made(made, spec)
    _refuse_required(fields, targets)
    known_region(region)
    guesses = {column: TypeInference(column, targets.get(column)) for column in made}
    known = {column: key for column, key in targets.items() if column not in guesses}
    by_tag = {str(each["tag"]): each for each in fields}
    found = _Reading(Plan(table, RowConverter(known, by_tag, region)), guesses, spec.part).plan(
        show
    )
    new = {column: guess.field() for column, guess in guesses.items()}
    everything = {**targets, **{column: tag_for(column) for column in extra}}
    all_fields = {**by_tag, **{str(each["tag"]): each for each in new.values()}}
    found.mapping = RowConverter(
        _refused_doubles(everything), all_fields, region, spec.clears_empty
    )
    found.new_fields = tuple(new.values())
    return found


class _Reading:
    """One reading of a file: its numbers, its problems, the types of its new columns."""

    def __init__(
        self, plan: Plan, guesses: Mapping[str, TypeInference], shard: Shard | None
    ) -> None:
        self._plan = plan
        self._guesses = guesses
        self._shard = shard
        self._check = RowValidator(plan.mapping)

    def plan(self, show: Show) -> Plan:
        plan = self._plan
        for row in plan.table.rows():
            number = self._number(row)
            plan.numbers.extend([ELSEWHERE] * (row.number - len(plan.numbers)))
            plan.numbers.append(number)
            plan.count += number > 0
            plan.bad += number == BAD
            if row.number % ROWS_BETWEEN_SHOWS == 0:
                show(row.number)
        return plan

    def _number(self, row: Row) -> int:
        """The row's entry in the plan."""
        for column, guess in self._guesses.items():
            guess.see(row.cells[column])
        number, problems = self._check.problems(row)
        if not problems:
            return number if self._shard is None or self._shard.has(number) else ELSEWHERE
        self._plan.wrong += 1
        room = MOST_PROBLEMS - len(self._plan.problems)
        self._plan.problems += problems[: max(room, 0)]
        # A wrong row may have no number: its place says whose it is.
        return BAD if self._shard is None or self._shard.has_place(row.number) else ELSEWHERE


def _refuse_made(made: Sequence[str], spec: JobSpec) -> None:
    if made and not spec.create_fields:
        raise Usage(
            f"no field for the columns: {', '.join(made)}",
            hint="use --create-fields to create fields, --ignore-extra to ignore them, or "
            "--map COLUMN=TAG to map one",
        )


def _refuse_required(fields: Sequence[ContactField], targets: Mapping[str, str]) -> None:
    """Raise Usage for a required field without a column: every row would be rejected."""
    missing = [
        str(each["tag"])
        for each in fields
        if each.get("required")
        and each.get("default_value") is None
        and each["tag"] not in targets.values()
    ]
    if missing:
        raise Usage(
            f"no column for required fields: {', '.join(missing)}",
            hint="map a column with --map COLUMN=TAG",
        )


def _refused_doubles(targets: Mapping[str, str]) -> Mapping[str, str]:
    keys = list(targets.values())
    for column, key in targets.items():
        if keys.count(key) > 1:
            raise Usage(f"more than one column is mapped to {key}, including {column!r}")
    return targets


def _unknown_targets(targets: Mapping[str, str], fields: Sequence[ContactField]) -> list[str]:
    known = {MOBILE_NUMBER, SUBSCRIBED, *(str(each["tag"]) for each in fields)}
    return [column for column, key in targets.items() if key not in known]
