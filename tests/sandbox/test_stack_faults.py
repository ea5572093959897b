"""Faults of the programs around the gateway: nginx, Varnish, a cache, Laravel's maintenance."""

import re
import socket
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from smsgw_cli.sandbox import stack_pages
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.middleware import programs
from tests.sandbox.conftest import Api, MovingClock
from tests.sandbox.test_faults import CREATE, exchange, lists_made, parted

NOWHERE = "http://127.0.0.1:1"


def test_the_pages_are_those_of_the_nginx_that_is_installed(tmp_path: Path) -> None:
    codes = (413, 502, 503, 504)
    returns = " ".join(f"if ($uri = /{code}) {{ return {code}; }}" for code in codes)
    with programs.nginx(tmp_path, NOWHERE, returns, "server_tokens off;") as url:
        for code in codes:
            answer, page = httpx.get(f"{url}/{code}"), stack_pages.nginx(code)
            assert (answer.status_code, answer.content) == (page.status, page.content())
            assert answer.headers["Server"] == page.headers["Server"]
            assert answer.headers["Content-Type"] == page.media_type


def test_the_page_is_that_of_the_varnish_that_is_installed(tmp_path: Path) -> None:
    with programs.varnish(tmp_path, NOWHERE) as url:
        answer, page = httpx.post(url), stack_pages.varnish()
    assert (answer.status_code, answer.headers["Content-Type"]) == (page.status, page.media_type)
    assert re.sub(rb"XID: \d+", b"XID: 3", answer.content) == page.content()
    assert told(answer.headers, page.headers) == told(page.headers, page.headers)


def told(headers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """What Varnish says in these headers, whatever its version and the number of the request."""
    own = httpx.Headers(headers)
    without_version = {name: re.sub(r"Varnish/[0-9.]+", "", own[name]) for name in names}
    return {**without_version, "X-Varnish": re.sub(r"\d+", "1", own["X-Varnish"])}


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (413, "413 Request Entity Too Large"),
        (502, "502 Bad Gateway"),
        (503, "503 Service Temporarily Unavailable"),
        (504, "504 Gateway Time-out"),
    ],
)
def test_nginx_answers_in_place_of_the_application(api: Api, status: int, title: str) -> None:
    """The built-in pages of nginx 1.22.1, with `server_tokens off`."""
    api.gateway.faults.add(f"html status={status}")
    answered, headers, body = parted(exchange(api, "POST", "/contact-lists", CREATE))
    assert (answered, headers["server"], headers["content-type"]) == (status, "nginx", "text/html")
    assert f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n" in body.decode()
    assert lists_made(api) == 0


def test_nginx_closes_the_connection_after_a_413(api: Api) -> None:
    """As nginx 1.22.1 does: what is left of the body is not to be taken for a request."""
    api.gateway.faults.add("html status=413", "html status=502")
    assert api.http.post("/contact-lists").headers["Connection"] == "close"
    api.gateway.faults.replace("html")
    assert api.http.post("/contact-lists").headers.get("Connection") != "close"


def test_varnish_says_503_though_the_request_was_handled(api: Api) -> None:
    """vcl_backend_error of Varnish 7.1.1, after first_byte_timeout: the application went on."""
    api.gateway.faults.add("varnish")
    status, headers, body = parted(exchange(api, "POST", "/contact-lists", CREATE))
    assert (status, headers["server"], headers["retry-after"]) == (503, "Varnish", "5")
    assert headers["via"] == "1.1 varnish (Varnish/7.1)"
    assert b"<h1>Error 503 Backend fetch failed</h1>" in body
    assert lists_made(api) == 1


def test_laravel_is_down_for_maintenance(api: Api) -> None:
    """Laravel 12, "Maintenance Mode": `php artisan down --retry=60`, to whoever expects JSON."""
    api.gateway.faults.add("maintenance retry-after=60")
    answer = api.http.post("/contact-lists", json={"name": "A"})
    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-cache, private"
    assert lists_made(api) == 0


