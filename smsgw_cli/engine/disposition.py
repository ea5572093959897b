"""What became of a request, as an import needs to know it: pure functions of an attempt."""

from enum import Enum
from typing import Protocol

from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import MOBILE_NUMBER, Record

LONGEST_RETRY_AFTER = 300.0  # seconds; whoever asks for more is not waited for


class Attempt(Protocol):
    """A request made once, and what came of it.

    `status` None: no answer came; then `was_sent` says if the request may have arrived.
    `body` is the answer's JSON object, if it was one, `error` what it would be told as.
    `seconds` is how long it took, `remaining` and `most` are what a rate limit said.
    """

    @property
    def status(self) -> int | None: ...
    @property
    def was_sent(self) -> bool: ...
    @property
    def body(self) -> Record | None: ...
    @property
    def error(self) -> SmsgwError | None: ...
    @property
    def seconds(self) -> float: ...
    @property
    def retry_after(self) -> float | None: ...
    @property
    def remaining(self) -> int | None: ...
    @property
    def most(self) -> int | None: ...


class Disposition(Enum):
    """What to do about a request."""

    DONE = "done"
    ALREADY_EXISTS = "the list has the number already"
    REFUSED = "the server does not want these values"
    RETRY = "it was surely not taken, or may be repeated: make it again"
    UNKNOWN = "it may or may not have been carried out"
    ABORT = "no request of this run can succeed"


REFUSALS = frozenset({400, 409, 413, 422})
NOT_TAKEN = frozenset({425, 429})


def classify(method: str, attempt: Attempt) -> Disposition:
    """What an attempt means; only a POST is ever unknown."""
    found = _of_answer(method, attempt) if attempt.status else _of_silence(attempt)
    if found is Disposition.UNKNOWN and method != "POST":
        return Disposition.RETRY
    return found


def _of_silence(attempt: Attempt) -> Disposition:
    if attempt.was_sent:
        return Disposition.UNKNOWN
    # A certificate that is not trusted, a request that cannot be built: no wait mends it.
    lasting = attempt.error is not None and attempt.error.kind != "unavailable"
    return Disposition.ABORT if lasting else Disposition.RETRY


def _of_answer(method: str, attempt: Attempt) -> Disposition:
    status = attempt.status or 0
    if 200 <= status < 300:
        return (
            Disposition.DONE
            if method in ("PUT", "DELETE") or _has_id(attempt)
            else Disposition.UNKNOWN
        )
    if (attempt.retry_after or 0) > LONGEST_RETRY_AFTER:
        return Disposition.ABORT
    if status in NOT_TAKEN or (status == 503 and attempt.retry_after is not None):
        return Disposition.RETRY
    if status in REFUSALS:
        return Disposition.ALREADY_EXISTS if _is_taken(attempt) else Disposition.REFUSED
    if status == 404 and method != "POST":
        return Disposition.DONE if method == "DELETE" else Disposition.REFUSED
    return Disposition.UNKNOWN if status >= 500 or status == 408 else Disposition.ABORT


def _has_id(attempt: Attempt) -> bool:
    """Whether it is a contact: a portal's page with status 200 created nothing."""
    return attempt.body is not None and isinstance(attempt.body.get("id"), int)


def _is_taken(attempt: Attempt) -> bool:
    """Whether the list has the number already (Laravel's message of its `unique` rule)."""
    errors = (attempt.error.errors if attempt.error else None) or {}
    return any("taken" in message for message in errors.get(MOBILE_NUMBER, ()))
