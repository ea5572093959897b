"""Proxies: which requests take one, and whose fault a failure is."""

import hashlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from smsgw_cli.api.proxies import is_excluded
from tests.api.test_wire import KEPT, Talk, talking, worker
from tests.conftest import Run
from tests.scripted import PAGE, answer, read_request, scripted

ELSEWHERE = "http://sms.example"
SEND = "messages send --to +12025550123 -m x --yes --settle 0 --retries 2"


@pytest.mark.parametrize(
    ("host", "port", "no_proxy", "expected"),
    [
        ("sms.example.com", 443, "example.com", True),
        ("sms.example.com", 443, ".example.com", True),
        ("example.com", 443, ".example.com", True),
        ("badexample.com", 443, "example.com", False),
        ("SMS.Example.com", 443, "EXAMPLE.com", True),
        ("sms.example.com.", 443, "example.com", True),
        ("sms.example.com", 443, "other.test, sms.example.com", True),
        ("sms.example.com", 443, "other.test sms.example.com", True),
        ("sms.example.com", 443, "*", True),
        ("sms.example.com", 443, "", False),
        ("sms.example.com", 443, ",", False),
        ("sms.example.com", 443, ".", False),
        ("sms.example.com", 443, "sms.example.com:443", True),
        ("sms.example.com", 443, "sms.example.com:80", False),
        ("10.1.2.3", 80, "10.0.0.0/8", True),
        ("11.1.2.3", 80, "10.0.0.0/8", False),
        ("10.1.2.3", 80, "10.1.2.3", True),
        ("10.1.2.3", 80, "2.3", False),
        ("10.1.2.3", 80, "10.1.2.3:81", False),
        ("fd00::1", 80, "fd00::/8", True),
        ("fd00::1", 80, "[fd00::1]", True),
        ("fd00::1", 80, "[fd00::1]:80", True),
        ("fd00::1", 80, "fd00:0::1", True),
        ("10.1.2.3", 80, "10.0.0.0/99", False),
        ("sms.example.com", 80, "10.0.0.0/8", False),
    ],
)
def test_no_proxy_is_read_as_curl_does(host: str, port: int, no_proxy: str, expected: bool) -> None:
    assert is_excluded(host, port, no_proxy) is expected


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("line", ["devices list", SEND, "contacts import 7 numbers.csv"])
def test_a_dead_proxy_is_named(
    run: Run,
    against: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    scheme: str,
    line: str,
) -> None:
    (home / "numbers.csv").write_text("mobile_number\n+12025550123\n")
    against(f"{scheme}://sms.example")
    monkeypatch.setenv(f"{scheme}_proxy", "http://ann:hunter22@127.0.0.1:9")
    failed = run(f"{line} --retries 0", code=6)
    assert f"the proxy 127.0.0.1:9 ({scheme}_proxy): no connection" in failed.stderr
    assert "hunter22" not in failed.stderr
    assert "NO_PROXY" in failed.stderr


