"""JSON Schema (draft 2020-12) of types: of TypedDicts, lists, unions and plain values."""

from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
}
ALWAYS = "id"  # the only key that every record of a server has

Schema = dict[str, Any]


def schema_of(kind: Any, definitions: dict[str, Schema]) -> Schema:
    """The schema of a type; adds those of its TypedDicts to the definitions, by name.

    Other keys are allowed everywhere. Of a TypedDict that is not total, which a server fills, any
    key but the id may be missing or null. Raises KeyError for a type that is none of JSON's.
    """
    if kind is Any:
        return {}
    if is_typeddict(kind):
        return _reference(kind, definitions)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _any_of([schema_of(each, definitions) for each in arguments])
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], definitions)}
    return {"type": TYPES[kind]}


def _reference(kind: Any, definitions: dict[str, Schema]) -> Schema:
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}  # so that a type may contain itself
        definitions[name] |= _object(kind, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _object(kind: Any, definitions: dict[str, Schema]) -> Schema:
    is_certain, required = kind.__total__, set(kind.__required_keys__)
    properties = {
        key: schema_of(hint if is_certain or key == ALWAYS else hint | None, definitions)
        for key, hint in get_type_hints(kind).items()
    }
    required |= set() if is_certain else {ALWAYS}
    always = [key for key in properties if key in required]
    return {"type": "object", "properties": properties, "required": always}


def _any_of(schemas: list[Schema]) -> Schema:
    """One schema for several, as short as it can be."""
    if {} in schemas:
        return {}
    names = [each["type"] for each in schemas if each.keys() == {"type"}]
    if len(names) == len(schemas):
        return {"type": names}
    return {"anyOf": schemas}
