"""The plan of an import: every row is checked before anything is sent."""

from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from smsgw_cli.contacts.field_types import TypeInference
from smsgw_cli.contacts.job_spec import JobSpec
from smsgw_cli.contacts.row_converter import RowConverter
from smsgw_cli.contacts.validate import RowValidator
from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, WITH_OPTIONS, ContactField, Record
from smsgw_cli.sms.numbers import known_region
from smsgw_cli.tables.column_map import OWN, refuse_duplicates
from smsgw_cli.tables.mapping import MappedColumns, field_for, map_columns, tag_for
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.tables.rejects import Problem
from smsgw_cli.tables.shard import Shard

MOST_PROBLEMS = 10_000  # problems kept in detail; the rest is only counted
ROWS_BETWEEN_SHOWS = 5_000
OTHER_SHARD, INVALID = 0, -1  # in place of the number of a row that is not to be sent

Show = Callable[[int], None]
"""Takes the number of rows checked."""


@dataclass
class Plan:
    """The fields to create and the rows to send.

    `numbers` has an entry for each row number of the file: E.164 digits as an integer, INVALID or
    OTHER_SHARD. Of the rows of this shard, `count` can be sent and `invalid` cannot;
    `invalid_in_file` are those of the whole file, the first with their `problems`.
    """

    table: Table
    mapping: RowConverter
    new_fields: tuple[ContactField, ...] = ()
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    count: int = 0
    invalid: int = 0
    invalid_in_file: int = 0
    problems: list[Problem] = field(default_factory=list)

    def bodies(self, wanted: Container[int] | None = None) -> Iterator[tuple[Row, int, Record]]:
        """Each valid row with its number (E.164 digits as an integer) and the contact in the API's
        form; only those of `wanted` row numbers, if given."""
        others = {c: key for c, key in self.mapping.targets.items() if key != MOBILE_NUMBER}
        for row in self.table.rows():
            number = self.numbers[row.number] if row.number < len(self.numbers) else INVALID
            if number > 0 and (wanted is None or row.number in wanted):
                values, _ = self.mapping.values(row, others)
                yield row, number, {MOBILE_NUMBER: f"+{number}", **values}

    def checked(self) -> Iterator[tuple[Row, list[Problem]]]:
        """All rows again, with their problems."""
        validator = RowValidator(self.mapping)
        for row in self.table.rows():
            yield row, validator.problems(row)[1]

    def failed_rows(self, failures: Mapping[int, str]) -> Iterator[tuple[Row, str]]:
        """Invalid rows and those the server refused, each with the reason.

        `failures` has the server's messages by row number.
        """
        rows = self.checked() if self.invalid else ((row, []) for row in self.table.rows())
        for row, problems in rows:
            if row.number in failures:
                yield row, failures[row.number]
            elif problems and self.numbers[row.number] == INVALID:
                yield row, "; ".join(f"{each.column}: {each.reason}" for each in problems)


def plan(
    table: Table,
    fields: Sequence[ContactField],
    spec: JobSpec,
    *,
    region: str | None = None,
    show: Show = lambda _: None,
) -> Plan:
    """Check every row of a table. `region` is the default of that in the spec.

    Raises Usage if the columns do not match the fields; problems of rows are in the plan.
    """
    region = spec.region or region
    columns = map_columns(table.columns, fields, spec.given, ignore_extra=spec.ignore_extra)
    by_tag = _by_tag(fields)
    table.refuse_unusable([*columns.keys, *columns.rest])
    _refuse_other_types(columns, by_tag)
    new_columns = [*_unknown_targets(columns, by_tag), *columns.rest]
    _refuse_new(new_columns, spec)
    _refuse_required(fields, columns.keys)
    known_region(region)
    declared = {c: _declared(c, columns) for c in new_columns if c in columns.kinds}
    inferred = [column for column in new_columns if column not in declared]
    inferences = {column: TypeInference(column, columns.keys.get(column)) for column in inferred}
    known = {column: key for column, key in columns.keys.items() if column not in inferences}
    first = RowConverter(known, {**by_tag, **_by_tag(declared.values())}, region)
    found = _Builder(Plan(table, first), inferences, spec.part).plan(show)
    new = [declared.get(c) or inferences[c].field() for c in new_columns]
    targets = {**columns.keys, **{column: tag_for(column) for column in columns.rest}}
    refuse_duplicates(targets)
    found.mapping = RowConverter(targets, {**by_tag, **_by_tag(new)}, region, spec.clears_empty)
    found.new_fields = tuple(new)
    return found


class _Builder:
    """Reads a file once: numbers, problems, and types of new columns."""

    def __init__(
        self, plan: Plan, inferences: Mapping[str, TypeInference], shard: Shard | None
    ) -> None:
        self._plan = plan
        self._inferences = inferences
        self._shard = shard
        self._validator = RowValidator(plan.mapping)

    def plan(self, show: Show) -> Plan:
        plan = self._plan
        for row in plan.table.rows():
            number = self._number(row)
            plan.numbers.extend([OTHER_SHARD] * (row.number - len(plan.numbers)))
            plan.numbers.append(number)
            plan.count += number > 0
            plan.invalid += number == INVALID
            if row.number % ROWS_BETWEEN_SHOWS == 0:
                show(row.number)
        return plan

    def _number(self, row: Row) -> int:
        """The row's entry in `Plan.numbers`."""
        for column, inference in self._inferences.items():
            inference.observe(row.cells[column])
        number, problems = self._validator.problems(row)
        if not problems:
            return number if self._shard is None or self._shard.has(number) else OTHER_SHARD
        self._plan.invalid_in_file += 1
        room = MOST_PROBLEMS - len(self._plan.problems)
        self._plan.problems += problems[: max(room, 0)]
        # An invalid row may have no number, so its position selects the shard.
        return INVALID if self._shard is None or self._shard.has_row(row.number) else OTHER_SHARD


def _refuse_new(columns: Sequence[str], spec: JobSpec) -> None:
    if columns and not spec.create_fields:
        raise Usage(
            f"no field for the columns: {', '.join(columns)}",
            hint="use --create-fields to create fields, --ignore-extra to ignore them, or "
            "--map COLUMN=TARGET to map one",
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
            hint="map a column with --map COLUMN=TARGET",
        )


def _unknown_targets(columns: MappedColumns, fields: Mapping[str, ContactField]) -> list[str]:
    """The columns of fields that the list does not have."""
    return [
        column
        for column, key in columns.keys.items()
        if key not in fields and (key not in OWN or column in columns.kinds)
    ]


def _refuse_other_types(columns: MappedColumns, fields: Mapping[str, ContactField]) -> None:
    """Raise Usage for a field whose type is not the declared one."""
    for column, kind in columns.kinds.items():
        field = fields.get(columns.keys[column])
        if field is not None and field.get("type") != kind:
            raise Usage(
                f"--map {column}: the type of the field {field['tag']} is {field.get('type')}, "
                f"not {kind}"
            )


def _declared(column: str, columns: MappedColumns) -> ContactField:
    """The field to create for a column with a declared type."""
    kind = columns.kinds[column]
    if kind in WITH_OPTIONS:
        raise Usage(
            f"--map {column}: a field of type {kind} needs its options",
            hint="create it with 'smsgw fields create' and --option",
        )
    return field_for(column, columns.keys[column], kind)


def _by_tag(fields: Iterable[ContactField]) -> dict[str, ContactField]:
    return {str(each["tag"]): each for each in fields}
