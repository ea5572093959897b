"""A line makes of every answer what the client makes of it, and knows what is not its business."""

import gzip
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import trustme

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.client import Client
from smsgw_cli.api.transport import Line
from smsgw_cli.config.profiles import Profile
from tests.scripted import Scripted, answer, scripted

CONTACT = b'{"id": 7, "mobile_number": "+12025550123"}'
BODY = {"mobile_number": "+12025550123", "name": "Zoë “Z” O'Hara"}
CHUNKED = (
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b"5\r\n" + CONTACT[:5] + b"\r\n%x\r\n" % len(CONTACT[5:]) + CONTACT[5:] + b"\r\n0\r\n\r\n"
)
ANSWERS = {
    "created": answer("201 Created", CONTACT),
    "chunked": CHUNKED,
    "compressed though nobody asked": answer(
        "201 Created", gzip.compress(CONTACT), "Content-Encoding: gzip"
    ),
    "without a reason": answer("201", CONTACT),
    "empty": answer("204 No Content"),
    "a page": answer("200 OK", b"<html><title>Welcome</title></html>"),
    "half of it": answer("201 Created", CONTACT)[:-10],
    "not even a status": b"hello\r\n\r\n",
    "nothing": b"",
    "endless line": b"HTTP/1.1 200 " + b"a" * 70_000,
    "refused": answer("422 Unprocessable Entity", b'{"errors": {"name": ["is too long"]}}'),
    "compressed refusal": answer(
        "422 Unprocessable Entity",
        gzip.compress(b'{"message": "no"}'),
        "Content-Encoding: gzip",
    ),
    "not compressed though it says so": answer("500 No", b"plain", "Content-Encoding: gzip"),
    "unauthorized": answer("401 Unauthorized", b"token hush-hush is not known"),
    "limited": answer(
        "429 Too Many Requests",
        b"",
        "Retry-After: 7",
        "X-RateLimit-Limit: 60",
        "X-RateLimit-Remaining: 0",
    ),
    "busy": answer("503 Service Unavailable", b"", "Retry-After: 1"),
    "broken": answer("500 Internal Server Error", b"<h1>oops</h1>"),
    "login": answer("302 ParsedRecipients", b"", "Location: /login"),
    "login that keeps the method": answer("307 Temporary Redirect", b"", "Location: /login"),
    "elsewhere": answer("301 Moved", b"", "Location: https://other.example/"),
}


def client(url: str, **settings: object) -> Client:
    return Client(Profile("work", url, timeout=5), "hush-hush", **settings)  # type: ignore[arg-type]


def told(attempt: Attempt) -> tuple[object, ...]:
    error = attempt.error
    return (
        attempt.status,
        attempt.was_sent,
        attempt.body,
        attempt.retry_after,
        attempt.remaining,
        attempt.most,
        error and (error.kind, error.status, error.errors, error.hint),
    )


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    api = client(url)
    line = api.line()
    assert isinstance(line, Line)
    try:
        yield line
    finally:
        line.close()
        api.close()


