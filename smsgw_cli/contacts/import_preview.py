"""The preview of an import: how the file was read, counts, first contacts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from smsgw_cli.contacts.contact_index import ContactIndex
from smsgw_cli.contacts.job_spec import UPDATE
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.contacts.sync.diff import assigned
from smsgw_cli.model import MOBILE_NUMBER, Record

MOST_CONTACTS = 1_000
CODECS = {"utf-8-sig": "utf-8"}  # Python's names of encodings that have usual ones


@dataclass(frozen=True)
class ImportPreview:
    """The preview of a plan: `index` has the contacts on the list, `existing` is what becomes of
    them, as in the spec."""

    plan: Plan
    index: ContactIndex
    existing: str

    @cached_property
    def counts(self) -> dict[str, int]:
        """The numbers of rows that can be sent: all, those to create, and others by `existing`."""
        numbers = (each for each in self.plan.numbers if each > 0)
        known = sum(self.index.id_of(each) is not None for each in numbers)
        return {"rows": self.plan.count, "create": self.plan.count - known, self.existing: known}

    @property
    def detected(self) -> Record:
        """How the file was read; the names are JSON keys, and unknown values are omitted."""
        table, region = self.plan.table, self.plan.mapping.region
        encoding = table.source.encoding
        facts = {
            "encoding": CODECS.get(encoding, encoding),
            "delimiter": None if table.source.is_workbook else table.dialect.delimiter,
            "header": table.dialect.skipped + 1,
            "region": region,
            "numbers": self.plan.kinds.as_record(),
        }
        return {name: value for name, value in facts.items() if value is not None}

    @property
    def mapping(self) -> dict[str, str | None]:
        """The key of a contact that each column of the file fills; None if it is ignored."""
        return {each: self.plan.mapping.targets.get(each) for each in self.plan.table.columns}

    def lines(self) -> Iterator[str]:
        """The contacts that would be written, as lines of a diff: `+ +12025550123 city=Köln`."""
        for _, number, body in self.plan.bodies():
            is_known = self.index.id_of(number) is not None
            if not is_known or self.existing == UPDATE:
                values = (assigned(*each) for each in body.items() if each[0] != MOBILE_NUMBER)
                sign = "~" if is_known else "+"
                yield f"{sign} {body[MOBILE_NUMBER]} {', '.join(values)}".rstrip()

    def as_record(self) -> Record:
        """The preview as a JSON object."""
        contacts = (body for _, _, body in self.plan.bodies())
        return {
            **self.counts,
            "bad": self.plan.invalid_in_file,
            "problems": [str(problem) for problem in self.plan.problems],
            "fields": self.plan.new_fields,
            "contacts": list(islice(contacts, MOST_CONTACTS)),
            "detected": {**self.detected, "kinds": self.plan.kinds.as_record()},
            "mapping": self.mapping,
        }
