"""Requests and responses as the routes see them, and their encoding as Laravel does it."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from smsgw_cli.sandbox.behaviour import Behaviour
from smsgw_cli.sandbox.store import Store

MAX_DEPTH = 128  # nested lists and objects; deeper input is ignored
JSON = "application/json"
FORM = b"application/x-www-form-urlencoded"

MODELS = {
    "calls": "Call",
    "campaigns": "Campaign",
    "contact_lists": "ContactList",
    "contacts": "Contact",
    "devices": "Device",
    "fields": "Field",
    "messages": "Message",
    "sender_ids": "SenderId",
    "sending_servers": "SendingServer",
    "ussd_pulls": "UssdPull",
}

encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `url` without the query, `id` of the path, `now` in milliseconds since 1970."""

    url: str
    id: str
    query: dict[str, Any]
    body: dict[str, Any]
    store: Store
    now: int
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Response:
    """A response: a payload that is encoded as JSON, or the text of a page."""

    status: int = 200
    payload: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    media_type: str = JSON

    def content(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        return b"" if self.status == HTTPStatus.NO_CONTENT else encode(self.payload).encode()


NO_CONTENT = Response(204)


class HttpError(Exception):
    """The request is rejected with `response`."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.response = Response(status, {"message": message}, headers or {})


class UnprocessableError(HttpError):
    """422 with Laravel's summary: the first message and the number of further ones."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        messages = [message for field_messages in errors.values() for message in field_messages]
        more = len(messages) - 1
        counted = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
        super().__init__(422, messages[0] + counted)
        self.response = Response(422, {"message": messages[0] + counted, "errors": errors})


def find(request: Request, table: str) -> dict[str, Any]:
    """The record with the id in the path. Raises HttpError (404) if it does not exist."""
    wanted = request.id
    # SQLite's integers are below 2^63; no record has a longer id.
    row = request.store.get(table, int(wanted)) if _is_id(wanted) else None
    if row is None:
        raise HttpError(404, f"No query results for model [App\\Models\\{MODELS[table]}] {wanted}")
    return row


def delete(request: Request, table: str) -> Response:
    """Delete the record with the id in the path; the schema defines what is deleted with it."""
    request.store.delete(table, find(request, table)["id"])
    return NO_CONTENT


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def parse_body(raw: bytes, content_type: bytes) -> dict[str, Any]:
    """The input of a request. A body that cannot be parsed is empty, as in Laravel."""
    if content_type.startswith(FORM):
        return _clean_object(parse_form(raw))
    try:
        value = json.loads(raw.decode(), parse_constant=_finite, parse_float=_finite)
        if b"\\u" in raw:
            json.dumps(value, ensure_ascii=False).encode()  # raises for half a surrogate pair
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict) or _depth(value) > MAX_DEPTH:
        return {}
    return _clean_object(value)


def _depth(value: Any) -> int:
    """The nesting depth of lists and objects, computed without recursion."""
    depth, level = 0, [value]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        level = [inner for each in level for inner in _children(each)]
    return depth


def _children(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _finite(text: str) -> float:
    """Reject numbers that are infinite as a float: JSON cannot represent them in the response."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number


def _clean_object(values: dict[str, Any]) -> dict[str, Any]:
    return {key: clean(value) for key, value in values.items()}


def clean(value: Any) -> Any:
    """Trim texts and turn empty ones into null, recursively: two default Laravel middlewares."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict):
        return _clean_object(value)
    if isinstance(value, list):
        return [clean(inner) for inner in value]
    return value


def parse_form(raw: bytes) -> dict[str, Any]:
    """Query strings and forms: `a=1`; lists as `a[]=1`, `a[0]=1` or repeated `a`; `a[key]=1`."""
    values: dict[str, Any] = {}
    for name, text in parse_qsl(raw.decode(errors="replace"), keep_blank_values=True):
        key, bracket, rest = name.partition("[")
        inner = rest.rstrip("]")
        if bracket and inner and not inner.isdigit():
            _dictionary(values, key)[inner] = text
        elif bracket or key in values:
            _list(values, key).append(text)
        else:
            values[key] = text
    return values


def _dictionary(values: dict[str, Any], key: str) -> dict[str, Any]:
    if not isinstance(values.get(key), dict):
        values[key] = {}
    inner: dict[str, Any] = values[key]
    return inner


def _list(values: dict[str, Any], key: str) -> list[Any]:
    before = values.get(key, [])
    items: list[Any] = before if isinstance(before, list) else [before]
    values[key] = items
    return items
