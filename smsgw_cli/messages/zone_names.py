"""Another name of a send's time zone, for servers with an older or newer list of them."""

from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import Record
from smsgw_cli.sms.zones import renamed

INVALID = 422


def renamed_zone(body: Record, error: SmsgwError | None) -> Record | None:
    """The body with the older or newer name of its zone, if nothing else was refused; else None."""
    if error is None or error.status != INVALID or {*(error.errors or {})} != {"timezone"}:
        return None
    name = renamed(str(body.get("timezone")))
    return {**body, "timezone": name} if name else None
