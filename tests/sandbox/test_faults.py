"""Faults on request, seen from a plain socket where it matters."""

import json
import re
import socket
import threading
import time
from importlib import resources
from urllib.parse import urlsplit

import httpx
import pytest

from smsgw_cli.sandbox.fault_words import KINDS
from smsgw_cli.sandbox.faults import Fault, Faults
from tests.sandbox.conftest import Api, Start

CREATE = '{"name": "List"}'


def exchange(api: Api, method: str = "GET", path: str = "/devices", body: str = "") -> bytes:
    """Everything the gateway sends until it closes. Raises ConnectionResetError if it resets."""
    address = urlsplit(api.gateway.url)
    request = (
        f"{method} /api/v1{path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {api.gateway.token}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request.encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def parted(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, body


def lists_made(api: Api) -> int:
    return len(api.gateway.store.rows("contact_lists"))


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_a_dropped_connection_is_reset(api: Api, kind: str) -> None:
    api.gateway.faults.add(kind)
    with pytest.raises(ConnectionResetError):
        exchange(api, "POST", "/contact-lists", CREATE)
    assert lists_made(api) == (1 if kind == "drop-after" else 0)
    assert api.gateway.requests == [("POST", "/api/v1/contact-lists", 0)]


def test_a_truncated_body_is_shorter_than_announced_and_took_effect(api: Api) -> None:
    api.gateway.faults.add("truncated")
    status, headers, body = parted(exchange(api, "POST", "/contact-lists", CREATE))
    assert status == 201
    assert 0 < len(body) < int(headers["content-length"])
    assert lists_made(api) == 1


def test_an_answer_without_a_body_is_truncated_too(api: Api) -> None:
    api.create("/contact-lists", name="A")
    api.gateway.faults.add("truncated")
    _, headers, body = parted(exchange(api, "DELETE", "/contact-lists/1"))
    assert len(body) < int(headers["content-length"])
    assert lists_made(api) == 0


def test_malformed_json_is_whole_but_no_json(api: Api) -> None:
    api.gateway.faults.add("malformed")
    status, headers, body = parted(exchange(api, "POST", "/contact-lists", CREATE))
    assert (status, len(body)) == (201, int(headers["content-length"]))
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)
    assert lists_made(api) == 1


def test_an_empty_body(api: Api) -> None:
    api.gateway.faults.add("empty")
    status, headers, body = parted(exchange(api, "POST", "/contact-lists", CREATE))
    assert (status, headers["content-length"], body) == (201, "0", b"")


def test_a_list_where_an_object_should_be(api: Api) -> None:
    api.gateway.faults.add("list")
    answer = api.http.post("/contact-lists", json={"name": "A"})
    assert (answer.status_code, answer.json()) == (201, [{"id": 1, "name": "A"}])


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503, 599])
def test_an_error_status_comes_instead_of_handling(api: Api, status: int) -> None:
    api.gateway.faults.add(f"{status} retry-after=7")
    answer = api.http.post("/contact-lists", json={"name": "A"})
    assert answer.status_code == status
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json().keys() == {"message"}
    assert lists_made(api) == 0


def test_a_proxys_html_page(api: Api) -> None:
    api.gateway.faults.add("html times=1", "html status=504")
    for status, title in ((502, "Bad Gateway"), (504, "Gateway Time-out")):
        answer = api.http.get("/devices")
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert title in answer.text


def test_a_redirect_to_the_login_page(api: Api) -> None:
    api.gateway.faults.add("redirect")
    answer = api.http.get("/devices")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")


def test_latency_comes_on_top_of_other_faults(start: Start) -> None:
    api = start(latency=0.05)
    api.gateway.faults.add("latency delay=0.05", "503 delay=0.05")
    before = time.monotonic()
    assert api.http.get("/devices").status_code == 503
    assert time.monotonic() - before >= 0.15


def test_waiting_does_not_keep_others_waiting(api: Api) -> None:
    api.gateway.faults.add("latency /contact-lists delay=5")
    client = threading.Thread(target=_give_up_on, args=(api,))
    client.start()
    assert api.http.get("/devices").status_code == 200
    client.join()


