"""The one table of what the answer to a request means, for single requests and bulk work alike."""

import re
from collections.abc import Callable, Collection
from enum import Enum
from typing import NamedTuple

LONGEST_RETRY_AFTER = 300.0  # seconds; a server that asks for more is not waited for


class Disposition(Enum):
    """What became of a request, and what may be done about it."""

    DONE = "it was carried out"
    REFUSED = "the server does not accept these values"
    RETRY = "it was not processed, or is idempotent: it may be repeated"
    UNKNOWN = "it may or may not have been carried out, and must not be repeated"
    ABORT = "it was not carried out, and neither will others like it be"


class FailureKind(Enum):
    """Why a request got no answer."""

    NOT_CONNECTED = "no connection"  # refused or unknown host: the request did not reach the server
    TIMEOUT = "timeout"  # the request may have been processed
    DROPPED = "connection lost"  # likewise
    TOO_LARGE = "response too large"  # likewise
    UNTRUSTED = "certificate not trusted"  # no wait will make it trusted
    UNSENDABLE = "request cannot be sent"  # a mistake in the request, or of ours


class Body(Enum):
    """What an answer has for content."""

    NONE = "nothing"
    RECORD = "a JSON object with an id"
    JSON = "other JSON"
    OTHER = "something else, such as the page of a login portal"


class Intent(Enum):
    """What a request is to do."""

    READ = "read a list, or anything"
    FETCH = "read one record"
    UPDATE = "replace a record"
    DELETE = "delete a record"
    CREATE = "create a record, which the answer shows"
    CHANGE = "change something, such as a send; the answer may be any JSON, or nothing"

    @property
    def is_idempotent(self) -> bool:
        """Whether doing it twice is the same as doing it once (RFC 9110, 9.2.2)."""
        return self not in ONCE


ONCE = frozenset({Intent.CREATE, Intent.CHANGE})
IDEMPOTENT = frozenset(Intent) - ONCE
ANY = frozenset(Intent)

JSON_OR_NOTHING = frozenset({Body.NONE, Body.RECORD, Body.JSON})
RECORD = frozenset({Body.RECORD})
ACCEPTED = {  # the content of an answer that says it was done
    Intent.READ: JSON_OR_NOTHING,
    Intent.FETCH: RECORD,
    Intent.UPDATE: JSON_OR_NOTHING,
    Intent.DELETE: JSON_OR_NOTHING,
    Intent.CREATE: RECORD,
    Intent.CHANGE: JSON_OR_NOTHING,
}
INTENTS = {  # of a method, where nothing else is known
    "GET": Intent.READ,
    "HEAD": Intent.READ,
    "OPTIONS": Intent.READ,
    "PUT": Intent.UPDATE,
    "DELETE": Intent.DELETE,
}


def intent_of(method: str) -> Intent:
    return INTENTS.get(method, Intent.CHANGE)


class Answer(NamedTuple):
    """What came of a request: an HTTP `status`, or the `failure` that kept it away.

    `retry_after` is in seconds. `redirect` is the path a redirect leads to, None for none.
    """

    status: int | None = None
    failure: FailureKind | None = None
    retry_after: float | None = None
    redirect: str | None = None
    body: Body = Body.NONE


Condition = Callable[[Intent, Answer], bool]


class Row(NamedTuple):
    """What one kind of answer means to some kinds of requests."""

    of: Collection[int | FailureKind]
    to: frozenset[Intent]
    means: Disposition
    when: Condition = lambda _, __: True


def _is_accepted(intent: Intent, answer: Answer) -> bool:
    return answer.body in ACCEPTED[intent]


def _is_redirect(_: Intent, answer: Answer) -> bool:
    return answer.redirect is not None


def _is_to_login(_: Intent, answer: Answer) -> bool:
    return bool(answer.redirect and LOGIN.search(answer.redirect))


def _says_when(_: Intent, answer: Answer) -> bool:
    return answer.retry_after is not None


def _takes_too_long(_: Intent, answer: Answer) -> bool:
    return (answer.retry_after or 0.0) > LONGEST_RETRY_AFTER


LOGIN = re.compile(r"/(login|signin|sign-in|auth)\b")
SUCCESS = range(200, 300)
SERVER_ERRORS = range(500, 600)
NOT_PROCESSED = frozenset({425, 429})
PASSING = frozenset({408, 500, 502, 503, 504})
REFUSALS = frozenset({400, 409, 413, 422})

