"""Requests and responses as the routes see them, and their encoding as Laravel does it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from smsgw_cli.sandbox.behaviour import Behaviour
from smsgw_cli.sandbox.store import Store

JSON = "application/json"
HTML = "text/html; charset=utf-8"

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

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def encode(payload: object) -> str:
    """JSON as PHP's json_encode writes it: no characters beyond ASCII, and slashes escaped."""
    return _encode(payload).replace("/", "\\/")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `url` without the query, `id` of the path, `now` in milliseconds since 1970.

    `input` is from the body and the query string: Laravel reads both together, for every method.
    """

    url: str
    id: str
    input: dict[str, Any]
    store: Store
    now: int
    behaviour: Behaviour

    @property
    def body(self) -> dict[str, Any]:
        return self.input

    @property
    def query(self) -> dict[str, Any]:
        return self.input


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
    """The request is rejected with `response`; `hint` says why a script may not expect that."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.response = Response(status, {"message": message}, headers or {})


class UnprocessableError(HttpError):
    """422 with Laravel's summary: the first message and the number of further ones."""

    def __init__(self, errors: dict[str, list[str]], hint: str = "") -> None:
        messages = [message for field_messages in errors.values() for message in field_messages]
        more = len(messages) - 1
        counted = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
        super().__init__(422, messages[0] + counted, hint=hint)
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
