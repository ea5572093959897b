"""What the page shows: the state of one token."""

from typing import Protocol

from smsgw_cli.sandbox.live import Live
from smsgw_cli.sandbox.store import Store


class State(Protocol):
    """A gateway's file, the keys in use, its clock, and how far its log of requests has come."""

    @property
    def store(self) -> Store: ...

    @property
    def live(self) -> Live: ...

    def now(self) -> int:
        """Milliseconds since 1970 on the gateway's clock."""

    def catch_up(self) -> object:
        """Take over what is set, and start what is due."""

    def last_request(self) -> object:
        """Anything that differs after a further request has been logged."""
