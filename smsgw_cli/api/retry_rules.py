"""The table of what each response means, for single requests and bulk work alike."""

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
    OBJECT = "another JSON object"
    ERROR = "a JSON object with an error: Laravel's `message` and `errors`, or `success: false`"
    NO_ROUTE = "Laravel's message that there is no such address"
    JSON = "other JSON, such as a list"
    OTHER = "anything else, such as the page of a proxy or login portal"


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

RECORD = frozenset({Body.RECORD})
OBJECT = frozenset({Body.RECORD, Body.OBJECT})
API_ERROR = frozenset({Body.ERROR, Body.NO_ROUTE})  # only the API's own JSON proves a refusal
ACCEPTED = {  # the content of a successful response
    Intent.READ: frozenset(Body) - {Body.OTHER},
    Intent.FETCH: RECORD,
    Intent.UPDATE: OBJECT | {Body.NONE},
    Intent.DELETE: OBJECT | {Body.NONE},
    Intent.CREATE: RECORD,
    Intent.CHANGE: OBJECT,
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

    `retry_after` is in seconds. `is_limit`: it is nginx's page for a request over its limit.
    """

    status: int | None = None
    failure: FailureKind | None = None
    retry_after: float | None = None
    body: Body = Body.NONE
    is_limit: bool = False


Condition = Callable[[Intent, ResponseSummary], bool]


class Rule(NamedTuple):
    """The disposition of requests with these intents, for these statuses or failures."""

    outcomes: Collection[int | FailureKind]
    intents: frozenset[Intent]
    disposition: Disposition
    condition: Condition = lambda _, __: True


def _is_accepted(intent: Intent, response: ResponseSummary) -> bool:
    return response.body in ACCEPTED[intent]


def _is_of_the_api(_: Intent, response: ResponseSummary) -> bool:
    return response.body in API_ERROR


def _is_no_record(_: Intent, response: ResponseSummary) -> bool:
    return response.body is Body.ERROR


def _is_limit(_: Intent, response: ResponseSummary) -> bool:
    return response.is_limit


def _has_long_retry_after(_: Intent, response: ResponseSummary) -> bool:
    return (response.retry_after or 0.0) > LONGEST_RETRY_AFTER


LOGIN = r"/(login|signin|sign-in|auth)\b"
SUCCESS = range(200, 300)
SERVER_ERRORS = range(500, 600)
NOT_PROCESSED = frozenset({425, 429})
TRANSIENT = frozenset({408, 500, 502, 503, 504})
REFUSALS = frozenset({400, 409, 422})
TOO_LARGE = frozenset({413, 414, 431})
CLIENT_ERRORS = range(400, 500)
WRITES = frozenset({Intent.UPDATE, Intent.DELETE})

# The first matching rule applies. A request that is not idempotent is only retried where a server
# or proxy is known not to have processed it; the page of a proxy proves nothing, as it may replace
# the response of a server that did.
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
    Rule(SUCCESS, WRITES, Disposition.RETRY),  # which shows whether it was carried out
    Rule(SUCCESS, IDEMPOTENT, Disposition.ABORT),
    Rule(SUCCESS, NON_IDEMPOTENT, Disposition.UNKNOWN),
    # --- Redirects that were not followed. RFC 9110, 15.4.2 to 15.4.4: many servers respond to an
    # accepted form with these.
    Rule(range(300, 400), NON_IDEMPOTENT, Disposition.UNKNOWN),
    Rule(range(300, 400), ANY, Disposition.ABORT),
    # --- Not processed. RFC 6585, 4, and Laravel, "Routing: Rate Limiting": 429 comes from the
    # middleware before the route. RFC 8470, 5.2: 425 is sent instead of processing.
    Rule(NOT_PROCESSED, ANY, Disposition.ABORT, _has_long_retry_after),
    Rule(NOT_PROCESSED, ANY, Disposition.RETRY),
    # nginx, ngx_http_limit_req_module: 503 by default, before the request is passed on. Any other
    # 503 may follow the processing: Varnish sends one, with Retry-After, after a failed fetch
    # (built-in VCL, vcl_backend_error).
    Rule({503}, ANY, Disposition.RETRY, _is_limit),
    # RFC 9110, 15.5.14 and 15.5.15; RFC 6585, 5: rejected before it is read completely.
    Rule(TOO_LARGE, ANY, Disposition.REFUSED),
    # --- Possibly processed. nginx, proxy_read_timeout and fastcgi_read_timeout: after 504 and
    # 502 the application may have processed the request, or still do; PHP may return 500 after
    # its changes. RFC 9110, 15.5.9: 408, the request did not arrive completely in time.
    Rule(TRANSIENT, IDEMPOTENT, Disposition.ABORT, _has_long_retry_after),
    Rule(TRANSIENT, IDEMPOTENT, Disposition.RETRY),
    Rule(SERVER_ERRORS, IDEMPOTENT, Disposition.ABORT),  # such as 501 and 505: permanent
    Rule({408, *SERVER_ERRORS}, NON_IDEMPOTENT, Disposition.UNKNOWN),
    # --- Refused by the API: RFC 9110, 15.5.1, 15.5.10; 422 is Laravel, "Validation".
    Rule(REFUSALS, ANY, Disposition.REFUSED, _is_of_the_api),
    # RFC 9110, 15.5.5: a missing record is already deleted, and cannot be changed.
    Rule({404}, frozenset({Intent.DELETE}), Disposition.DONE, _is_no_record),
    Rule({404}, IDEMPOTENT, Disposition.REFUSED, _is_no_record),
    # Such as 401, 403 and 405: affects all similar requests.
    Rule(CLIENT_ERRORS, ANY, Disposition.ABORT, _is_of_the_api),
    # --- Everything else proves nothing.
    Rule(range(1_000), NON_IDEMPOTENT, Disposition.UNKNOWN),
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
