"""The plan of an import: every row is checked before anything is sent."""

from array import array
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from smsgw_cli.contacts.field_plan import TypeInference, new_fields, refuse_missing
from smsgw_cli.contacts.field_values import by_tag
from smsgw_cli.contacts.job_spec import JobSpec
from smsgw_cli.contacts.row_converter import RowConverter, RowValidator
from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, ContactField, Record
from smsgw_cli.sms.notation import notation_of
from smsgw_cli.sms.number_kinds import Kind, KindCounts
from smsgw_cli.sms.number_map import NumberMap, as_text
from smsgw_cli.sms.numbers import kind_of, known_region
from smsgw_cli.sms.same_phone import usual
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.mapping import MappedColumns, map_columns
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.tables.rejects import Problem

MOST_PROBLEMS = 10_000  # problems kept in detail; the rest is only counted
ROWS_BETWEEN_SHOWS = 5_000
OTHER_SHARD, INVALID = 0, -1  # in place of the number of a row that is not to be sent; 0 skips it

Show = Callable[[int], None]
"""Takes the number of rows checked."""


@dataclass
class Plan:
    """The fields to create and the rows to send.

    `final_fields` are what new fields become once the list has its contacts, by tag. With
    `keeps_opt_outs` no contact is subscribed again.

    `numbers` has an entry for each row number of the file: E.164 digits as an integer, INVALID or
    OTHER_SHARD. Of the rows of this shard, `count` can be sent and `invalid` cannot;
    `invalid_in_file` are those of the whole file, the first with their `problems`. `kinds` counts
    its numbers by kind, `landlines` are the phones of rows that are skipped for that. `notes` are
    for the user.
    """

    table: Table
    mapping: RowConverter
    new_fields: tuple[ContactField, ...] = ()
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    count: int = 0
    invalid: int = 0
    invalid_in_file: int = 0
    problems: list[Problem] = field(default_factory=list)
    kinds: KindCounts = field(default_factory=KindCounts)
    landlines: NumberMap = field(default_factory=NumberMap)
    notes: list[str] = field(default_factory=list)
    final_fields: Mapping[str, ContactField] = field(default_factory=dict)
    keeps_opt_outs: bool = False

    def bodies(self, wanted: Container[int] | None = None) -> Iterator[tuple[Row, int, Record]]:
        """Each valid row with its number (E.164 digits as an integer) and the contact in the API's
        form; only those of `wanted` row numbers, if given."""
        others = {c: key for c, key in self.mapping.targets.items() if key != MOBILE_NUMBER}
        for row in self.table.rows():
            number = self.numbers[row.number] if row.number < len(self.numbers) else INVALID
            if number > 0 and (wanted is None or row.number in wanted):
                values, _ = self.mapping.values(row, others)
                yield row, number, {MOBILE_NUMBER: as_text(number), **values}

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
    region, own = spec.region or region, by_tag(fields)
    columns = map_columns(
        table.columns,
        fields,
        spec.given,
        ignore_extra=spec.ignore_extra,
        unusable=table.unusable,
    )
    table.refuse_unusable([*columns.keys, *columns.rest])
    new = new_fields(columns, own, may_create=spec.create_fields)
    refuse_missing(fields, columns.keys)
    known_region(region)
    declared = {each.column: each.of_kind(each.kind) for each in new if each.kind}
    first = _converter(table, columns, spec, region)
    created = {each.tag for each in new}
    known = {c: k for c, k in columns.keys.items() if c in declared or k not in created}
    first = replace(first, targets=known, fields={**own, **by_tag(declared.values())})
    inferences = {each.column: TypeInference(first.notation) for each in new if not each.kind}
    found = _Builder(Plan(table, first), inferences, spec).plan(show)
    found.kinds = first.numbers.counts
    found.new_fields = tuple(
        declared.get(each.column) or each.of_kind(inferences[each.column].kind) for each in new
    )
    found.mapping = replace(
        first,
        targets={**columns.keys, **{each.column: each.tag for each in new}},
        fields={**own, **by_tag(found.new_fields)},
        clears_empty=spec.clears_empty,
    )
    found.notes = [*columns.notes, *first.cells.notes]
    return found


def _converter(
    table: Table, columns: MappedColumns, spec: JobSpec, region: str | None
) -> RowConverter:
    """The converter of a file, without its targets and fields."""
    number = next(column for column, key in columns.keys.items() if key == MOBILE_NUMBER)
    notation = notation_of(spec.dates, spec.decimal, region, table.dialect.delimiter)
    notations = {column: notation._replace(dates=each) for column, each in columns.dates.items()}
    cells = CellReader(table.columns, number, table.dialect.delimiter)
    return RowConverter({}, {}, region, cells, notation, notations, allowed=spec.allow)


class _Builder:
    """Reads a file once: numbers, problems, and types of new columns."""

    def __init__(self, plan: Plan, inferences: Mapping[str, TypeInference], spec: JobSpec) -> None:
        self._plan = plan
        self._inferences = inferences
        self._shard = spec.part
        self._skips_landlines = spec.kind_rules.skips_landlines
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
        number, problems = self._validator.problems(row)
        problems += self._observed(row)
        if not problems and self._is_skipped(number):
            return OTHER_SHARD
        if not problems:
            return number if self._shard is None or self._shard.has(number) else OTHER_SHARD
        self._plan.invalid_in_file += 1
        room = MOST_PROBLEMS - len(self._plan.problems)
        self._plan.problems += problems[: max(room, 0)]
        # An invalid row may have no number, so its position selects the shard.
        return INVALID if self._shard is None or self._shard.has_row(row.number) else OTHER_SHARD

    def _is_skipped(self, number: int) -> bool:
        """Whether a number is a landline that is skipped."""
        if not (self._skips_landlines and kind_of(as_text(number)) is Kind.LANDLINE):
            return False
        self._plan.landlines.add(usual(number))
        return True

    def _observed(self, row: Row) -> list[Problem]:
        """The problems of the cells of new columns, whose types are not known yet."""
        problems, text = [], self._plan.mapping.cells.text
        for column, inference in self._inferences.items():
            try:
                inference.observe(text(row, column))
            except Usage as error:
                problems.append(Problem(row, column, error.message))
        return problems
