"""Interprets responses: data or errors. Pure functions of a response.

Any response of a server, proxy or login page becomes data or one of our errors, never an
exception of a library.
"""

import json
import math
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from smsgw_cli import redact
from smsgw_cli.api.backoff import retry_after_seconds
from smsgw_cli.api.http_date import parse_http_date
from smsgw_cli.api.retry_rules import (
    API_ERROR,
    CLIENT_ERRORS,
    LOGIN,
    NOT_PROCESSED,
    TOO_LARGE,
    TRANSIENT,
    WRITES,
    Body,
    Disposition,
    Intent,
    ResponseSummary,
    disposition,
)
from smsgw_cli.errors import (
    Auth,
    Contradictory,
    NotFound,
    Rejected,
    SmsgwError,
    Unavailable,
    Unknown,
)
from smsgw_cli.model import has_id

LONGEST_EXCERPT = 200
MAX_DELAY = timedelta(seconds=5)  # between the dates of responses, of servers side by side
DOUBT = "; the request may or may not have been carried out"
# Laravel, Illuminate\Routing\AbstractRouteCollection: the address is unknown, not the record.
NO_ROUTE = r"The route \S* could not be found"
# nginx, ngx_http_special_response.c: the page built in for 503.
NGINX_503 = (
    rb"<html>\s*<head><title>503 Service Temporarily Unavailable</title></head>\s*"
    rb"<body>\s*<center><h1>503 Service Temporarily Unavailable</h1></center>\s*"
    rb"<hr><center>nginx[^<]*</center>\s*</body>\s*</html>\s*(<!--[^>]*-->\s*)*"
)
BEHIND_NGINX = ("Via", "X-Varnish", "Age", "Retry-After")
ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#039;": "'", "&amp;": "&"}

_KINDS: dict[int, type[SmsgwError]] = {
    400: Rejected,
    401: Auth,
    403: Auth,
    404: NotFound,
    409: Rejected,
    413: Rejected,
    414: Rejected,
    422: Rejected,
    431: Rejected,
}


def summary(response: httpx.Response, body: Any = None) -> ResponseSummary:
    """A response as needed by the table of outcomes; `body` is its JSON, if it is known already."""
    return ResponseSummary(
        status=response.status_code,
        retry_after=retry_after(response),
        body=_body_of(response, body),
        is_limit=is_limit(response),
    )


def is_limit(response: httpx.Response) -> bool:
    """Whether nginx refused the request over its limit, with its own page and nothing else's."""
    headers = response.headers
    return (
        response.status_code == 503
        and headers.get("Server", "").startswith("nginx")
        and not any(name in headers for name in BEHIND_NGINX)
        and re.fullmatch(NGINX_503, response.content) is not None
    )


def is_missing_route(response: httpx.Response) -> bool:
    """Whether the API says that it has no such route or method, and so did nothing."""
    return response.status_code in (404, 405) and summary(response).body in API_ERROR


def is_readable(response: httpx.Response) -> bool:
    """Whether the content may be the API's: JSON by its first character, or nothing."""
    return response.content.lstrip()[:1] in (b"", b"{", b"[")


def _body_of(response: httpx.Response, body: Any = None) -> Body:
    if not response.content.strip():
        return Body.NONE
    if not is_readable(response):
        return Body.OTHER
    if body is None:
        try:
            body = json.loads(response.content)
        except (ValueError, RecursionError):
            return Body.OTHER
    if not isinstance(body, dict):
        return Body.JSON
    if reports_error(body):
        text = str(body.get("message"))
        return Body.NO_ROUTE if re.match(NO_ROUTE, text) else Body.ERROR
    return Body.RECORD if has_id(body) else Body.OBJECT


def reports_error(body: dict[str, Any]) -> bool:
    """Whether a JSON object reports an error, whatever the status."""
    if body.get("success") is False or any(body.get(key) for key in ("error", "errors")):
        return True
    return "message" in body and not has_id(body)


def data(response: httpx.Response, intent: Intent) -> Any:
    """The JSON of a successful response, None if it is empty. Raises the error of any other."""
    if not response.is_success:
        raise error(response, intent)
    if not response.content.strip():
        return None
    try:
        return json.loads(
            response.content, parse_constant=_reject_constant, parse_float=_finite_float
        )
    except (ValueError, RecursionError):
        raise unreadable(response, "is not JSON", intent) from None


