"""The import of contacts carried out, row by row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from smsgw_cli.bulk import plan as planning
from smsgw_cli.bulk import rejects, rows
from smsgw_cli.bulk.mapping import NUMBER
from smsgw_cli.bulk.plan import Contact, Plan, Problem
from smsgw_cli.bulk.rows import Sheet
from smsgw_cli.errors import Interrupted, Partial, Rejected, SmsgwError
from smsgw_cli.resource import Listing, Record

GO_ON = "run the same command again: contacts that are on the list already are skipped"


class Api(Listing, Protocol):
    """What an import needs of the API's client."""

    def create(self, path: str, body: Record) -> Record: ...


@dataclass
class Report:
    """How far an import has come."""

    rows: int
    fields_created: int = 0
    created: int = 0
    skipped: int = 0
    failed: list[Problem] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.created + self.skipped + len(self.failed)

    def as_dict(self) -> dict[str, int]:
        """The counts, as scripts read them."""
        return {
            "rows": self.rows,
            "fields_created": self.fields_created,
            "created": self.created,
            "skipped": self.skipped,
            "failed": len(self.failed),
        }


class Imports:
    """Imports into contact lists; `region` is the country of numbers without a leading +."""

    def __init__(self, region: str | None) -> None:
        self._region = region

    def read(self, name: str, encoding: str | None) -> Sheet:
        """A file as a sheet; `-` is standard input. Raises Usage if it is none."""
        return rows.read(name, encoding)

    def plan(
        self,
        api: Api,
        contact_list: int,
        sheet: Sheet,
        given: Mapping[str, str],
        *,
        create_fields: bool,
        ignore_extra: bool,
        region: str | None = None,
    ) -> Plan:
        """What importing the sheet would do. Raises what `plan.plan` raises."""
        fields = list(api.pages(f"contact-lists/{contact_list}/fields"))
        return planning.plan(
            sheet,
            fields,
            given,
            create_fields=create_fields,
            ignore_extra=ignore_extra,
            region=region or self._region,
        )

    def new_report(self, plan: Plan) -> Report:
        return Report(rows=len(plan.contacts))

    def write_rejects(self, file: str, sheet: Sheet, problems: Sequence[Problem]) -> Path:
        """Write the rows that were not imported beside their file. Where that is."""
        path = rejects.beside(file)
        rejects.write(path, sheet, problems)
        return path

    def run(self, api: Api, contact_list: int, plan: Plan, report: Report) -> Iterator[Report]:
        """Carry the plan out; the report after each row.

        Raises what stopped it if nothing was done yet, else Partial or Interrupted, which
        say how to go on.
        """
        try:
            yield from run(api, contact_list, plan, report)
        except SmsgwError as error:
            if not report.done:
                raise
            raise Partial(
                f"{error.message}; {report.done} of {report.rows} rows were done before",
                status=error.status,
                errors=error.errors,
                hint=GO_ON,
            ) from error
        except KeyboardInterrupt:
            raise Interrupted(
                f"stopped after {report.done} of {report.rows} rows", hint=GO_ON
            ) from None


def run(api: Api, contact_list: int, plan: Plan, report: Report) -> Iterator[Report]:
    """Make the missing fields, then create the contacts one by one; the report after each.

    A number the list has already is skipped, so an import that was cut short goes on when
    it is run again. Raises what stops the whole: no connection, no such list, a bad token.
    """
    for each in plan.new_fields:
        api.create(f"contact-lists/{contact_list}/fields", each)
        report.fields_created += 1
    for contact in plan.contacts:
        try:
            api.create(f"contact-lists/{contact_list}/contacts", contact.body)
            report.created += 1
        except Rejected as error:
            if _is_taken(error):
                report.skipped += 1
            else:
                report.failed.append(_refused(contact, plan, error))
        yield report


def _is_taken(error: Rejected) -> bool:
    """Whether the list has the number already (Laravel's message of its `unique` rule)."""
    return any("taken" in message for message in (error.errors or {}).get(NUMBER, ()))


def _refused(contact: Contact, plan: Plan, error: Rejected) -> Problem:
    """What the server says of a row, at the column it is about."""
    for key, messages in (error.errors or {}).items():
        column = next((column for column, target in plan.targets.items() if target == key), key)
        return Problem(contact.row, column, " ".join(messages))
    return Problem(contact.row, "the row", error.message)
