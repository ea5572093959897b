"""Checks that sending servers are enabled; the API returns nothing else about their state."""

from collections.abc import Iterator

from smsgw_cli.fleet.context import CheckContext, selected
from smsgw_cli.fleet.measurement import Finding, Measurement, Status, Subject
from smsgw_cli.model import is_off


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """`enabled` in `GET /sending-servers`. Raises NotFound, NothingToCheck, and what reading
    raises."""
    for server in selected(context, context.api.pages("sending-servers"), "sending server"):
        subject = Subject("sending server", server["id"], str(server.get("name") or ""))
        is_disabled = is_off(server.get("enabled"))
        found = (Status.CRITICAL, "disabled") if is_disabled else (Status.OK, "enabled")
        yield Finding(*found, subject)
