"""Whatever comes in, a 500 of the gateway's own would be a bug."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.routes import ROUTES
from smsgw_cli.sandbox.server import Gateway, Settings
from tests.sandbox.conftest import Api
from tests.sandbox.test_reference import ENDPOINTS, every_value

SHOWN = [pair for endpoint in ENDPOINTS for pair in every_value(endpoint["body_example"])]
KEYS = sorted({key for key, _ in SHOWN})
TELLING = sorted({value for _, value in SHOWN if isinstance(value, str)})
EDGES = ["1", "0", "+12025550123", "9999-12-31", "0001-01-01", "America", "dropdown", "year"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.integers(0, 10),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
    st.sampled_from([*TELLING, *EDGES]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=6,
)
BODIES = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8) | VALUES
GOOD_SEND = {"mobile_numbers": ["+12025550123"], "message": "Hi", "ussd_codes": ["*123#"]}
FILTERS = sorted({key for endpoint in ENDPOINTS for key in endpoint["query_example"] or ()})
ODD_FILTERS = ["page", "statuses", "statuses[]", "statuses[x]", "[", "a[b][c]"]
QUERIES = st.dictionaries(st.sampled_from([*FILTERS, *ODD_FILTERS]), LEAVES.map(str))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, seeded_file: Path) -> Iterator[Api]:
    """One gateway for all examples."""
    copy = tmp_path_factory.mktemp("lasting") / "sandbox.db"
    shutil.copy(seeded_file, copy)
    with Gateway(Settings(copy)) as gateway:
        api = Api(gateway)
        yield api
        api.http.close()


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(ROUTES), st.integers(1, 4), BODIES, QUERIES)
def test_no_request_is_answered_with_a_500(
    lasting: Api, route: Any, key: int, body: object, query: dict[str, str]
) -> None:
    path = route.path.replace("{id}", str(key))
    answer = lasting.http.request(route.method, path, json=body, params=query)
    assert answer.status_code < 500, (route.method, path, body, query)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(("/messages/send", "/ussd-pulls/send")),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3),
)
def test_no_send_is_answered_with_a_500(lasting: Api, path: str, body: dict[str, Any]) -> None:
    answer = lasting.http.post(path, json={**GOOD_SEND, **body})
    assert answer.status_code < 500, (path, body)


KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=B")
PIECES = (
    "name",
    "=",
    "&",
    "[",
    "]",
    "[]",
    "--B",
    "\r\n",
    "\r\n\r\n",
    '"',
    "{",
    "}",
    ":",
    "%00",
    ";",
)
PART = 'Content-Disposition: form-data; name="'
RAW = st.lists(st.sampled_from((*PIECES, PART, "\udcff", "😀", "x" * 300)) | st.text(max_size=3))


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(("POST", "PUT", "GET", "DELETE", "OPTIONS")),
    st.sampled_from((*KINDS, "text/plain", "multipart/form-data; boundary=")),
    RAW.map("".join),
    st.sampled_from(("*/*", "application/json", ";q=x,,", "")),
)
def test_no_body_is_answered_with_a_500(
    lasting: Api, method: str, kind: str, raw: str, accept: str
) -> None:
    content = raw.encode("utf-8", "surrogatepass")
    headers = {"Content-Type": kind, "Accept": accept, "Referer": "http://["}
    answer = lasting.http.request(method, "/contact-lists", content=content, headers=headers)
    assert answer.status_code < 500, (method, kind, raw)
