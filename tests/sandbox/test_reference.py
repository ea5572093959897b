"""The reference's own examples, run as they stand but for host and token."""

import contextlib
import json
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Api

DATA = Path(__file__).parents[1] / "data"
REFERENCE = (DATA / "reference.txt").read_text(encoding="utf-8")
ENDPOINTS: list[dict[str, Any]] = json.loads((DATA / "endpoints.json").read_text(encoding="utf-8"))
CURLS = re.findall(r"curl --request .*?(?=const url = )", REFERENCE, re.DOTALL)
PYTHONS = re.findall(r"import requests\n.*?response\.json\(\)", REFERENCE, re.DOTALL)

EXAMPLES_OF_CURL = list(zip(ENDPOINTS, CURLS, strict=True))
EXAMPLES_OF_PYTHON = list(zip(ENDPOINTS, PYTHONS, strict=True))

HOST = "https://smsgateway.rbsoft.org"
TOKEN = "{YOUR_AUTH_KEY}"

FREE_FORM = {"config"}
SPOKEN_OF = {"status", "delivery_report", "label", "value"}
"""Keys in the lists of fields that some examples lack."""
TAGS = {"name", "city"}
"""Custom fields of the demo's first list, beside the built-in ones as documented."""


def case(value: Any) -> str:
    """A short name for an endpoint, none for its example."""
    return f"{value['method']} {value['path']}" if isinstance(value, dict) else ""


def every_value(value: Any) -> list[tuple[str, Any]]:
    """All keys with their values, however deep."""
    if isinstance(value, dict):
        return [*value.items(), *(pair for inner in value.values() for pair in every_value(inner))]
    if isinstance(value, list):
        return [pair for inner in value for pair in every_value(inner)]
    return []


SHOWN = [pair for endpoint in ENDPOINTS for pair in every_value(endpoint["response_example"])]
# The examples' messages have all left and arrived; one that has not has no such moment.
NULLABLE = {key for key, value in SHOWN if value is None} | {"delivered_at", "sent_at"}
EMPTY_PAGE = {".meta.from", ".meta.to"}
KINDS: dict[str, set[type]] = {
    key: {type(value) for other, value in SHOWN if other == key} for key, _ in SHOWN
}
KINDS["prev"] = KINDS["next"] = {str}  # the examples fill one page
KINDS["response"] |= {dict}  # an object by its description, PHP's empty array in the examples


def assert_shape(actual: Any, documented: Any, where: str = "") -> None:
    """The same keys and JSON types; null where some example of the reference has it."""
    if isinstance(documented, dict) and isinstance(actual, dict):
        assert actual.keys() >= documented.keys(), where
        assert actual.keys() - documented.keys() <= SPOKEN_OF | TAGS, where
        for key in documented.keys() - FREE_FORM:
            assert_value(key, actual[key], documented[key], f"{where}.{key}")
    elif isinstance(documented, list) and isinstance(actual, list) and documented:
        for item in actual:
            assert_shape(item, documented[0], f"{where}[]")


def assert_value(key: str, actual: Any, documented: Any, where: str) -> None:
    if actual is None:
        assert key in NULLABLE or where in EMPTY_PAGE, where
    else:
        assert type(actual) in KINDS[key], (where, actual)
        assert_shape(actual, documented, where)


def assert_documented(endpoint: dict[str, Any], status: int, body: str) -> None:
    assert status == endpoint["status"], body
    if endpoint["status"] == 204:
        assert body == ""
    else:
        assert_shape(json.loads(body), endpoint["response_example"])
        if "meta" in endpoint["response_example"]:
            per_page = endpoint["response_example"]["meta"]["per_page"]
            assert json.loads(body)["meta"]["per_page"] == per_page


def for_here(example: str, api: Api) -> str:
    return example.replace(HOST, api.gateway.url).replace(TOKEN, api.gateway.token)


def test_the_reference_has_an_example_of_each_kind_for_all_44_endpoints() -> None:
    assert len(ENDPOINTS) == len(CURLS) == len(PYTHONS) == 44


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(("endpoint", "example"), EXAMPLES_OF_CURL, ids=case)
def test_the_curl_example_works(endpoint: dict[str, Any], example: str, seeded: Api) -> None:
    if endpoint["body_example"] and endpoint["method"] == "GET":
        # With --get curl puts the body into the address, and then refuses it for its newlines.
        example = example.replace("--get ", "")
    command = f"{for_here(example, seeded).strip()} --silent --write-out '\\n%{{http_code}}'"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    body, _, status = ran.stdout.rpartition("\n")
    assert_documented(endpoint, int(status), body)


@pytest.mark.parametrize(("endpoint", "example"), EXAMPLES_OF_PYTHON, ids=case)
def test_the_python_example_works(endpoint: dict[str, Any], example: str, seeded: Api) -> None:
    # The examples spell truths as JSON does.
    names: dict[str, Any] = {"true": True, "false": False}
    with warnings.catch_warnings(), contextlib.suppress(json.JSONDecodeError):
        warnings.simplefilter("ignore")  # one example has "\/" in a text
        exec(for_here(example, seeded), names)
    answer = names["response"]
    answer.connection.close()
    assert_documented(endpoint, answer.status_code, answer.text)


@pytest.mark.parametrize(
    "endpoint", [one for one in ENDPOINTS if "data" in (one["response_example"] or {})], ids=case
)
def test_a_list_without_filters_has_rows_of_the_documented_shape(
    endpoint: dict[str, Any], seeded: Api
) -> None:
    body = seeded.get(endpoint["path"].replace("{id}", "1"))
    assert body["data"]
    assert_shape(body, endpoint["response_example"])


@pytest.mark.parametrize("path", ["/messages/send", "/ussd-pulls/send"])
def test_a_send_is_taken_as_post_too(path: str, seeded: Api) -> None:
    endpoint = next(one for one in ENDPOINTS if one["path"] == path)
    answer = seeded.http.post(path, json=endpoint["body_example"])
    assert_documented(endpoint, answer.status_code, answer.text)