def record(response: httpx.Response, intent: Intent) -> dict[str, Any]:
    """The record in a successful response. Raises the error of any other."""
    body = data(response, intent)
    if not isinstance(body, dict):
        raise unreadable(response, "is not a JSON object", intent)
    if disposition(intent, summary(response, body)) is not Disposition.DONE:
        raise unreadable(response, _fault_of(body), intent)
    return body


def campaign_of(response: httpx.Response) -> dict[str, Any]:
    """The campaign in the response to a send; {} if it was accepted without naming one.

    Raises Unknown for a success that is no JSON object or reports an error, and the error of any
    other status.
    """
    if not response.is_success:
        raise error(response, Intent.CHANGE)
    campaign = _json_object(response)
    if disposition(Intent.CHANGE, summary(response)) is not Disposition.DONE:
        raise unreadable(response, _fault_of(campaign), Intent.CHANGE)
    return campaign


def check_done(response: httpx.Response, intent: Intent) -> None:
    """Raise the error of a response unless the request was carried out: that of its status, or
    Unknown for a success that is not the API's."""
    if not response.is_success:
        raise error(response, intent)
    if disposition(intent, summary(response)) is not Disposition.DONE:
        raise unreadable(response, _fault_of(_json_object(response)), intent)


def _fault_of(body: dict[str, Any]) -> str:
    """How the JSON object of a success differs from a record."""
    return "reports an error" if reports_error(body) else "has no id" if body else "is not JSON"


def retry_after(response: httpx.Response) -> float | None:
    """The seconds that the server asks to wait, by its own clock; None if it does not."""
    header = response.headers.get("Retry-After")
    return None if header is None else retry_after_seconds(header, server_date(response))


def server_date(response: httpx.Response) -> datetime | None:
    """The server's time from its Date header, aware; None if it is missing or invalid."""
    return parse_http_date(response.headers.get("Date", ""))


def staleness(response: httpx.Response, newest: datetime | None) -> str:
    """How a response is a cached copy; "" if it is not.

    It has an Age (RFC 9111, 5.1), or was made well before another one that had arrived before it
    was requested: at `newest`, by the same server's clock.
    """
    age, made = response.headers.get("Age", ""), server_date(response)
    if age.isascii() and age.isdigit() and int(age):
        return f"a cache returned a copy that is {age} s old"
    if made and newest and newest - made > MAX_DELAY:
        return f"a cache returned a copy that is at least {(newest - made).seconds} s old"
    return ""


