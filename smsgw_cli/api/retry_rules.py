"""The table of what each response means, for single requests and bulk work alike."""

import re
from collections.abc import Callable, Collection
from enum import Enum
from typing import NamedTuple

LONGEST_RETRY_AFTER = 300.0  # seconds; a server that asks for more is not waited for


class Disposition(Enum):
    """What happened to a request, and whether it may be retried."""

    DONE = "carried out"
    REFUSED = "values rejected by the server"
    RETRY = "not processed, or idempotent: may be retried"
    UNKNOWN = "may or may not have been carried out: must not be retried"
    ABORT = "not carried out, and similar requests will fail too"


class FailureKind(Enum):
    """Why a request got no response."""

    NOT_CONNECTED = "no connection"  # refused or unknown host: the request did not reach the server
    TIMEOUT = "timeout"  # the request may have been processed
    DROPPED = "connection lost"  # the request may have been processed
    TOO_LARGE = "response too large"  # the request may have been processed
    PROXY_REFUSED = "refused by the proxy"  # such as a wrong password, which is tried once
    UNTRUSTED = "certificate not trusted"  # a retry does not help
    UNSENDABLE = "request cannot be sent"  # an invalid request, or a bug


class Body(Enum):
    """The kind of content of a response."""

    NONE = "empty"
    RECORD = "a JSON object with an id"
    JSON = "other JSON"
    OTHER = "anything else, such as the page of a login portal"


class Intent(Enum):
    """The purpose of a request."""

    READ = "read a list or other data"
    FETCH = "read one record"
    UPDATE = "replace a record"
    DELETE = "delete a record"
    CREATE = "create a record, which is in the response"
    CHANGE = "another change, such as a send; the response may be any JSON, or empty"

    @property
    def is_idempotent(self) -> bool:
        """Whether a repeated request has the same effect as a single one (RFC 9110, 9.2.2)."""
        return self not in NON_IDEMPOTENT


NON_IDEMPOTENT = frozenset({Intent.CREATE, Intent.CHANGE})
IDEMPOTENT = frozenset(Intent) - NON_IDEMPOTENT
ANY = frozenset(Intent)

JSON_OR_NOTHING = frozenset({Body.NONE, Body.RECORD, Body.JSON})
RECORD = frozenset({Body.RECORD})
ACCEPTED = {  # the content of a successful response
    Intent.READ: JSON_OR_NOTHING,
    Intent.FETCH: RECORD,
    Intent.UPDATE: JSON_OR_NOTHING,
    Intent.DELETE: JSON_OR_NOTHING,
    Intent.CREATE: RECORD,
    Intent.CHANGE: JSON_OR_NOTHING,
}
INTENTS = {  # by method, unless the caller knows better
    "GET": Intent.READ,
    "HEAD": Intent.READ,
    "OPTIONS": Intent.READ,
    "PUT": Intent.UPDATE,
    "DELETE": Intent.DELETE,
}


def intent_of(method: str) -> Intent:
    """The intent of an HTTP method; CHANGE for POST and unknown ones."""
    return INTENTS.get(method, Intent.CHANGE)


class ResponseSummary(NamedTuple):
    """The HTTP `status` of a response, or the `failure` if there was none.

    `retry_after` is in seconds. `redirect` is the path of a redirect, or None.
    """

    status: int | None = None
    failure: FailureKind | None = None
    retry_after: float | None = None
    redirect: str | None = None
    body: Body = Body.NONE


Condition = Callable[[Intent, ResponseSummary], bool]


class Rule(NamedTuple):
    """The disposition of requests with these intents, for these statuses or failures."""

    outcomes: Collection[int | FailureKind]
    intents: frozenset[Intent]
    disposition: Disposition
    condition: Condition = lambda _, __: True


def _is_accepted(intent: Intent, response: ResponseSummary) -> bool:
    return response.body in ACCEPTED[intent]


def _is_redirect(_: Intent, response: ResponseSummary) -> bool:
    return response.redirect is not None


def _is_to_login(_: Intent, response: ResponseSummary) -> bool:
    return bool(response.redirect and LOGIN.search(response.redirect))


def _has_retry_after(_: Intent, response: ResponseSummary) -> bool:
    return response.retry_after is not None


def _has_long_retry_after(_: Intent, response: ResponseSummary) -> bool:
    return (response.retry_after or 0.0) > LONGEST_RETRY_AFTER


