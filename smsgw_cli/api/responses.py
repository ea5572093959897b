"""Interprets responses: data or errors. Pure functions of a response.

Any response of a server, proxy or login page becomes data or one of our errors, never an
exception of a library.
"""

import json
import math
import re
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from smsgw_cli import redact
from smsgw_cli.api.backoff import retry_after_seconds
from smsgw_cli.api.http_date import parse_http_date
from smsgw_cli.api.paging import has_id
from smsgw_cli.api.retry_rules import (
    LOGIN,
    NOT_PROCESSED,
    TRANSIENT,
    Body,
    Disposition,
    Intent,
    ResponseSummary,
    disposition,
)
from smsgw_cli.errors import Auth, NotFound, Rejected, SmsgwError, Unavailable, Unknown

LONGEST_EXCERPT = 200
ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#039;": "'", "&amp;": "&"}

_KINDS: dict[int, type[SmsgwError]] = {
    400: Rejected,
    401: Auth,
    403: Auth,
    404: NotFound,
    409: Rejected,
    413: Rejected,
    422: Rejected,
}


def summary(response: httpx.Response, body: Body = Body.NONE) -> ResponseSummary:
    """A response as needed by the table of outcomes."""
    return ResponseSummary(
        status=response.status_code,
        retry_after=retry_after_seconds(response.headers.get("Retry-After")),
        redirect=_target(response).path if response.has_redirect_location else None,
        body=body,
    )


def body_of(content: bytes, record: Any) -> Body:
    """The kind of the content; `record` is its JSON object, if it is one."""
    if isinstance(record, dict) and has_id(record):
        return Body.RECORD
    first = content.lstrip()[:1]
    if not first:
        return Body.NONE
    return Body.JSON if first in (b"{", b"[") else Body.OTHER


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
    summarized = summary(response, body_of(response.content, body))
    if disposition(intent, summarized) is not Disposition.DONE:
        raise unreadable(response, "has no id", intent)
    return body


def campaign_of(response: httpx.Response) -> dict[str, Any]:
    """The campaign in the response to a send; {} if it was accepted without naming one.

    A success that is empty or looks like JSON counts as accepted. Raises Unknown for any other
    body, such as the page of a login portal, and the error of any other status.
    """
    if not response.is_success:
        raise error(response, Intent.CHANGE)
    campaign = _json_object(response)
    summarized = summary(response, body_of(response.content, campaign))
    if disposition(Intent.CHANGE, summarized) is not Disposition.DONE:
        raise unreadable(response, "is not JSON", Intent.CHANGE)
    return campaign


def server_date(response: httpx.Response) -> datetime | None:
    """The server's time from its Date header, aware; None if it is missing or invalid."""
    return parse_http_date(response.headers.get("Date", ""))


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
    status = response.status_code
    is_unknown = disposition(intent, summary(response)) is Disposition.UNKNOWN
    if response.has_redirect_location:
        return _redirected(response, is_unknown=is_unknown)
    if is_unknown:
        return Unknown(
            f"{_message(response)}; the request may or may not have been carried out",
            status=status,
            hint="check before running it again",
        )
    if status in TRANSIENT | NOT_PROCESSED or status >= 500:
        return Unavailable(_message(response), status=status, hint="run it again later")
    kind = _KINDS.get(status, SmsgwError)
    return kind(_message(response), status=status, errors=_field_errors(response), hint=_hint(kind))


def unreadable(response: httpx.Response, how: str, intent: Intent) -> SmsgwError:
    """The error for a success whose body is not as documented.

    Unknown if the request changed something, as it has probably been carried out.
    """
    meaning = disposition(intent, summary(response, Body.OTHER))
    is_unknown = meaning is Disposition.UNKNOWN
    kind = Unknown if is_unknown else SmsgwError
    return kind(
        f"{where(response)}: the response {how} ({_excerpt(response)})",
        status=response.status_code,
        hint="it was probably processed; check before running it again"
        if is_unknown
        else "check the server address with 'smsgw profiles test'",
    )


def where(response: httpx.Response) -> str:
    """The request of a response: `GET /api/v1/devices at sms.example.com`."""
    request = response.request
    path = _redacted(response, request.url.path)  # where a redirect led to
    return f"{request.method} {path} at {request.url.netloc.decode()}"


def _redirected(response: httpx.Response, *, is_unknown: bool) -> SmsgwError:
    parts = _target(response)
    if LOGIN.search(parts.path):
        return Auth(
            f"{where(response)}: the server redirects to its login page",
            status=response.status_code,
            hint="the token is invalid, or the address is not that of the API's: "
            "see 'smsgw profiles test'",
        )
    kind = Unknown if is_unknown else SmsgwError
    place = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else "nowhere"
    return kind(
        f"{where(response)}: redirected to {_redacted(response, place)}, which is not followed",
        status=response.status_code,
        hint="if that is your server, set its address in the profile: "
        "'smsgw profiles update NAME --server URL'",
    )


def _target(response: httpx.Response) -> SplitResult:
    """The target of a redirect; empty parts if it is invalid."""
    try:
        return urlsplit(urljoin(str(response.request.url), response.headers["Location"]))
    except ValueError:
        return urlsplit("")


def _hint(kind: type[SmsgwError]) -> str | None:
    if kind is Auth:
        return "check the token with 'smsgw profiles test'; change it with 'smsgw profiles update'"
    return None


def _message(response: httpx.Response) -> str:
    body = _json_object(response)
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
    """A text of the server with our token masked: errors are also kept in files."""
    return redact.text(text, response.request.headers["Authorization"].removeprefix("Bearer "))


def _unescaped(text: str) -> str:
    """Resolve the entities of PHP's htmlspecialchars; importing html.entities takes 2 ms."""
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else line[: LONGEST_EXCERPT - 1] + "…"