# The first row that fits counts.
TABLE = (
    # --- No answer.
    # The connection was never made, so nothing was sent.
    Row({FailureKind.NOT_CONNECTED}, ANY, Disposition.RETRY),
    # RFC 9110, 9.2.2: what is idempotent may be repeated after a failure of communication, and
    # nothing else may, unless it is known that the request was not applied.
    Row({FailureKind.TIMEOUT, FailureKind.DROPPED}, IDEMPOTENT, Disposition.RETRY),
    Row({FailureKind.TIMEOUT, FailureKind.DROPPED}, ONCE, Disposition.UNKNOWN),
    # It would be as large again; and whatever it said, the request had been handled.
    Row({FailureKind.TOO_LARGE}, ONCE, Disposition.UNKNOWN),
    Row(frozenset(FailureKind), ANY, Disposition.ABORT),
    # --- Success: RFC 9110, 15.3, and the content that the reference documents. The page of a
    # portal or of another site (RFC 6585, 6) has a status of 200 as well, and did nothing; but
    # behind a proxy that rewrites answers the request may have been carried out.
    Row(SUCCESS, ANY, Disposition.DONE, _is_accepted),
    Row(SUCCESS, IDEMPOTENT, Disposition.ABORT),
    Row(SUCCESS, ONCE, Disposition.UNKNOWN),
    # --- Redirects, where they were not followed.
    # Laravel, "Authentication": who is not authenticated is sent to the route `login`.
    Row(range(300, 400), ANY, Disposition.ABORT, _is_to_login),
    # RFC 9110, 15.4.2 to 15.4.4: many a server answers a form that it accepted with these.
    Row({301, 302, 303}, ONCE, Disposition.UNKNOWN, _is_redirect),
    # RFC 9110, 15.4.8 and 15.4.9: to be made again elsewhere, so it was not processed here.
    Row(range(300, 400), ANY, Disposition.ABORT),
    # --- Not processed. RFC 6585, 4, and Laravel, "Routing: Rate Limiting": 429 comes from the
    # middleware before the route. RFC 8470, 5.2: 425 is sent instead of processing.
    Row(NOT_PROCESSED, ANY, Disposition.ABORT, _takes_too_long),
    Row(NOT_PROCESSED, ANY, Disposition.RETRY),
    # Laravel, "Maintenance Mode" (`down --retry`): 503 with Retry-After comes from the
    # middleware before the route. RFC 9110, 15.6.4.
    Row({503}, ONCE, Disposition.ABORT, lambda *of: _says_when(*of) and _takes_too_long(*of)),
    Row({503}, ONCE, Disposition.RETRY, _says_when),
    # --- Perhaps processed. nginx, proxy_read_timeout and fastcgi_read_timeout: 504 and 502 say
    # nothing of what the application behind it did or still does; PHP may end with 500 after it
    # has written. RFC 9110, 15.5.9: 408, the request did not arrive whole in time.
    Row(PASSING, IDEMPOTENT, Disposition.ABORT, _takes_too_long),
    Row(PASSING, IDEMPOTENT, Disposition.RETRY),
    Row(SERVER_ERRORS, IDEMPOTENT, Disposition.ABORT),  # such as 501 and 505: it stays so
    Row({408, *SERVER_ERRORS}, ONCE, Disposition.UNKNOWN),
    # --- Refused: RFC 9110, 15.5.1, 15.5.10, 15.5.14; 422 is Laravel, "Validation".
    Row(REFUSALS, ANY, Disposition.REFUSED),
    # RFC 9110, 15.5.5. What is to be deleted is gone; a record that is gone cannot be changed.
    Row({404}, frozenset({Intent.DELETE}), Disposition.DONE),
    Row({404}, IDEMPOTENT, Disposition.REFUSED),
    # --- Everything else, such as 401, 403 and 405, is about all requests of the kind.
    Row(range(1_000), ANY, Disposition.ABORT),
)


def disposition(intent: Intent, answer: Answer) -> Disposition:
    """What an answer means to a request with that intent."""
    came = answer.failure or answer.status
    return next(
        row.means
        for row in TABLE
        if came in row.of and intent in row.to and row.when(intent, answer)
    )
