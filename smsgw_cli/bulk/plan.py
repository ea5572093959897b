"""What an import of contacts would do: every row checked before anything is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smsgw_cli import fieldvalues
from smsgw_cli.bulk.mapping import NUMBER, SUBSCRIBED, field_for, map_columns
from smsgw_cli.bulk.rows import Row, Sheet
from smsgw_cli.errors import Usage
from smsgw_cli.numbers import e164
from smsgw_cli.resource import Record


@dataclass(frozen=True)
class Contact:
    """A row that can be sent: the body of `POST /contact-lists/{id}/contacts`."""

    row: Row
    body: Record


@dataclass(frozen=True)
class Problem:
    """A row that cannot, and why."""

    row: Row
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row.number}, {self.column}: {self.reason}"


@dataclass(frozen=True)
class Plan:
    """What an import would do: fields to make, contacts to create, rows that are wrong."""

    targets: Mapping[str, str]
    new_fields: tuple[Record, ...]
    contacts: tuple[Contact, ...]
    problems: tuple[Problem, ...]


def plan(
    sheet: Sheet,
    fields: Sequence[Record],
    given: Mapping[str, str],
    *,
    create_fields: bool = False,
    ignore_extra: bool = False,
    region: str | None = None,
) -> Plan:
    """Check every row before anything is sent.

    Raises Usage where the columns themselves do not fit; what is wrong with rows stands in
    the plan's problems.
    """
    targets, extra = map_columns(sheet.columns, fields, given, ignore_extra=ignore_extra)
    made = [*_unknown_targets(targets, fields), *extra]
    if made and not create_fields:
        raise Usage(
            f"no field of the list fits the columns: {', '.join(made)}",
            hint="--create-fields makes fields for them, --ignore-extra leaves them out, "
            "--map COLUMN=TAG says where one goes",
        )
    new = {column: _new_field(sheet, column, targets.get(column)) for column in made}
    targets |= {column: str(each["tag"]) for column, each in new.items()}
    by_tag = {str(each["tag"]): each for each in [*fields, *new.values()]}
    checked = list(_checked(sheet.rows, targets, by_tag, region))
    return Plan(
        targets,
        tuple(new.values()),
        tuple(each for each in checked if isinstance(each, Contact)),
        tuple(each for each in checked if isinstance(each, Problem)),
    )


def _unknown_targets(targets: Mapping[str, str], fields: Sequence[Record]) -> list[str]:
    known = {NUMBER, SUBSCRIBED, *(str(each["tag"]) for each in fields)}
    return [column for column, key in targets.items() if key not in known]


def _new_field(sheet: Sheet, column: str, tag: str | None) -> Record:
    made = field_for(column, [row.cells[column] for row in sheet.rows])
    return {**made, "tag": tag} if tag else made


def _checked(
    rows: Sequence[Row],
    targets: Mapping[str, str],
    fields: Mapping[str, Record],
    region: str | None,
) -> Iterator[Contact | Problem]:
    seen: dict[str, int] = {}
    number_column = next(column for column, key in targets.items() if key == NUMBER)
    for row in rows:
        body, problems = _body(row, targets, fields, region)
        yield from problems
        number = body.get(NUMBER)
        if number in seen:
            reason = f"{number} stands in row {seen[number]} already"
            yield Problem(row, number_column, reason)
        elif not problems:
            yield Contact(row, body)
        if number:
            seen.setdefault(number, row.number)


def _body(
    row: Row, targets: Mapping[str, str], fields: Mapping[str, Record], region: str | None
) -> tuple[Record, list[Problem]]:
    """The contact of a row, and what is wrong with it."""
    body: Record = {}
    problems: list[Problem] = []
    for column, key in targets.items():
        try:
            value = _value(key, row.cells[column], fields, region)
        except Usage as error:
            problems.append(Problem(row, column, error.message))
            continue
        if value is not None:
            body[key] = value
    return body, problems


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