LOGIN = re.compile(r"/(login|signin|sign-in|auth)\b")
SUCCESS = range(200, 300)
SERVER_ERRORS = range(500, 600)
NOT_PROCESSED = frozenset({425, 429})
TRANSIENT = frozenset({408, 500, 502, 503, 504})
REFUSALS = frozenset({400, 409, 413, 422})

# The first matching rule applies.
TABLE = (
    # --- No response.
    # Not connected, so nothing was sent.
    Rule({FailureKind.NOT_CONNECTED}, ANY, Disposition.RETRY),
    # RFC 9110, 9.2.2: after a communication failure only idempotent requests may be retried,
    # unless the request is known not to have been applied.
    Rule({FailureKind.TIMEOUT, FailureKind.DROPPED}, IDEMPOTENT, Disposition.RETRY),
    Rule({FailureKind.TIMEOUT, FailureKind.DROPPED}, NON_IDEMPOTENT, Disposition.UNKNOWN),
    # A retry would be as large; the request has been processed.
    Rule({FailureKind.TOO_LARGE}, NON_IDEMPOTENT, Disposition.UNKNOWN),
    Rule(frozenset(FailureKind), ANY, Disposition.ABORT),
    # --- Success: RFC 9110, 15.3, with the content documented in the API reference. The page of
    # a login portal (RFC 6585, 6) has status 200 too, and did nothing; but behind a proxy that
    # rewrites responses the request may have been carried out.
    Rule(SUCCESS, ANY, Disposition.DONE, _is_accepted),
    Rule(SUCCESS, IDEMPOTENT, Disposition.ABORT),
    Rule(SUCCESS, NON_IDEMPOTENT, Disposition.UNKNOWN),
    # --- Redirects that were not followed.
    # Laravel, "Authentication": unauthenticated requests are redirected to the route `login`.
    Rule(range(300, 400), ANY, Disposition.ABORT, _is_to_login),
    # RFC 9110, 15.4.2 to 15.4.4: many servers respond to an accepted form with these.
    Rule({301, 302, 303}, NON_IDEMPOTENT, Disposition.UNKNOWN, _is_redirect),
    # RFC 9110, 15.4.8 and 15.4.9: to be repeated elsewhere, so not processed here.
    Rule(range(300, 400), ANY, Disposition.ABORT),
    # --- Not processed. RFC 6585, 4, and Laravel, "Routing: Rate Limiting": 429 comes from the
    # middleware before the route. RFC 8470, 5.2: 425 is sent instead of processing.
    Rule(NOT_PROCESSED, ANY, Disposition.ABORT, _has_long_retry_after),
    Rule(NOT_PROCESSED, ANY, Disposition.RETRY),
    # Laravel, "Maintenance Mode" (`down --retry`): 503 with Retry-After comes from the
    # middleware before the route. RFC 9110, 15.6.4.
    Rule(
        {503},
        NON_IDEMPOTENT,
        Disposition.ABORT,
        _has_long_retry_after,
    ),
    Rule({503}, NON_IDEMPOTENT, Disposition.RETRY, _has_retry_after),
    # --- Possibly processed. nginx, proxy_read_timeout and fastcgi_read_timeout: after 504 and
    # 502 the application may have processed the request, or still do; PHP may return 500 after
    # its changes. RFC 9110, 15.5.9: 408, the request did not arrive completely in time.
    Rule(TRANSIENT, IDEMPOTENT, Disposition.ABORT, _has_long_retry_after),
    Rule(TRANSIENT, IDEMPOTENT, Disposition.RETRY),
    Rule(SERVER_ERRORS, IDEMPOTENT, Disposition.ABORT),  # such as 501 and 505: permanent
    Rule({408, *SERVER_ERRORS}, NON_IDEMPOTENT, Disposition.UNKNOWN),
    # --- Refused: RFC 9110, 15.5.1, 15.5.10, 15.5.14; 422 is Laravel, "Validation".
    Rule(REFUSALS, ANY, Disposition.REFUSED),
    # RFC 9110, 15.5.5: a missing record is already deleted, and cannot be changed.
    Rule({404}, frozenset({Intent.DELETE}), Disposition.DONE),
    Rule({404}, IDEMPOTENT, Disposition.REFUSED),
    # --- Everything else, such as 401, 403 and 405, affects all similar requests.
    Rule(range(1_000), ANY, Disposition.ABORT),
)


def disposition(intent: Intent, response: ResponseSummary) -> Disposition:
    """What a response means for a request with this intent."""
    outcome = response.failure or response.status
    return next(
        rule.disposition
        for rule in TABLE
        if outcome in rule.outcomes and intent in rule.intents and rule.condition(intent, response)
    )