def _reject_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite_float(text: str) -> float:
    """Parse a number. Raises ValueError for infinity, which cannot be written as JSON again."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


def error(response: httpx.Response, intent: Intent) -> SmsgwError:
    """The error for a status of 300 or more."""
    status, summarized = response.status_code, summary(response)
    meaning = disposition(intent, summarized)
    is_unproven = status in CLIENT_ERRORS and summarized.body not in API_ERROR
    is_unknown = meaning is Disposition.UNKNOWN or (
        intent in WRITES and is_unproven and meaning is Disposition.ABORT and status != 429
    )
    if response.has_redirect_location:
        return _redirected(response, is_unknown=is_unknown)
    if is_unknown:
        return Unknown(
            f"{_message(response)}{DOUBT}",
            status=status,
            hint="check before running it again",
        )
    if status in TRANSIENT | NOT_PROCESSED or status >= 500:
        return Unavailable(_message(response), status=status, hint="run it again later")
    kind = _KINDS.get(status, SmsgwError)
    errors, hint = _field_errors(response), _hint(status, summarized.body)
    return kind(_message(response), status=status, errors=errors, hint=hint)


def unreadable(response: httpx.Response, how: str, intent: Intent) -> SmsgwError:
    """The error for a success whose body is not as documented.

    Unknown if the request changes something, as it may have been carried out; Contradictory if
    the body reports an error.
    """
    body = _json_object(response)
    excerpt = repr(_message(response)) if reports_error(body) else _excerpt(response)
    what = f"{where(response)}: the response {how} ({excerpt})"
    if intent in (Intent.READ, Intent.FETCH):
        hint = "check the server address with 'smsgw profiles test'"
        return SmsgwError(what, status=response.status_code, hint=hint)
    return (Contradictory if reports_error(body) else Unknown)(
        f"{what}{DOUBT}",
        status=response.status_code,
        errors=_field_errors(response),
        hint="check before running it again",
    )


def where(response: httpx.Response) -> str:
    """The request of a response: `GET /api/v1/devices at sms.example.com`."""
    request = response.request
    path = _redacted(response, request.url.path)  # where a redirect led to
    return f"{request.method} {path} at {request.url.netloc.decode()}"


def _redirected(response: httpx.Response, *, is_unknown: bool) -> SmsgwError:
    parts, doubt = _target(response), DOUBT if is_unknown else ""
    if re.search(LOGIN, parts.path):
        return (Unknown if is_unknown else Auth)(
            f"{where(response)}: the server redirects to its login page{doubt}",
            status=response.status_code,
            hint="the token is invalid, or the address is not that of the API: "
            "see 'smsgw profiles test'",
        )
    kind = Unknown if is_unknown else SmsgwError
    place = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else "nowhere"
    return kind(
        f"{where(response)}: redirected to {_redacted(response, place)}, which is not followed"
        + doubt,
        status=response.status_code,
        hint="if that is your server, set its address in the profile: "
        "'smsgw profiles update NAME server=URL'",
    )


def _target(response: httpx.Response) -> SplitResult:
    """The target of a redirect; empty parts if it is invalid."""
    try:
        return urlsplit(urljoin(str(response.request.url), response.headers["Location"]))
    except ValueError:
        return urlsplit("")


def _hint(status: int, body: Body) -> str | None:
    if body is Body.OTHER:
        return "this page is not from the API: a proxy or firewall sent it, or the address is wrong"
    if status == 403:
        return "the token is valid, but lacks the ability (permission) for this"
    if status == 401:
        return "set another token with 'smsgw profiles update NAME --ask-token'"
    return None


def _message(response: httpx.Response) -> str:
    body = _json_object(response)
    if response.status_code in TOO_LARGE:
        return (
            f"the request is too large for the server ({response.status_code}, {where(response)})"
        )
    message = body.get("message") or body.get("error")
    if isinstance(message, str) and message.strip():
        return f"{_redacted(response, message.strip())} ({response.status_code}, {where(response)})"
    about = f": {_excerpt(response)}" if response.content.strip() else ""
    phrase = _redacted(response, response.reason_phrase)
    return f"{response.status_code} {phrase}, {where(response)}{about}"


def _field_errors(response: httpx.Response) -> dict[str, list[str]] | None:
    """Laravel's `errors`: field → messages, tolerating other shapes."""
    errors = _json_object(response).get("errors")
    if not isinstance(errors, dict):
        return None
    return {
        _redacted(response, str(name)): [
            _redacted(response, str(each))
            for each in (messages if isinstance(messages, list) else [messages])
        ]
        for name, messages in errors.items()
    }


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _excerpt(response: httpx.Response) -> str:
    """A one-line excerpt of the body: a page's title, or the start of the text."""
    if not response.content.strip():
        return "an empty body"
    text = response.content[:20_000].decode("utf-8", "replace")
    # Before truncating: part of a token would not be recognized.
    text = _redacted(response, text)
    title = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
    if title:
        return f"an HTML page: {_one_line(_unescaped(title[1]))!r}"
    if re.match(r"\s*<(!doctype|html|body)", text, re.IGNORECASE):
        return f"an HTML page: {_one_line(re.sub('<[^>]*>', ' ', text))!r}"
    return f"starting with {_one_line(text)!r}"


def _redacted(response: httpx.Response, text: str) -> str:
    """A text of the server with our token masked, and half characters escaped: errors are also
    kept in files."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return redact.text(text, response.request.headers["Authorization"].removeprefix("Bearer "))


def _unescaped(text: str) -> str:
    """Resolve the entities of PHP's htmlspecialchars; importing html.entities takes 2 ms."""
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else line[: LONGEST_EXCERPT - 1] + "…"