def test_a_token_is_revoked_in_mid_run(api: Api) -> None:
    api.gateway.faults.add("401 after=2")
    answers = [api.http.post("/contact-lists", json={"name": f"L{n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 401, 401]
    assert answers[-1].json() == {"message": "Unauthenticated."}
    assert lists_made(api) == 2


def test_a_cache_answers_what_was_an_hour_ago(api: Api, clock: MovingClock) -> None:
    """Headers of a hit in Varnish 7.1.1: Date of the original, Age, two ids in X-Varnish."""
    api.create("/contact-lists", name="A")
    api.gateway.faults.add("cached")
    first = api.http.get("/contact-lists")
    api.create("/contact-lists", name="B")
    clock.move(seconds=90)
    second = api.http.get("/contact-lists")
    assert first.json() == second.json()
    assert [row["name"] for row in second.json()["data"]] == ["A"]
    assert (first.headers["Age"], second.headers["Age"]) == ("3600", "3690")
    assert first.headers["Date"] == second.headers["Date"]
    told = parsedate_to_datetime(second.headers["Date"])
    assert (clock.now - told).total_seconds() == 3690
    assert second.headers["X-Varnish"] == "32770 3"
    assert lists_made(api) == 2


def test_another_url_is_another_entry_of_the_cache(api: Api) -> None:
    api.gateway.faults.add("cached")
    api.get("/contact-lists")
    api.create("/contact-lists", name="A")
    assert api.data("/contact-lists", page=1)[0]["name"] == "A"
    assert api.data("/contact-lists") == []


def test_the_cache_goes_with_the_fault(api: Api) -> None:
    api.gateway.faults.add("cached")
    api.get("/contact-lists")
    api.create("/contact-lists", name="A")
    api.gateway.faults.remove("cached")
    api.gateway.faults.add("cached")
    assert len(api.data("/contact-lists")) == 1


def test_an_answer_comes_twice_and_is_taken_for_that_of_the_next_request(api: Api) -> None:
    """Response desynchronisation: the reader has to notice bytes that nobody asked for."""
    api.create("/contact-lists", name="A")
    api.gateway.faults.add("twice GET /contact-lists times=1")
    address = httpx.URL(api.gateway.url)
    with socket.create_connection((address.host, address.port or 0), timeout=20) as connection:
        head = f"Host: x\r\nAuthorization: Bearer {api.gateway.token}\r\n"
        connection.sendall(f"GET /api/v1/contact-lists HTTP/1.1\r\n{head}\r\n".encode())
        second = f"GET /api/v1/devices HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
        connection.sendall(second.encode())
        received = b""
        while part := connection.recv(65536):
            received += part
    answers = received.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert [b'"name":"A"' in answer for answer in answers] == [True, True, False]
    bodies = [answer.partition(b"\r\n\r\n")[2] for answer in answers]
    assert bodies[0] == bodies[1]


def test_an_answer_drips(api: Api) -> None:
    api.gateway.faults.add("drip delay=0")
    status, headers, body = parted(exchange(api, "POST", "/contact-lists", CREATE))
    assert (status, len(body)) == (201, int(headers["content-length"]))
    assert lists_made(api) == 1


def test_others_are_answered_while_an_answer_drips(api: Api) -> None:
    api.gateway.faults.add("drip GET /devices delay=60 times=1")
    with api.http.stream("GET", "/devices") as answer:
        assert next(answer.iter_raw(1)) == b"{"
        assert api.http.get("/contact-lists").status_code == 200


def test_an_answer_never_ends(api: Api) -> None:
    api.gateway.faults.add("endless delay=0")
    with api.http.stream("POST", "/contact-lists", json={"name": "A"}) as answer:
        assert "Content-Length" not in answer.headers
        received = b""
        for piece in answer.iter_raw():
            received += piece
            if len(received) > 100_000:
                break
    assert received.startswith(b'{"id":1,"name":"A"}   ')
    assert lists_made(api) == 1


def test_a_gateway_stops_while_it_sends_without_end(api: Api) -> None:
    api.gateway.faults.add("endless delay=30")
    with api.http.stream("GET", "/devices"):
        api.gateway.stop()


@pytest.mark.parametrize(
    ("fault", "code", "held"),
    [
        ("html status=413", 5, 0),
        ("maintenance", 8, 0),
        ("drip delay=0", 0, 1),
    ],
)
def test_a_command_tells_how_it_ended(
    server: Gateway, run: Run, fault: str, code: int, held: int
) -> None:
    server.faults.add(fault)
    run("contact-lists create A --set retries=0", code=code)
    assert len(server.store.rows("contact_lists")) == held
