"""Names of records for prompts, as people do not know ids."""

from smsgw_cli.cli.resource import Resource
from smsgw_cli.cli.session import Session
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import MOBILE_NUMBER

NAMES = ("name", "label", "value", MOBILE_NUMBER, "number", "code", "to")


def title(session: Session, resource: Resource, identity: int) -> str:
    """`contact list 1 (Customers)`. Raises what reading it raises, but for a missing one."""
    name = name_of(session, resource, identity)
    return f"{resource.noun} {identity}" + (f" ({name})" if name else "")


def name_of(session: Session, resource: Resource, identity: int) -> str:
    """What people know a record by; empty if it is missing, or cannot be read alone, as a call."""
    try:
        record = session.api.get(f"{resource.path}/{identity}")
    except SmsgwError as error:
        if error.status in (404, 405):
            return ""
        raise
    names = (*resource.names(record), *(str(record[key]) for key in NAMES if record.get(key)))
    return next(iter(names), "")
