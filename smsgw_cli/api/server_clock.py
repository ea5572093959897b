"""The clock of a server, from the Date of its responses."""

from datetime import UTC, datetime, timedelta

import httpx

from smsgw_cli.api import responses

NO_SKEW = timedelta(seconds=5)  # a Date has whole seconds, and the response took its way


class ServerClock:
    """The `newest` time of a server, and by how far its clock differs from ours (`skew`).

    All clients of the server share it.
    """

    def __init__(self) -> None:
        self.newest: datetime | None = None
        self.skew = timedelta()

    @property
    def now(self) -> datetime:
        """The time by our clock, corrected by how far the server's was off in a response."""
        return datetime.now(UTC) + self.skew

    def note(self, response: httpx.Response) -> None:
        """Learn from a response that has just come."""
        if not (date := responses.server_date(response)):
            return
        self.newest = max(filter(None, (self.newest, date)))
        if not responses.staleness(response, None):
            skew = date - datetime.now(UTC)
            self.skew = skew if abs(skew) > NO_SKEW else timedelta()
