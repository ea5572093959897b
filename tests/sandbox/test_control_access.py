"""Who may use the control address, over a real socket; and that nobody else can."""

import socket
from typing import Any

import httpx
import pytest

from smsgw_cli.sandbox.control.access import Access
from smsgw_cli.sandbox.control.states import States
from smsgw_cli.sandbox.wire import HttpError
from tests.sandbox.conftest import Api, Start
from tests.sandbox.control import Steering, steering

__all__ = ["steering"]

PATHS = ("ready", "clock", "requests", "wait", "nothing", "")


def asked(api: Api, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Asked without a token, unless it is in the headers; a _ in their names is a hyphen."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(
        method, f"{api.gateway.url}/__sandbox/{path}", headers=given, trust_env=False
    )


def authorization(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.gateway.token}"}


def test_only_ready_needs_no_token(api: Api) -> None:
    assert asked(api, "ready").json() == {"ready": True}
    for method, path in (("GET", "clock"), ("POST", "tokens"), ("POST", "session")):
        assert asked(api, path, method).status_code == 401
    assert asked(api, "clock", Authorization="Bearer wrong").status_code == 401
    assert asked(api, "clock", Authorization=f"Basic {api.gateway.token}").status_code == 401
    assert asked(api, "clock", Authorization=f"bearer {api.gateway.token}").status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "::1"])
def test_another_host_is_misdirected(api: Api, path: str, host: str) -> None:
    answer = asked(api, path, Host=host, **authorization(api))
    assert answer.status_code == 421
    answer = asked(api, path, Host=f"{host}:8025", **authorization(api))
    assert answer.status_code == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "localhost:9"])
def test_the_names_of_this_machine_are_served(api: Api, host: str) -> None:
    assert asked(api, "clock", Host=host, **authorization(api)).status_code == 200


def test_the_apis_own_routes_answer_any_host(api: Api) -> None:
    assert api.http.get("/devices", headers={"Host": "evil.example"}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1"]
)
def test_another_origin_is_refused(api: Api, path: str, origin: str) -> None:
    answer = asked(api, path, Origin=origin, **authorization(api))
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_same_origin_may(api: Api) -> None:
    assert asked(api, "clock", Origin=api.gateway.url, **authorization(api)).status_code == 200


def test_a_cookie_is_for_the_control_address_alone(api: Api) -> None:
    answer = asked(api, "session", "POST", **authorization(api))
    assert answer.status_code == 204
    cookie, *flags = answer.headers["Set-Cookie"].split("; ")
    assert flags == ["HttpOnly", "SameSite=Strict", "Path=/__sandbox"]
    assert api.gateway.token not in cookie
    assert asked(api, "clock", Cookie=cookie).status_code == 200
    url = f"{api.gateway.url}/api/v1/devices"
    assert httpx.get(url, headers={"Cookie": cookie}, trust_env=False).status_code in (302, 401)


def test_a_cookie_is_of_no_use_to_another_page(api: Api) -> None:
    answer = asked(api, "session", "POST", **authorization(api))
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    for site, status in (("same-origin", 200), ("same-site", 403), ("cross-site", 403)):
        answer = asked(api, "clock", Cookie=cookie, Sec_Fetch_Site=site)
        assert answer.status_code == status


@pytest.mark.parametrize("cookie", ["smsgw_sandbox=wrong", "smsgw_sandbox=", "a=b", "=;;a", "x"])
def test_another_cookie_is_no_token(api: Api, cookie: str) -> None:
    assert asked(api, "clock", Cookie=cookie).status_code == 401


def test_two_gateways_share_the_cookie_of_a_host(start: Start, tmp_path: Any) -> None:
    one, two = start(), start(db=tmp_path / "two.db")
    cookie = ""
    for api in (one, two, one):
        headers = {"Cookie": cookie, **authorization(api)}
        answer = asked(api, "session", "POST", **headers)
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    assert [asked(api, "clock", Cookie=cookie).status_code for api in (one, two)] == [200, 200]


def test_a_session_ends_with_its_token(steering: Steering, api: Api) -> None:
    other = steering.fresh(api)
    with other.http:
        answer = other.http.post("session")
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        other.ask("DELETE", "tokens", 204)
    assert asked(api, "clock", Cookie=cookie).status_code == 401


def test_control_off_is_not_found(start: Start) -> None:
    api = start(control="off")
    for path in PATHS:
        assert asked(api, path, **authorization(api)).status_code == 404
    assert api.data("/devices")


@pytest.mark.parametrize("client", ["192.168.1.5", "2001:db8::1", "::ffff:10.0.0.1", "x"])
def test_only_this_machine_may_unless_said(api: Api, client: str) -> None:
    def status(allowed: str, host: str = "localhost") -> int:
        states = api.gateway._states
        scope = {"client": (client, 5), "scheme": "http"}
        return _status(states, allowed, scope, host)

    assert status("loopback") == 403
    assert status("any") == 200
    assert status("any", "192.168.1.7:8025") == 200  # no name can be made to stand for an address
    assert status("any", "evil.example") == 421


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1", "::1%lo"])
def test_this_machine_may(api: Api, client: str) -> None:
    scope = {"client": (client, 5), "scheme": "http"}
    assert _status(api.gateway._states, "loopback", scope, "[::1]:8025") == 200
    assert _status(api.gateway._states, "loopback", {**scope, "client": None}, "[::1]") == 403


def _status(states: States, allowed: str, scope: dict[str, Any], host: str) -> int:
    try:
        Access(states, allowed, "0.0.0.0").check(scope, {"host": host})
    except HttpError as error:
        return error.response.status
    return 200


def test_another_machine_is_refused(start: Start) -> None:
    """By this machine's own address, if it has one."""
    api = start(host="0.0.0.0")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("no network")
        own = probe.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("no address but loopback")
    url = f"http://{own}:{api.gateway.url.rpartition(':')[2]}"
    answer = httpx.get(f"{url}/__sandbox/ready", trust_env=False)
    assert answer.status_code == 403
    assert "control=any" in answer.json()["message"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_may_run_or_be_kept(api: Api, path: str) -> None:
    for headers in ({}, authorization(api), {"Host": "evil.example"}):
        answer = asked(api, path, **headers) if path != "wait" else asked(api, "wait?timeout=0")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        is_page = path == "" and answer.is_success
        assert answer.headers["Content-Type"].startswith(
            "text/html" if is_page else "application/json"
        )


def test_a_body_that_is_too_large_is_refused_at_once(steering: Steering, api: Api) -> None:
    answer = steering.http.post("receive", content=b" " * (2**20 + 1))
    assert answer.status_code == 413
    address = httpx.URL(api.gateway.url)
    head = (
        f"POST /__sandbox/receive HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {api.gateway.token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port or 80), timeout=10) as connection:
        connection.sendall(head.encode())
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(17):  # and never the last one
            connection.sendall(chunk)
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_what_is_not_there(steering: Steering) -> None:
    assert steering.get("nothing").status_code == 404
    assert steering.get("devices/1/2").status_code == 405
    answer = steering.http.delete("clock")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PUT")
    assert steering.http.options("clock").status_code == 405
    assert steering.http.head("clock").status_code == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object(steering: Steering, body: bytes) -> None:
    assert steering.http.put("clock", content=body).status_code == 400


def test_a_path_that_begins_alike_is_of_the_api(api: Api) -> None:
    url = f"{api.gateway.url}/__sandboxed"
    headers = {"Accept": "application/json"}
    assert httpx.get(url, headers=headers, trust_env=False).status_code == 404
    assert api.gateway.requests == [("GET", "/__sandboxed", 404)]