def test_a_proxy_without_an_address_is_named(
    run: Run, against: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    against(ELSEWHERE)
    monkeypatch.setenv("ALL_PROXY", "nowhere.invalid:3128")
    failed = run("devices list --retries 0", code=6)
    assert "the proxy nowhere.invalid:3128 (ALL_PROXY)" in failed.stderr


DENIED = b"<html>Access denied</html>"
REFUSALS = {
    "407 Proxy Authentication Required": "Proxy-Authenticate: Basic",
    "401 Unauthorized": "Server: tinyproxy/1.11.1",
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("line", ["devices list", SEND])
@pytest.mark.parametrize("status", REFUSALS)
def test_a_wrong_password_is_tried_once(
    run: Run,
    against: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    line: str,
    status: str,
) -> None:
    against(f"{scheme}://sms.example")
    page = answer(status, DENIED, REFUSALS[status])
    with scripted(page) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url.replace("://", "://ann:hunter22@"))
        failed = run(line, code=6)
    assert len(proxy.requests) == 1
    assert f"(ALL_PROXY): {status}" in failed.stderr
    assert "hunter22" not in failed.stderr


@pytest.mark.parametrize("url", ["http://ann:hunter22/x@p.example:1", "ftp://p.example", "http://"])
def test_an_address_that_is_none_is_told_without_its_password(
    run: Run, against: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    against(ELSEWHERE)
    monkeypatch.setenv("http_proxy", url)
    failed = run("devices list", code=2)
    assert "the proxy in http_proxy is not a valid address" in failed.stderr
    assert "hunter22" not in failed.stderr


def test_a_connection_to_a_proxy_that_reads_the_requests_is_used_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """tinyproxy closes it then, and has not said so."""
    opened: list[socket.socket] = []

    def talk(connection: socket.socket) -> None:
        opened.append(connection)
        while read_request(connection):
            connection.sendall(KEPT)

    with talking(talk) as proxy, worker(ELSEWHERE) as api:
        monkeypatch.setenv("http_proxy", proxy)
        for _ in range(3):
            assert api.attempt("POST", "contacts").status == 201
    assert len(opened) == 3


def closing_at_once(connection: socket.socket) -> None:
    read_request(connection)


def test_a_send_that_did_not_get_past_the_proxy_was_not_processed(
    run: Run, against: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    against("https://sms.example")
    with talking(closing_at_once) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        failed = run(f"{SEND} --retries 0", code=6)
    assert "(https_proxy): it closed the connection" in failed.stderr


def test_socks_of_the_desktop_breaks_no_server_in_no_proxy(
    run: Run, monkeypatch: pytest.MonkeyPatch, against: Callable[[str], None]
) -> None:
    with scripted(answer("200 OK", PAGE)) as script:
        against(script.url.replace("127.0.0.1", "0.0.0.0"))
        monkeypatch.setenv("all_proxy", "socks://127.0.0.1:9/")
        monkeypatch.setenv("no_proxy", "0.0.0.0")
        run("devices list")
    assert len(script.requests) == 1


def test_a_socks_proxy_without_its_package_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, against: Callable[[str], None]
) -> None:
    against(ELSEWHERE)
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "socksio", None)
    assert "smsgw-cli[socks]" in run("devices list", code=2).stderr


def socks_to(port: int, password: bytes = b"") -> Talk:
    """A SOCKS5 proxy (RFC 1928 and 1929) that leads to a port of this machine."""

    def talk(client: socket.socket) -> None:
        _, count = client.recv(2)
        client.recv(count)
        client.sendall(b"\x05\x02" if password else b"\x05\x00")
        if password:
            received = client.recv(512)
            client.sendall(b"\x01\x00" if received.endswith(password) else b"\x01\x01")
        client.recv(512)
        client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        with socket.create_connection(("127.0.0.1", port)) as server:
            threading.Thread(target=copy, args=(server, client), daemon=True).start()
            copy(client, server)

    return talk


def copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("is_secure", [False, True])
@pytest.mark.parametrize("user", ["", "ann:hunter22@"])
def test_a_socks_proxy_leads_to_the_server(
    run: Run,
    against: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    is_secure: bool,
    user: str,
) -> None:
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("sms.example").configure_cert(tls)
    with (
        scripted(answer("200 OK", PAGE), tls=tls if is_secure else None) as script,
        talking(socks_to(port_of(script.url), b"hunter22" if user else b"")) as proxy,
        authority.cert_pem.tempfile() as file,
    ):
        monkeypatch.setenv("SSL_CERT_FILE", file)
        monkeypatch.setenv("all_proxy", proxy.replace("http://", f"socks5://{user}"))
        against("https://sms.example" if is_secure else ELSEWHERE)
        run("devices list")
    assert len(script.requests) == 1


def test_a_password_that_socks_refuses_is_tried_once(
    run: Run, against: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def talk(client: socket.socket) -> None:
        tries.append(1)
        socks_to(9, b"right")(client)

    against(ELSEWHERE)
    with talking(talk) as proxy:
        monkeypatch.setenv("all_proxy", proxy.replace("http://", "socks5://ann:hunter22@"))
        failed = run("devices list", code=6)
    assert "(all_proxy): Invalid username/password" in failed.stderr
    assert len(tries) == 1


def test_what_is_no_socks_proxy_is_told(
    run: Run, against: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    against(ELSEWHERE)
    with talking(lambda client: client.sendall(answer("400 Bad Request"))) as proxy:
        monkeypatch.setenv("all_proxy", proxy.replace("http://", "socks5://"))
        failed = run("devices list --retries 0", code=6)
    assert "(all_proxy): it is not a SOCKS proxy" in failed.stderr


@contextmanager
def intercepting(tls: ssl.SSLContext) -> Iterator[str]:
    """A proxy that answers CONNECT itself, with a certificate of its own."""

    def talk(client: socket.socket) -> None:
        read_request(client)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with tls.wrap_socket(client, server_side=True) as inside:
            inside.sendall(answer("200 OK", PAGE))

    with talking(talk) as url:
        yield url


def test_an_intercepting_proxy_is_seen_by_its_certificate(
    run: Run, against: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = trustme.CA().issue_cert("sms.example")
    certificate.configure_cert(tls)
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    against("https://sms.example")
    with intercepting(tls) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        failed = run("devices list", code=6)
    assert fingerprint(der) in failed.stderr


def fingerprint(der: bytes) -> str:
    return hashlib.sha256(der).digest().hex(":").upper()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])