def _give_up_on(api: Api) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{api.gateway.url}/api/v1/contact-lists", timeout=0.2, trust_env=False)


def test_a_fault_strikes_as_often_as_it_should(api: Api) -> None:
    api.gateway.faults.add("503 GET /devices after=1 times=2")
    statuses = [api.http.get("/devices").status_code for _ in range(5)]
    assert statuses == [200, 503, 503, 200, 200]


def test_a_fault_concerns_its_method_and_path(api: Api) -> None:
    api.gateway.faults.add("503 POST /contact-lists/*/contacts")
    assert api.http.get("/devices").status_code == 200
    assert api.http.post("/contact-lists", json={"name": "A"}).status_code == 201
    assert api.http.get("/contact-lists/1/contacts").status_code == 200
    assert api.http.post("/contact-lists/1/contacts").status_code == 503


@pytest.mark.parametrize(
    ("glob", "path", "concerned"),
    [
        ("/contacts/*", "/contacts/5", True),
        ("/contact-lists/*", "/contact-lists/5/contacts", False),
        ("/contact-lists/**", "/contact-lists/5/contacts", True),
        ("/contacts", "/contacts/5", False),
        ("/c.ntacts", "/contacts", False),
    ],
)
def test_a_star_stops_at_a_slash(glob: str, path: str, concerned: bool) -> None:
    assert Fault.parse(f"500 {glob}").matches("GET", path) is concerned


def test_random_faults_are_the_same_with_the_same_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add("503 rate=30%")
        return [faults.strike("GET", "/devices").fault is not None for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 90


def test_faults_can_be_given_at_the_start_and_cleared(start: Start) -> None:
    api = start(faults=(Fault.parse("500"),))
    assert api.http.get("/devices").status_code == 500
    api.gateway.faults.clear()
    assert api.http.get("/devices").status_code == 200


def test_a_fault_is_read_from_words() -> None:
    text = "503 POST /messages/send times=2 retry-after=1 rate=2% after=3 delay=0.5"
    assert Fault.parse(text) == Fault(
        "503", "POST", "/messages/send", 2, 0.02, 3, retry_after="1", delay=0.5
    )
    assert Fault.parse("html status=504 rate=0.02") == Fault("html", rate=0.02, status=504)
    assert all(Fault.parse(kind).kind == kind for kind in KINDS)
    assert Fault.parse("latency").delay == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unknown kind of fault '': use 400 to 599, html, maintenance, redirect, "),
        ("200", "unknown kind of fault '200'"),
        ("503 FETCH", "cannot read 'FETCH' in a fault: use a method (GET, HEAD, "),
        ("503 messages", "cannot read 'messages' in a fault"),
        ("503 often=2", "cannot read 'often=2' in a fault: "),
        ("503 times=0", "invalid value in times=0: use a whole number from 1"),
        ("503 times=x", "invalid value in times=x"),
        ("503 rate=200%", "invalid value in rate=200%: use 2% or 0.02"),
        ("503 rate=nan", "invalid value in rate=nan"),
        ("503 delay=-1", "invalid value in delay=-1: use seconds"),
        ("503 delay=inf", "invalid value in delay=inf"),
        ("html status=7", "invalid value in status=7: use 200 to 599"),
        (
            "503 retry-after=a\u20acb",
            "invalid value in retry-after=a\u20acb: use seconds, or other plain text",
        ),
    ],
)
def test_what_is_no_fault_is_refused_with_the_words_allowed(text: str, message: str) -> None:
    with pytest.raises(ValueError) as failure:  # noqa: PT011
        Fault.parse(text)
    assert str(failure.value).startswith(message)


def test_the_page_words_its_faults_as_the_gateway_does() -> None:
    """Its switches find an active fault by its text."""
    script = resources.files("smsgw_cli.sandbox.page").joinpath("page.js").read_text("utf-8")
    presets = script.partition("const PRESETS = [")[2].partition("];")[0]
    texts = re.findall(r'^  \["[^"]+", "([^"]+)", "[^"]+"\],$', presets, re.M)
    assert len(texts) == presets.count("\n  [") > 10
    assert [Fault.parse(text).text for text in texts] == texts
