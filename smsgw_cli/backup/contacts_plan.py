"""The contacts of a backup as the plan of an import: as the server had them, nothing converted."""

from array import array
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from smsgw_cli.backup.ndjson import records
from smsgw_cli.contacts.field_values import by_tag
from smsgw_cli.contacts.job_spec import ImportSpec
from smsgw_cli.contacts.jobs import digits_of
from smsgw_cli.contacts.option_values import options_of
from smsgw_cli.contacts.plan import INVALID, OTHER_SHARD, ROWS_BETWEEN_SHOWS, Plan, Show
from smsgw_cli.contacts.report import Report
from smsgw_cli.contacts.row_converter import RowConverter
from smsgw_cli.errors import Usage
from smsgw_cli.model import (
    MOBILE_NUMBER,
    SERVER_KEYS,
    SUBSCRIBED,
    WITH_OPTIONS,
    ContactField,
    Record,
)
from smsgw_cli.output.cells import text
from smsgw_cli.sms.number_map import number_of
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.columns import columns_of
from smsgw_cli.tables.dialect import Dialect
from smsgw_cli.tables.file_copy import opened
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.tables.source import Source, utf8_source

NO_NUMBER = f"{MOBILE_NUMBER}: is missing"


class RestoreReport(Report):
    """Progress of the contacts of a list that is restored."""

    @property
    def how_to_resume(self) -> str:
        return "run the same command again: nothing is done twice"


@dataclass(frozen=True)
class RestoreSpec(ImportSpec):
    """The options of a restore; `saved` is the id of the list in the backup."""

    kind: ClassVar[str] = "restore"
    report: ClassVar[type[Report]] = RestoreReport

    saved: int = 0

    @property
    def rejects_path(self) -> Path:
        """In the working directory: a backup stays as it is."""
        return Path(f"contacts-{self.saved}.rejects.csv")


@dataclass
class ContactsPlan(Plan):
    """The plan of a file of contacts; rows are numbered as its lines."""

    def bodies(self, wanted: Container[int] | None = None) -> Iterator[tuple[Row, int, Record]]:
        """Each contact with its number and the body that creates it."""
        for line, contact in self._contacts():
            if self.numbers[line] > 0 and (wanted is None or line in wanted):
                body = {key: value for key, value in contact.items() if key not in SERVER_KEYS}
                yield Row(line, {}), self.numbers[line], body

    def failed_rows(self, failures: Mapping[int, str]) -> Iterator[tuple[Row, str]]:
        """Contacts without a number and those the server refused, each with the reason."""
        for line, contact in self._contacts():
            reason = NO_NUMBER if self.numbers[line] == INVALID else failures.get(line)
            if reason:
                yield Row(line, {each: text(contact.get(each)) for each in self.columns}), reason

    @property
    def columns(self) -> Sequence[str]:
        return self.table.columns

    def _contacts(self) -> Iterator[tuple[int, Record]]:
        with opened(self.table.source.copy) as file:
            yield from enumerate(records(file, self.table.source.name), start=1)


def plan(
    path: Path,
    digest: str,
    fields: Sequence[ContactField],
    new: Container[str],
    show: Show = lambda _: None,
) -> Plan:
    """The plan of a file of contacts with this digest, and of their fields; `new` are the tags of
    those that are to be created. Raises Usage for a file that has changed, or a line that is no
    record.
    """
    tags = [str(each["tag"]) for each in fields]
    columns = [MOBILE_NUMBER, SUBSCRIBED, *tags]
    table = Table(_source(path, digest), Dialect(), columns_of(columns, ()))
    converter = RowConverter(
        {each: each for each in columns},
        by_tag(fields),
        None,
        CellReader(columns, MOBILE_NUMBER),
    )
    found = ContactsPlan(table, converter, keeps_opt_outs=True)
    found.new_fields = tuple(permissive(each) for each in fields if each["tag"] in new)
    found.final_fields = {str(each["tag"]): final(each) for each in fields}
    found.numbers = array("q", [OTHER_SHARD])
    for line, contact in found._contacts():
        number = number_of(contact) or digits_of(contact)
        found.numbers.append(number or INVALID)
        found.count += number > 0
        found.invalid += not number
        if line % ROWS_BETWEEN_SHOWS == 0:
            show(line)
    return found


def _source(path: Path, digest: str) -> Source:
    """A copy of the file, which is read several times."""
    found = utf8_source(str(path))
    if found.digest != digest:
        raise Usage(f"{path} has changed since it was verified")
    return found


def permissive(field: ContactField) -> ContactField:
    """A field as it is created: it refuses and fills no contact that lacks a value."""
    found: ContactField = {
        "label": str(field.get("label") or field["tag"]),
        "tag": field["tag"],
        "type": field["type"],
        "required": False,
    }
    if field["type"] in WITH_OPTIONS:
        found["options"] = options_of(field)
    return found


def final(field: ContactField) -> ContactField:
    """A field as it is in the backup."""
    found: ContactField = {**permissive(field), "required": bool(field.get("required"))}
    if field.get("default_value") is not None:
        found["default_value"] = field["default_value"]
    return found
