"""Schemathesis on the sandbox: no 5xx, and nothing that a description does not foresee.

Two descriptions: the sandbox's own, and a strict one made of the reference's examples. Not a part
of the usual tests, as it is large: `pip install -e '.[fuzz]'` first.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Api, JsonObject
from tests.sandbox.test_reference import (
    EMPTY_PAGE,
    ENDPOINTS,
    FREE_FORM,
    KINDS,
    NULLABLE,
    SPOKEN_OF,
)

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFORMANCE = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
METHODS = ("unsupported_method", "allow_header_conformance", "ignored_auth")
ANYTHING: JsonObject = {}
EXAMPLES = 25  # requests of each operation
EXISTING = {"type": "integer", "minimum": 1, "maximum": 3}
"""Ids of records that the demo data has: a random one is hardly ever there."""

pytestmark = pytest.mark.skipif(not SCHEMATHESIS.exists(), reason="needs schemathesis")


def run(description: JsonObject, api: Api, folder: Path, *options: str) -> None:
    """Send what Schemathesis makes of a description: first what deletes nothing, then the rest."""
    file = folder / "openapi.json"
    file.write_text(json.dumps(description))
    common = (
        *("run", str(file), "--url", f"{api.gateway.url}/api/v1", "--phases", "coverage,fuzzing"),
        *("--max-examples", str(EXAMPLES), "--seed", "1", "--max-redirects", "0", "--no-color"),
        *("--continue-on-failure", "--header", f"Authorization: Bearer {api.gateway.token}"),
    )
    for part in ("--exclude-method", "--include-method"):
        command = [str(SCHEMATHESIS), *common, *options, part, "DELETE"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    statuses = {status for _, _, status in api.gateway.requests}
    assert statuses & {200, 201, 204}, statuses


def described(api: Api) -> JsonObject:
    """The sandbox's own description, with ids that exist."""
    description: JsonObject = api.http.get(f"{api.gateway.url}/openapi.json").json()
    components = description["components"]
    components["parameters"]["id"]["schema"] = EXISTING
    for name in ("SendMessages", "SendUssdPulls"):
        properties = components["schemas"][name]["properties"]
        for attribute in {"sims", "sender_ids", "contact_lists"} & properties.keys():
            properties[attribute]["items"] = EXISTING
        properties["timezone"] = {"enum": ["UTC", "Europe/Berlin"]}
    components["schemas"]["SendMessages"]["required"] = ["mobile_numbers", "message"]
    return description


def test_its_own_description(seeded: Api, tmp_path: Path) -> None:
    checks = ",".join((*CONFORMANCE, *METHODS))
    accept = "Accept: application/json"
    run(described(seeded), seeded, tmp_path, "--header", accept, "--checks", checks)


def test_its_own_description_without_accept(seeded: Api, tmp_path: Path) -> None:
    """As scripts ask that do not say what they want: redirects and pages in place of errors."""
    checks = ",".join(CONFORMANCE)
    run(described(seeded), seeded, tmp_path, "--header", "Accept: */*", "--checks", checks)


def test_the_strict_description_of_the_reference(seeded: Api, tmp_path: Path) -> None:
    """The keys and types of the examples and no others; anything but 4xx is as documented."""
    checks = ",".join(CONFORMANCE)
    accept = "Accept: application/json"
    run(reference(), seeded, tmp_path, "--header", accept, "--checks", checks)


def reference() -> JsonObject:
    """A description made of the reference's examples alone."""
    paths: dict[str, JsonObject] = {}
    for endpoint in ENDPOINTS:
        operation = {"responses": responses(endpoint), "parameters": parameters(endpoint)}
        if endpoint["body_example"] is not None:
            schema = shape("", endpoint["body_example"], "")
            operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
        paths.setdefault(endpoint["path"], {})[endpoint["method"].lower()] = operation
    return {"openapi": "3.1.0", "info": {"title": "Reference", "version": "1"}, "paths": paths}


def parameters(endpoint: Mapping[str, Any]) -> list[JsonObject]:
    has_id = "{id}" in endpoint["path"]
    known = [{"name": "id", "in": "path", "required": True, "schema": EXISTING}] if has_id else []
    for name, value in (endpoint["query_example"] or {}).items():
        known.append({"name": name, "in": "query", "schema": {"enum": [value]}})
    return known


def responses(endpoint: Mapping[str, Any]) -> JsonObject:
    """The status and the body of the example; errors, which it does not show, have a message."""
    documented: JsonObject = {"description": "As documented"}
    if endpoint["response_example"] is not None:
        schema = shape("", endpoint["response_example"], "")
        documented["content"] = {"application/json": {"schema": schema}}
    message = {"type": "object", "required": ["message"]}
    error = {"description": "Error", "content": {"application/json": {"schema": message}}}
    return {str(endpoint["status"]): documented, "4XX": error}


NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
NAMES |= {list: "array", dict: "object"}


def shape(key: str, value: Any, where: str) -> JsonObject:
    """The schema of a value in an example: of its type, or of one that its key has elsewhere."""
    kinds = KINDS.get(key, {type(value)}) | {type(value)}
    if key in NULLABLE or where in EMPTY_PAGE:
        kinds = kinds | {type(None)}
    schema: JsonObject = {"type": sorted(NAMES[kind] for kind in kinds)}
    if isinstance(value, list) and value:
        schema["items"] = shape("", value[0], f"{where}[]")
    if isinstance(value, dict) and key not in FREE_FORM:
        inner = {name: shape(name, each, f"{where}.{name}") for name, each in value.items()}
        schema["properties"] = {**dict.fromkeys(SPOKEN_OF, ANYTHING), **inner}
        schema["required"] = [name for name in value if name not in SPOKEN_OF]
        schema["additionalProperties"] = "mobile_number" in value  # a contact's custom fields
    return schema
