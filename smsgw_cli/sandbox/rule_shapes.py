"""The JSON schema of an object whose attributes are checked by rules, from what the rules say.

`cases` are the rules of one attribute by the condition that they have, as in " when type is SMS".
"""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from smsgw_cli.sandbox.shapes import Schema, choice, nullable
from smsgw_cli.sandbox.validation import Checks, NotNull, Required, Spec

SHORTEST = {"string": "minLength", "array": "minItems"}


def object_of(specs: Mapping[str, Spec], *, null: bool = True) -> Schema:
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
