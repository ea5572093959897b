"""All errors shown to users, with their exit codes.

An error has a `message`, a `hint` and, from the server, an HTTP `status` and `errors` per field.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class SmsgwError(Exception):
    """A failure not covered by a more specific class."""

    kind = "failed"
    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        status: int | None = None,
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status
        self.errors = errors

    def as_dict(self) -> dict[str, Any]:
        """The error as a JSON object."""
        return {
            "kind": self.kind,
            "message": self.message,
            "status": self.status,
            "errors": self.errors,
            "hint": self.hint,
        }


class Usage(SmsgwError):
    """The command line or an input file is invalid; nothing was sent."""

    kind = "usage"
    exit_code = 2


class Withheld(Usage):
    """The guard did not let a send out, as it has numbers that must not be contacted."""


class Auth(SmsgwError):
    """No profile, no token, or a token that the server does not accept."""

    kind = "auth"
    exit_code = 3


class NotFound(SmsgwError):
    """A record was not found by id or name."""

    kind = "not_found"
    exit_code = 4


class Rejected(SmsgwError):
    """The server rejected the values."""

    kind = "rejected"
    exit_code = 5


class Unavailable(SmsgwError):
    """The server was unavailable; nothing was changed, and retrying is safe."""

    kind = "unavailable"
    exit_code = 6


class Incomplete(Unavailable):
    """A list that could not be proven to be complete and current, so nothing was decided by it."""

    def as_partial(self) -> "Partial":
        """The error of a command that has shown the records it got."""
        return Partial(self.message, hint=self.hint)


class Partial(SmsgwError):
    """Only part of a command's work was done."""

    kind = "partial"
    exit_code = 7


class Unknown(SmsgwError):
    """A request may or may not have been carried out; it is never retried automatically."""

    kind = "unknown"
    exit_code = 8


class Contradictory(Unknown):
    """A response that reports success by its status and an error by its content.

    Then nothing but the record itself shows that the request was carried out, and nothing that it
    was not.
    """


class Pending(SmsgwError):
    """A campaign did not finish before the timeout."""

    kind = "pending"
    exit_code = 9


class QueryFailed(SmsgwError):
    """A valid --query cannot be applied to `data` from the server."""

    def __init__(self, message: str, data: Any) -> None:
        super().__init__(message)
        self.data = data


class Interrupted(SmsgwError):
    """The user stopped the command."""

    kind = "interrupted"
    exit_code = 130
