"""Every failure a user can meet, with its exit code.

An error carries what happened (`message`), what to do next (`hint`), and where the
server said more, its HTTP `status` and its messages per field (`errors`).
"""

from collections.abc import Mapping, Sequence
from typing import Any


class SmsgwError(Exception):
    """Something went wrong that the table below does not name more closely."""

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
        """The error as scripts read it."""
        return {
            "kind": self.kind,
            "message": self.message,
            "status": self.status,
            "errors": self.errors,
            "hint": self.hint,
        }


class Usage(SmsgwError):
    """The command line or an input file is wrong; nothing was sent."""

    kind = "usage"
    exit_code = 2


class Auth(SmsgwError):
    """No profile, no token, or a token the server does not accept."""

    kind = "auth"
    exit_code = 3


class NotFound(SmsgwError):
    """The server has no such thing, or a name matches nothing."""

    kind = "not_found"
    exit_code = 4


class Rejected(SmsgwError):
    """The server refused the values."""

    kind = "rejected"
    exit_code = 5


class Unavailable(SmsgwError):
    """The server could not be asked; nothing was changed, so it may be asked again."""

    kind = "unavailable"
    exit_code = 6


class Partial(SmsgwError):
    """A command for many things did some of them and not all."""

    kind = "partial"
    exit_code = 7


class Unknown(SmsgwError):
    """A request may or may not have been carried out, and is never repeated by itself."""

    kind = "unknown"
    exit_code = 8


class Pending(SmsgwError):
    """What was waited for did not finish in time."""

    kind = "pending"
    exit_code = 9


class Interrupted(SmsgwError):
    """The user stopped the command."""

    kind = "interrupted"
    exit_code = 130
