"""JSON schemas of what requests hold and responses show: how rules and records describe themselves.

They are read only for `/openapi.json`; see openapi.py.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Schema = dict[str, Any]
Checked = TypeVar("Checked", bound=Callable[..., Any])

TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
ANYTHING: Schema = {}


def described(**schema: Any) -> Callable[[Checked], Checked]:
    """Describes the values that a rule takes, as the keywords of a JSON schema.

    A rule may take more than it says: PHP reads "5" as an integer, which nobody should rely on.
    """

    def mark(rule: Checked) -> Checked:
        rule.__dict__["schema"] = schema
        return rule

    return mark


def record(title: str, properties: Schema, *, optional: Iterable[str] = ()) -> Schema:
    """An object with these keys and no others; only the `optional` ones may be missing."""
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def choice(values: Iterable[str | int]) -> Schema:
    """One of these values, which are all of one type."""
    known = [*values]
    return {"type": "string" if isinstance(known[0], str) else "integer", "enum": known}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    result = dict(schema)
    if "enum" in schema:
        result["enum"] = [*schema["enum"], None]
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        result["type"] = [*types, "null"]
    elif "anyOf" in schema:
        result["anyOf"] = [*schema["anyOf"], {"type": "null"}]
    return result


def page_of(schema: Schema) -> Schema:
    """A page of a list, as Laravel's resource collections have it."""
    return {**PAGE, "properties": {"data": list_of(schema)}}


LINKS = record("Links", dict.fromkeys(("first", "last", "prev", "next"), nullable(TEXT)))
LINK = record(
    "PageLink",
    {"url": nullable(TEXT), "label": TEXT, "page": nullable(INTEGER), "active": BOOLEAN},
)
META = record(
    "Meta",
    {
        "current_page": INTEGER,
        "from": nullable(INTEGER),
        "last_page": INTEGER,
        "links": list_of(LINK),
        "path": TEXT,
        "per_page": INTEGER,
        "to": nullable(INTEGER),
        "total": INTEGER,
    },
)
PAGE: Schema = {
    "allOf": [record("Page", {"data": {"type": "array"}, "links": LINKS, "meta": META})]
}
