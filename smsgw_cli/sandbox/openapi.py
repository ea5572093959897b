"""The API's description, `GET /openapi.json`: OpenAPI 3.1, made from the table of the routes.

What a request may hold is read from the rules that check it, what a response shows from the record
beside the function that makes it, and which errors there can be from what a route does.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from http import HTTPStatus
from itertools import chain
from types import SimpleNamespace
from typing import Any, cast

from smsgw_cli import __version__
from smsgw_cli.sandbox.routes import ROUTES
from smsgw_cli.sandbox.routing import ALSO, PREFIX, Route
from smsgw_cli.sandbox.shapes import BOOLEAN, TEXT, Schema, choice, list_of, nullable, record
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import Checks, NotNull, Required, Spec
from smsgw_cli.sandbox.wire import JSON, HttpError, Request, Response

SHORTEST = {"string": "minLength", "array": "minItems"}
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
    400: ("'_method' or 'X-HTTP-Method-Override' is no method.", {}),
    401: ("The token is missing or wrong.", {}),
    404: ("There is no record with this id.", {}),
    405: ("'_method' or 'X-HTTP-Method-Override' is none of this path.", {"Allow": "Methods."}),
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
    properties: Schema = _object(specs_of(route), null=False)["properties"]
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
    return {"title": title, **_object(specs_of(route))}


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


def _object(specs: Mapping[str, Spec], *, null: bool = True) -> Schema:
    """The object that the rules describe; `null`: what it may lack may also be null."""
    root: Schema = {"type": "object", "properties": {}}
    for attribute in dict.fromkeys(name for spec in specs.values() for name in spec):
        *outer, name = attribute.split(".")
        parent = root
        for part in outer:
            parent = _inside(parent, part)
        cases = {when: spec[attribute] for when, spec in specs.items() if attribute in spec}
        reasons = _reasons(cases, " ".join(outer))
        always = reasons == [*cases] and (bool(outer) or len(cases) == len(specs))
        schema = _value(cases, reasons, always, null)
        if _is_item(name):
            parent["items"] = schema
        else:
            parent.setdefault("properties", {})[name] = schema
            if always:
                parent.setdefault("required", []).append(name)
    return root


def _inside(parent: Schema, part: str) -> Schema:
    found: Schema = (
        parent.setdefault("items", {"type": "object"})
        if _is_item(part)
        else parent["properties"][part]
    )
    return found


def _is_item(part: str) -> bool:
    return part == "*" or part.isdigit()


def _reasons(cases: Mapping[str, Checks], outer: str) -> list[str]:
    """When an attribute is required, besides that the object that it is in is present."""
    within = f" when {outer.replace('_', ' ')} is present"
    return [
        when if rule.reason in ("", within) else rule.reason
        for when, checks in cases.items()
        for rule in checks
        if isinstance(rule, Required)
    ]


def _value(cases: Mapping[str, Checks], reasons: list[str], always: bool, null: bool) -> Schema:
    """The schema of a value that is checked by different rules in different cases."""
    schemas: list[Schema] = []
    for checks in cases.values():
        schema = checked(checks)
        schemas += [schema] * (schema not in schemas)
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    if always:
        shortest = SHORTEST.get(schema.get("type", ""))
        return {**schema, shortest: 1} if shortest and "pattern" not in schema else schema
    if reasons:
        schema = {**schema, "description": f"Required{' or'.join(dict.fromkeys(reasons))}."}
    not_null = any(isinstance(rule, NotNull) for rule in chain(*cases.values()))
    return schema if not_null or not null else nullable(schema)


def checked(checks: Checks) -> Schema:
    """The schema of a value that satisfies all rules."""
    schema: Schema = {}
    for rule in checks:
        if not isinstance(rule, Required | NotNull):
            schema |= {key: _plain(each) for key, each in rule.__dict__["schema"].items()}
    known = {key: each for key, each in schema.items() if each is not None}
    return {**choice(known["enum"]), **known} if "enum" in known else known


def _plain(value: Any) -> Any:
    """A keyword's value; of names and numbers that depend on what the gateway holds, None."""
    if isinstance(value, range | tuple):
        return [*value]
    return value if isinstance(value, str | int | list) else None
