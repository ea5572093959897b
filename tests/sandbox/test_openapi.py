"""The API's own description: valid, complete, and true of what the gateway takes and answers."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate as validate_openapi

from smsgw_cli.sandbox import rules
from smsgw_cli.sandbox.laravel import POST_MAX_SIZE
from smsgw_cli.sandbox.openapi import document, specs_of
from smsgw_cli.sandbox.routes import RESOURCES, ROUTES, filters, sends
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rule_shapes import checked
from smsgw_cli.sandbox.validation import Spec, validate
from tests.sandbox.conftest import Api, JsonObject, Start
from tests.sandbox.test_reference import ENDPOINTS, SPOKEN_OF, case

FORMATS = FormatChecker()


def check(schema: JsonObject, value: Any) -> list[str]:
    """What is wrong with a value."""
    whole = {**schema, "components": document()["components"]}
    validator = Draft202012Validator(whole, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def referred(found: JsonObject) -> JsonObject:
    """What a reference refers to."""
    if "$ref" not in found:
        return found
    inner: JsonObject = document()
    for part in found["$ref"].split("/")[1:]:
        inner = inner[part]
    return inner


def operation(method: str, path: str) -> JsonObject:
    described: JsonObject = document()["paths"][path][method.lower()]
    return described


def parameters(method: str, path: str) -> dict[str, JsonObject]:
    """The schemas of the query parameters of an operation, by their names."""
    found = [referred(each) for each in operation(method, path).get("parameters", ())]
    return {each["name"]: each["schema"] for each in found}


def body_schema(method: str, path: str) -> JsonObject:
    content: JsonObject = operation(method, path)["requestBody"]["content"]
    return referred(content["application/json"]["schema"])


def assert_described(answer: Any, method: str, path: str) -> None:
    """The status, the type and the body of an answer are in the description."""
    described = operation(method, path)["responses"]
    assert str(answer.status_code) in described, answer.text
    response = referred(described[str(answer.status_code)])
    assert {name.lower() for name in response.get("headers", ())} <= answer.headers.keys()
    if "content" not in response:
        assert (answer.content, answer.headers.get("content-type")) == (b"", None)
        return
    kind = answer.headers["content-type"].partition(";")[0]
    schema = response["content"][kind]["schema"]
    value = answer.json() if kind == "application/json" else answer.text
    assert check(schema, value) == []


def test_it_is_valid(api: Api) -> None:
    answer = api.http.get(f"{api.gateway.url}/openapi.json", headers={"Authorization": ""})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    validate_openapi(answer.json())
    assert answer.json()["servers"] == [{"url": f"{api.gateway.url}/api/v1"}]


def test_its_server_is_the_one_that_was_asked(api: Api) -> None:
    answer = api.http.get(f"{api.gateway.url}/openapi.json", headers={"Host": "sms.example:81"})
    assert answer.json()["servers"] == [{"url": "http://sms.example:81/api/v1"}]


def test_a_browser_may_ask_for_it_and_nobody_may_write_it(api: Api) -> None:
    url = f"{api.gateway.url}/openapi.json"
    asked = {"Origin": "http://elsewhere.example", "Access-Control-Request-Method": "GET"}
    assert api.http.options(url, headers=asked).headers["access-control-allow-methods"] == "GET"
    assert (api.http.head(url).status_code, api.http.head(url).content) == (200, b"")
    answer = api.http.post(url)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_it_has_all_routes_and_all_endpoints_of_the_reference() -> None:
    described = {
        (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method in methods
        if method != "parameters"
    }
    also = {("PATCH", route.path) for route in ROUTES if route.method == "PUT"}
    assert described == {(route.method, route.path) for route in ROUTES} | also
    assert described >= {(endpoint["method"], endpoint["path"]) for endpoint in ENDPOINTS}
    names = [operation(method, path)["operationId"] for method, path in described]
    assert len(set(names)) == len(names)


def test_no_two_schemas_have_one_name() -> None:
    titled = list(every_title([route.gives for route in ROUTES]))
    titles = {str(schema): schema["title"] for schema in titled}
    assert len(set(titles.values())) == len(titles)


def every_title(value: Any) -> Iterator[JsonObject]:
    if isinstance(value, dict):
        if "title" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from every_title(inner)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=case)
def test_the_examples_of_the_reference_are_as_described(endpoint: dict[str, Any]) -> None:
    method, path = endpoint["method"], endpoint["path"]
    response = operation(method, path)["responses"][str(endpoint["status"])]
    if endpoint["response_example"] is not None:
        schema = response["content"]["application/json"]["schema"]
        lacks = tuple(f"'{name}' is a required property" for name in SPOKEN_OF)
        wrong = check(schema, endpoint["response_example"])
        assert [each for each in wrong if not each.endswith(lacks)] == []
    if endpoint["body_example"] is not None:
        assert check(body_schema(method, path), endpoint["body_example"]) == []
    known = parameters(method, path)
    for name, text in (endpoint["query_example"] or {}).items():
        schema = known[name.partition("[")[0] + "[]" * ("[" in name)]
        kinds = {"integer": int(text) if text.isdigit() else text, "array": [text]}
        assert check(schema, kinds.get(schema["type"], text)) == [], name


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=case)
def test_what_the_gateway_answers_is_as_described(endpoint: dict[str, Any], seeded: Api) -> None:
    method, path = endpoint["method"], endpoint["path"]
    url = path.replace("{id}", "1")
    answer = seeded.http.request(method, url, json=endpoint["body_example"])
    assert answer.status_code == endpoint["status"], answer.text
    assert_described(answer, method, path)


ALL = [pytest.param(route, id=f"{route.method} {route.path}") for route in ROUTES]


@pytest.mark.parametrize("route", ALL)
@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_errors_are_as_described(accept: str, route: Route, start: Start) -> None:
    api = start(rate_limit=2)
    url = route.path.replace("{id}", "99999")

    def status(**request: Any) -> int:
        request["headers"] = {"Accept": accept, **request.get("headers", {})}
        answer = api.http.request(route.method, url, **request)
        assert_described(answer, route.method, route.path)
        return int(answer.status_code)

    redirects = accept == "*/*"
    assert status(headers={"Authorization": "Bearer no"}) == (302 if redirects else 401)
    assert status(content=b"x" * (POST_MAX_SIZE + 1)) == 413
    invalid = status(params={"statuses": "x", "sim": "x", "after": "x"})
    if "{id}" in route.path:
        assert invalid == 404
    elif route.takes is not None:
        assert invalid == (302 if redirects else 422)
    assert [status(), status()][-1] == 429


def test_other_methods_of_a_post_are_as_described(api: Api) -> None:
    for method, status in (("7", 400), ("DELETE", 405)):
        answer = api.http.post("/contact-lists", headers={"X-HTTP-Method-Override": method})
        assert answer.status_code == status
        assert_described(answer, "POST", "/contact-lists")


CHECKING = [module for module in (*RESOURCES, filters, sends) if hasattr(module, "validate")]
MESSAGE_OF_ANY_TYPE = {"type": "MMS", "recurring": True, "active_hours": {"start": "08:00"}}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=case)
def test_what_is_checked_is_described(
    endpoint: dict[str, Any], api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names in the rules that a handler applies, and in the description of its route."""
    names: set[str] = set()

    def spying(values: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
        names.update(name.partition(".")[0] for name in spec)
        return validate(values, spec)

    for module in CHECKING:
        monkeypatch.setattr(module, "validate", spying)
    method, path = endpoint["method"], endpoint["path"]
    for made in ("contact-lists", "sending-servers", "contact-lists/1/contacts"):
        number = "+12025550123"
        api.create(f"/{made}", name="A", driver="x", supported_types=["SMS"], mobile_number=number)
    api.create("/contact-lists/1/fields", label="A", tag="b", type="text")
    api.send()
    names.clear()
    body = {**(endpoint["body_example"] or {}), **MESSAGE_OF_ANY_TYPE}
    api.http.request(method, path.replace("{id}", "1"), json=body)
    if method == "GET" and not path.endswith("/send"):
        known = {name.removesuffix("[]") for name in parameters(method, path)} - {"page"}
    else:
        described = "requestBody" in operation(method, path)
        known = set(body_schema(method, path)["properties"]) if described else set()
    assert names - {"b"} == known


VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 7, -1, 60, 10**6, 1.5, "", "a", "x" * 255, "x" * 256, "1", "true"),
    *("+12025550123", "12025550123", "ann@example.com", "http://a.example", "https:/", "ftp://x"),
    *("2021-01-01", "2021-13-01", "2021-01-01T12:00:00Z", "12:30", "24:00", "9:00", "*123#", "#"),
    *("UTC", "SMS", "sms", "text", "day", "Queued", [], [1], ["a"], {}, {"a": 1}),
)
IN_WORDS = {rules.timezone}
"""Rules whose description says less than they check."""


@pytest.mark.parametrize("route", ALL)
def test_a_value_as_described_is_taken(route: Route) -> None:
    for spec in specs_of(route).values():
        for checks in spec.values():
            described = Draft202012Validator(checked(checks), format_checker=FORMATS)
            taken = [value for value in VALUES if described.is_valid(value)]
            assert taken
            for rule in checks:
                if callable(rule) and rule not in IN_WORDS and not depends_on_records(rule):
                    assert [rule(value) for value in taken if value is not None]


def depends_on_records(rule: Any) -> bool:
    return isinstance(rule.schema.get("enum"), dict | set)


def test_it_is_made_only_when_asked_for() -> None:
    script = (
        "import sys; from pathlib import Path; from smsgw_cli.sandbox.server import *\n"
        "with Gateway(Settings(Path(sys.argv[1]))): print(sorted(sys.modules))"
    )
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-c", script, f"{folder}/sandbox.db"]
        modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "'smsgw_cli.sandbox.routes.calls'" in modules
    assert "'smsgw_cli.sandbox.openapi'" not in modules