@pytest.mark.parametrize("said", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_to_a_line_what_it_is_to_the_client(said: bytes) -> None:
    with scripted(said) as script:
        expected = client(script.url).attempt("POST", "contact-lists/1/contacts", BODY)
        with line_to(script.url) as line:
            found = line.attempt("POST", "contact-lists/1/contacts", BODY)
    assert told(found) == told(expected)
    assert "hush-hush" not in str(found.error)


def test_a_request_is_the_same_as_the_clients() -> None:
    with scripted(answer("201 Created", CONTACT)) as script:
        client(script.url + "/gateway").attempt("POST", "contact-lists/1/contacts", BODY)
        with line_to(script.url + "/gateway") as line:
            line.attempt("POST", "contact-lists/1/contacts", BODY)
    theirs, ours = (_parts(request) for request in script.requests)
    assert ours[0] == theirs[0] == "POST /gateway/api/v1/contact-lists/1/contacts HTTP/1.1"
    for name in ("host", "authorization", "accept", "user-agent", "content-type"):
        assert ours[1][name] == theirs[1][name]
    assert ours[2] == theirs[2]


def _parts(request: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    pairs = (header.split(": ", 1) for header in headers)
    return first, {name.lower(): value for name, value in pairs}, body


def test_what_was_never_sent_is_known_not_to_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with line_to(f"http://127.0.0.1:{port}") as line:
        found = line.attempt("POST", "contact-lists/1/contacts", BODY)
    assert (found.status, found.was_sent) == (None, False)
    assert found.error is not None
    assert found.error.kind == "unavailable"


def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    """A server closes idle connections; a request sent into one would be lost, or made twice."""
    kept = answer("201 Created", CONTACT).replace(b"Connection: close\r\n", b"")
    with scripted(kept) as script, line_to(script.url) as line:
        for _ in range(20):
            assert line.attempt("POST", "contact-lists/1/contacts", BODY).status == 201
            _closed_by_the_server(line)
    assert len(script.requests) == 20


def _closed_by_the_server(line: Line) -> None:
    """Wait until the end of the connection has arrived here."""
    connection = line._connection.sock
    assert connection.recv(1, socket.MSG_PEEK) == b""


def test_a_redirect_is_followed_by_the_client_which_stays() -> None:
    moved = answer("308 Permanent Redirect", b"", "Location: /new/contacts")
    created = answer("201 Created", CONTACT)
    with scripted(moved, moved, created) as script, line_to(script.url) as line:
        for _ in range(3):
            found = line.attempt("POST", "contact-lists/1/contacts", BODY)
    assert found.body == {"id": 7, "mobile_number": "+12025550123"}
    assert script.requests[2].startswith(b"POST /new/contacts")


def test_who_goes_through_a_proxy_or_is_watched_has_a_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(client("http://127.0.0.1:1", trace=print).line(), Client)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert isinstance(client("http://sms.example").line(), Client)
    assert isinstance(client("http://127.0.0.1:1").line(), Line)
    monkeypatch.setenv("NO_PROXY", "sms.example")
    assert isinstance(client("http://sms.example").line(), Line)


def test_a_proxy_gets_the_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(answer("201 Created", CONTACT)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        found = client("http://sms.example").line().attempt("POST", "contacts", BODY)
    assert found.status == 201
    assert proxy.requests[0].startswith(b"POST http://sms.example/api/v1/contacts")


@pytest.fixture
def secured() -> Iterator[tuple[Scripted, trustme.CA]]:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with scripted(answer("201 Created", CONTACT), tls=tls) as script:
        yield script, authority


def test_a_certificate_is_verified(
    secured: tuple[Scripted, trustme.CA], monkeypatch: pytest.MonkeyPatch
) -> None:
    script, authority = secured
    with line_to(script.url) as line:
        untrusted = line.attempt("POST", "contact-lists/1/contacts", BODY)
    assert untrusted.error is not None
    assert "is not trusted" in untrusted.error.message
    assert not untrusted.was_sent
    with authority.cert_pem.tempfile() as file:
        monkeypatch.setenv("SSL_CERT_FILE", file)
        with line_to(script.url) as line:
            trusted = line.attempt("POST", "contact-lists/1/contacts", BODY)
    assert trusted.status == 201
    assert len(script.requests) == 1


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        api = Client(Profile("work", f"http://127.0.0.1:{mute.getsockname()[1]}", timeout=0.1), "t")
        found = api.line().attempt("POST", "contacts", BODY)
    assert (found.status, found.was_sent) == (None, True)
    assert found.error is not None
    assert "no answer in time" in found.error.message


def test_lines_are_used_side_by_side() -> None:
    found: list[int | None] = []
    with scripted(answer("201 Created", CONTACT)) as script:
        api = client(script.url)

        def work() -> None:
            found.append(api.line().attempt("POST", "contacts", BODY).status)

        threads = [Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [201] * 8
