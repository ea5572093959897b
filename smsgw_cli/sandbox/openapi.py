"""The API's description, `GET /openapi.json`: OpenAPI 3.1, made from the table of the routes.

What a request may hold is read from the rules that check it, what a response shows from the record
beside the function that makes it, and which errors there can be from what a route does.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, cast

from smsgw_cli import __version__
from smsgw_cli.sandbox.routes import ROUTES
from smsgw_cli.sandbox.routing import ALSO, PREFIX, Route
from smsgw_cli.sandbox.rule_shapes import object_of
from smsgw_cli.sandbox.shapes import BOOLEAN, TEXT, Schema, list_of, record
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import Spec
from smsgw_cli.sandbox.wire import JSON, HttpError, Request, Response

INTRODUCTION = (
    "A simulated SMS gateway. Requests need the headers 'Authorization: Bearer TOKEN' and "
    "'Accept: application/json' (without it, Laravel answers errors with a redirect or an HTML "
    "page), and 'Content-Type: application/json' with a body. PATCH does the same as PUT, and "
    "replaces the whole record. Input is read from the body and the query string alike."
)
ERROR = record("Error", {"message": TEXT})
ERRORS_BY_NAME = {"type": "object", "additionalProperties": list_of(TEXT)}
INVALID = record("ValidationError", {"message": TEXT, "errors": ERRORS_BY_NAME})
WAITING = {"Retry-After": "Seconds to wait.", "X-RateLimit-Limit": "Requests a minute."}
ERRORS: dict[int, tuple[str, dict[str, str]]] = {
    302: ("A 401 or 422 without 'Accept: application/json'.", {"Location": "Where to go."}),
    400: ("'_method' or 'X-HTTP-Method-Override' is not a method.", {}),
    401: ("The token is missing or wrong.", {}),
    404: ("There is no record with this id.", {}),
    405: (
        "'_method' or 'X-HTTP-Method-Override' is not allowed for this path.",
        {"Allow": "Methods."},
    ),
    413: ("The body is larger than 8 MiB.", {}),
    422: ("The input is invalid.", {}),
    429: ("The rate limit is reached.", WAITING),
}
PAGE_PARAMETER = {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}
ID_PARAMETER = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}


def respond(method: str, host: str) -> Response:
    """The description of the server at `host`. Raises HttpError (405) unless it is asked for."""
    if method not in ("GET", "HEAD"):
        allowed = {"Allow": "GET, HEAD"}
        raise HttpError(405, f"The {method} method is not supported for this route.", allowed)
    return Response(text=_text(host), media_type=JSON)


@lru_cache(maxsize=8)
def _text(host: str) -> str:
    return json.dumps({**document(), "servers": [{"url": host + PREFIX}]}, separators=(",", ":"))


@cache
def document() -> Schema:
    """The whole description, apart from the server's address."""
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        known = {"parameters": [{"$ref": "#/components/parameters/id"}]} if _has_id(route) else {}
        path = paths.setdefault(route.path, known)
        for method in ALSO.get(route.method, (route.method,)):
            if method != "HEAD":
                path[method.lower()] = _operation(route, method)
    schemas: dict[str, Schema] = {}
    whole: Schema = {
        "openapi": "3.1.0",
        "info": {"title": "SMS gateway", "version": __version__, "description": INTRODUCTION},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {"id": ID_PARAMETER, "page": PAGE_PARAMETER},
            "responses": {str(status): _error(status) for status in ERRORS},
        },
    }
    named: Schema = _named(whole, schemas)
    named["components"]["schemas"] = schemas
    return named


def _named(value: Any, schemas: dict[str, Schema]) -> Any:
    """The same with a reference for each schema that has a title; collects those in `schemas`."""
    if isinstance(value, list):
        return [_named(inner, schemas) for inner in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _named(each, schemas) for key, each in value.items()}
    if "title" not in value or "type" not in value:
        return inner
    name = inner.pop("title")
    schemas[name] = inner
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(route: Route, method: str) -> Schema:
    words = route.handle.__name__.replace("_", " ")
    operation: Schema = {
        "operationId": "-".join((method.lower(), *re.findall(r"[\w-]+", route.path))),
        "summary": words[0].upper() + words[1:],
        "tags": [route.path.split("/")[1]],
        "responses": _responses(route),
    }
    if route.takes is not None and route.writes:
        content = {JSON: {"schema": _input(route)}}
        operation["requestBody"] = {"required": True, "content": content}
    elif not route.writes and not route.path.endswith("{id}"):
        operation["parameters"] = [{"$ref": "#/components/parameters/page"}, *_filters(route)]
    return operation


def _responses(route: Route) -> Schema:
    failures = [302, 401, 413, 429]
    failures += [404] * _has_id(route) + [422] * (route.takes is not None)
    failures += [400, 405] * (route.method == "POST")
    errors = {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(failures)
    }
    if route.gives is None:
        return {"204": {"description": "Done."}, **errors}
    content = {JSON: {"schema": route.gives}}
    return {("201" if route.writes else "200"): {"description": "OK", "content": content}, **errors}


def _error(status: int) -> Schema:
    """An error as JSON; without Accept, 401 and 422 are a redirect (302), others an HTML page."""
    description, headers = ERRORS[status]
    content: Schema = {}
    if status != HTTPStatus.FOUND:
        invalid = status == HTTPStatus.UNPROCESSABLE_ENTITY
        content[JSON] = {"schema": INVALID if invalid else ERROR}
    if status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY):
        content["text/html"] = {"schema": TEXT}
    described = {name: {"description": text, "schema": TEXT} for name, text in headers.items()}
    response: Schema = {"description": description, "content": content}
    return {**response, "headers": described} if described else response


def _has_id(route: Route) -> bool:
    return "{id}" in route.path


def _filters(route: Route) -> Iterator[Schema]:
    """Query parameters in PHP's notation: a list has brackets behind its name, true is 1.

    A query string has no null.
    """
    properties: Schema = object_of(specs_of(route), null=False)["properties"]
    for name, schema in properties.items():
        if schema["type"] == "array":
            yield {"name": f"{name}[]", "in": "query", "schema": schema}
        elif schema == BOOLEAN:
            yield {"name": name, "in": "query", "schema": {"type": "integer", "enum": [0, 1]}}
        else:
            yield {"name": name, "in": "query", "schema": schema}


def _input(route: Route) -> Schema:
    """The object that a route takes, named after the first route with the same rules."""
    first = next(other for other in ROUTES if other.takes is route.takes)
    title = first.handle.__name__.title().replace("_", "")
    return {"title": title, **object_of(specs_of(route))}


def specs_of(route: Route) -> Mapping[str, Spec]:
    """The rules of a route, by the condition that they have in common."""
    if callable(route.takes):
        return route.takes(_sample)
    return {"": route.takes or {}}


class _NoRows:
    """A store without records: what is known of a gateway before anything is in it."""

    def all(self, *_: Any) -> list[Row]:
        return []

    def first(self, *_: Any) -> None:
        return None


def _sample(values: dict[str, Any]) -> Request:
    return cast(Request, SimpleNamespace(store=_NoRows(), input=values, body=values))
