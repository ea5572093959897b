"""What a request gives as input: body and query string, as PHP, Symfony and Laravel read them.

laravel.com/docs/12.x/requests: "Retrieving Input" (JSON only with its Content-Type, query string
and body together), "Input Trimming and Normalization" (texts trimmed, empty ones null).
"""

import json
import math
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from smsgw_cli.sandbox.lenient import is_relaxed
from smsgw_cli.sandbox.php_variables import Variables, parse_query

MAX_DEPTH = 128  # nested lists and objects; deeper input is ignored
FORM = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data"
FORM_METHODS = ("POST", "PUT", "PATCH", "DELETE")  # PHP reads POST, Symfony the others

WHITE_SPACE = "\0\t\n\v\f\r \x85\xa0\u1680\u180e\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
INVISIBLE = "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u2800\u3164\ufeff\uffa0\U0001d159" + "".join(
    map(
        chr,
        [
            *range(0x200B, 0x2010),
            *range(0x2060, 0x2066),
            *range(0x206A, 0x2070),
            *range(0x1D173, 0x1D17B),
            0xE0020,
        ],
    )
)
TRIMMED = WHITE_SPACE + INVISIBLE
"""What Str::trim removes from both ends: white space of PCRE, NUL, and the characters that
laravel/framework's pull request 54281 names."""


def read(method: str, content_type: bytes, body: bytes, query: bytes) -> Variables:
    """The input of a request; of a name in both body and query string, the body's value."""
    parsed = _body(method, content_type, body) if body else Variables({})
    if not query:
        return Variables(clean_object(parsed.values), parsed.lost)
    asked = parse_query(query)
    return Variables(clean_object({**asked.values, **parsed.values}), parsed.lost or asked.lost)


def _body(method: str, content_type: bytes, body: bytes) -> Variables:
    if is_json(content_type) or (is_relaxed("content-type") and body.lstrip()[:1] == b"{"):
        return _json(body)
    if looks_like_json(body):
        return _no_json(method, content_type, body)
    return _form(method, content_type, body)


def is_json(content_type: bytes) -> bool:
    """Laravel's Request::isJson: case counts."""
    return b"/json" in content_type or b"+json" in content_type


def looks_like_json(body: bytes) -> bool:
    return body.lstrip()[:1] == b"{" and body.rstrip()[-1:] == b"}"


def _no_json(method: str, content_type: bytes, body: bytes) -> Variables:
    values = _form(method, content_type, body).values
    return Variables(values, "a JSON body is ignored without 'Content-Type: application/json'")


def _form(method: str, content_type: bytes, body: bytes) -> Variables:
    kind = content_type.lower()
    if kind.startswith(MULTIPART) and method == "POST":
        parsed: Variables = import_module("smsgw_cli.sandbox.multipart").parse_multipart(
            body, content_type
        )
        return parsed
    if kind.startswith(MULTIPART):
        return Variables({}, f"PHP reads multipart/form-data for POST alone, not for {method}")
    if not kind.startswith(FORM):
        return Variables({}, "a body is ignored without a Content-Type that PHP or Laravel reads")
    if method not in FORM_METHODS:
        return Variables({}, f"PHP reads no form in the body of a {method}; use the query string")
    return parse_query(body)


def _json(body: bytes) -> Variables:
    """A body that cannot be decoded is empty."""
    try:
        value = json.loads(body.decode(), parse_constant=_finite, parse_float=_finite)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()  # raises for half a surrogate pair
    except (ValueError, RecursionError):
        return Variables({}, "the body is not valid JSON, which Laravel treats as empty input")
    deep = body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH
    if not isinstance(value, dict) or deep:
        return Variables({}, "the body is not a JSON object")
    return Variables(value)


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


def clean_object(values: dict[str, Any]) -> dict[str, Any]:
    return {key: clean(value) for key, value in values.items()}


def clean(value: Any) -> Any:
    """Trim texts and turn empty ones into null, recursively: two of Laravel's middlewares.

    An object with the keys 0, 1, 2 … is a list: PHP has one type for both.
    """
    if isinstance(value, str):
        return value.strip(TRIMMED) or None
    if isinstance(value, dict):
        if all(key == str(number) for number, key in enumerate(value)):
            return [clean(inner) for inner in value.values()]
        return clean_object(value)
    if isinstance(value, list):
        return [clean(inner) for inner in value]
    return value
