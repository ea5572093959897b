"""A worker makes each request once, and knows what every answer means."""

import gzip
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import httpx
import pytest
import trustme

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.connector import Connector, Hooks
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.api.worker import Worker
from smsgw_cli.config.profiles import Profile
from tests.scripted import Scripted, answer, scripted

PATH = "contact-lists/1/contacts"
CONTACT = b'{"id": 7, "mobile_number": "+12025550123"}'
BODY = {"mobile_number": "+12025550123", "name": "Zoë “Z” O'Hara"}
CHUNKED = (
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b"5\r\n" + CONTACT[:5] + b"\r\n%x\r\n" % len(CONTACT[5:]) + CONTACT[5:] + b"\r\n0\r\n\r\n"
)
PACKED = gzip.compress(CONTACT), "Content-Encoding: gzip"
REFUSAL = gzip.compress(b'{"message": "No."}'), "Content-Encoding: gzip"
LIMITED = "Retry-After: 7", "X-RateLimit-Limit: 60", "X-RateLimit-Remaining: 0"
DONE, REFUSED, RETRY, UNKNOWN, ABORT = Disposition
ANSWERS = {
    "created": (answer("201 Created", CONTACT), DONE, None),
    "chunked": (CHUNKED, DONE, None),
    "compressed": (answer("201 Created", *PACKED), DONE, None),
    "without a reason": (answer("201", CONTACT), DONE, None),
    "empty": (answer("204 No Content"), UNKNOWN, "unknown"),
    "a page": (answer("200 OK", b"<title>Welcome</title>"), UNKNOWN, "unknown"),
    "half of it": (answer("201 Created", CONTACT)[:-10], UNKNOWN, "unknown"),
    "not even a status": (b"hello\r\n\r\n", UNKNOWN, "unknown"),
    "nothing": (b"", UNKNOWN, "unknown"),
    "endless line": (b"HTTP/1.1 200 " + b"a" * 200_000, UNKNOWN, "unknown"),
    "refused": (answer("422 No", b'{"errors": {"name": ["is too long"]}}'), REFUSED, "rejected"),
    "refused, compressed": (answer("422 No", *REFUSAL), REFUSED, "rejected"),
    "refused by a page": (answer("422 No", b"<h1>No</h1>"), UNKNOWN, "unknown"),
    "too large": (answer("413 Content Too Large"), REFUSED, "rejected"),
    "badly compressed": (answer("500 No", b"a", "Content-Encoding: gzip"), UNKNOWN, "unknown"),
    "unauthorized": (answer("401 No", b'{"message": "unknown token hush-hush"}'), ABORT, "auth"),
    "unauthorized by a page": (answer("401 No", b"unknown token hush-hush"), UNKNOWN, "unknown"),
    "limited": (answer("429 Too Many Requests", b"", *LIMITED), RETRY, "unavailable"),
    "too early": (answer("425 Too Early"), RETRY, "unavailable"),
    "busy": (answer("503 Busy", b"", "Retry-After: 1"), UNKNOWN, "unknown"),
    "broken": (answer("500 No", b"<h1>oops</h1>"), UNKNOWN, "unknown"),
    "login": (answer("302 Found", b"", "Location: /login"), UNKNOWN, "unknown"),
    "login, same method": (answer("307 Moved", b"", "Location: /login"), UNKNOWN, "unknown"),
    "elsewhere": (answer("301 Moved", b"", "Location: https://a.example/"), UNKNOWN, "unknown"),
    "elsewhere, same method": (answer("308 Moved", b"", "Location: /new"), UNKNOWN, "unknown"),
}


def connector(url: str, hooks: Hooks | None = None, timeout: float = 5) -> Connector:
    return Connector(Profile("work", url, timeout=timeout), "hush-hush", hooks)


@contextmanager
def worker(url: str, hooks: Hooks | None = None, timeout: float = 5) -> Iterator[Worker]:
    with closing(connector(url, hooks, timeout).worker()) as made:
        yield made


def told(attempt: Attempt) -> tuple[object, ...]:
    error = attempt.error
    return (
        attempt.disposition,
        attempt.body,
        attempt.feedback._replace(seconds=0.0),
        error and (error.kind, error.status, error.errors, error.hint),
    )


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_means_the_same_whether_it_is_watched_or_not(name: str) -> None:
    said, disposition, kind = ANSWERS[name]
    shown: list[str] = []
    with scripted(said) as script:
        with worker(script.url) as api:
            found = api.attempt("POST", PATH, BODY)
        with worker(script.url, Hooks(trace=shown.append)) as api:
            watched = api.attempt("POST", PATH, BODY)
        assert len(script.requests) == 2
    assert (found.disposition, found.error and found.error.kind) == (disposition, kind)
    assert told(watched) == told(found)
    assert len(shown) == 2
    assert "hush-hush" not in str(found.error)


def test_what_a_rate_limit_says_is_known() -> None:
    with scripted(ANSWERS["limited"][0]) as script, worker(script.url) as api:
        feedback = api.attempt("POST", PATH, BODY).feedback
    assert (feedback.retry_after, feedback.limit_remaining, feedback.limit) == (7.0, 0, 60)


def test_a_request_is_the_reference_s_and_nothing_else() -> None:
    created = answer("201 Created", CONTACT)
    with scripted(created) as script, worker(script.url + "/gateway") as api:
        api.attempt("POST", PATH, BODY)
        api.attempt("GET", "contacts/7")
    head, _, body = script.requests[0].partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    assert first == f"POST /gateway/api/v1/{PATH} HTTP/1.1"
    assert {header.split(":")[0] for header in headers} == {
        "Host", "Authorization", "Accept", "Accept-Encoding", "Cache-Control", "User-Agent",
        "Content-Type", "Content-Length",
    }  # fmt: skip
    assert body.decode() == ('{"mobile_number":"+12025550123","name":"Zoë “Z” O\'Hara"}')
    head, _, body = script.requests[1].partition(b"\r\n\r\n")
    assert not body
    assert b"content" not in head.lower()


def test_what_was_never_sent_may_be_sent_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with worker(f"http://127.0.0.1:{port}") as api:
        found = api.attempt("POST", PATH, BODY)
    assert (found.status, found.disposition) == (None, Disposition.RETRY)
    assert found.error is not None
    assert found.error.kind == "unavailable"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_no_redirect_of_a_change_is_followed(method: str) -> None:
    moved = answer("308 Permanent Redirect", b"", "Location: /new/contacts")
    with scripted(moved, answer("201 Created", CONTACT)) as script, worker(script.url) as api:
        is_unknown = method == "POST"
        found = api.attempt(method, "contacts/7", BODY).disposition
        assert found is (Disposition.UNKNOWN if is_unknown else Disposition.ABORT)
        assert len(script.requests) == 1


def test_a_redirect_of_a_get_is_followed_within_the_server_and_seen_by_the_guard() -> None:
    moved = answer("302 Found", b"", "Location: /new/contacts/7?a=1")
    seen: list[tuple[str, object]] = []
    hooks = Hooks(guard=lambda _, request: seen.append((request.path, request.query)))
    with scripted(moved, answer("200 OK", CONTACT)) as script, worker(script.url, hooks) as api:
        assert api.attempt("GET", "contacts/7").body == {"id": 7, "mobile_number": "+12025550123"}
        assert b"Bearer hush-hush" in script.requests[1]
    assert seen == [("/api/v1/contacts/7", {}), ("/new/contacts/7", {"a": ["1"]})]


@pytest.mark.parametrize("location", ["/login", "//other.example/a", "http://127.0.0.1:1/a", "//["])
def test_a_redirect_to_elsewhere_or_to_a_login_is_not_followed(location: str) -> None:
    moved = answer("302 Found", b"", f"Location: {location}")
    with scripted(moved) as script, worker(script.url) as api:
        assert api.attempt("GET", "contacts/7").disposition is Disposition.ABORT
        assert len(script.requests) == 1


def test_a_redirect_that_is_followed_counts_as_a_request() -> None:
    moved = answer("302 Found", b"", "Location: /new")
    made = Connector(Profile("work", "http://127.0.0.1:1", rate=10), "t")
    with scripted(moved, answer("200 OK", CONTACT)) as script:
        made = Connector(Profile("work", script.url, rate=2), "t")
        with closing(made.worker()) as api:
            assert made.pacer.begin() == 0
            made.pacer.end(api.attempt("GET", "contacts/7").feedback)
    assert made.pacer.begin() > 0


def test_any_transport_may_be_at_the_bottom() -> None:
    wire = httpx.MockTransport(lambda _: httpx.Response(201, content=CONTACT))
    made = Connector(Profile("work", "https://sms.example"), "t", wire=lambda: wire)
    assert made.worker().attempt("POST", PATH, BODY).disposition is Disposition.DONE
    assert made.client().create(PATH, BODY)["id"] == 7


def test_a_proxy_gets_the_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(answer("201 Created", CONTACT)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with worker("http://sms.example") as api:
            assert api.attempt("POST", "contacts", BODY).status == 201
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removeprefix("http://"))
        with worker("http://sms.example") as api:
            assert api.attempt("POST", "contacts", BODY).status == 201
    for request in proxy.requests:
        assert request.startswith(b"POST http://sms.example/api/v1/contacts")


def test_this_machine_and_what_no_proxy_names_need_no_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with scripted(answer("201 Created", CONTACT)) as script:
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        with worker(script.url) as api:
            assert api.attempt("POST", "contacts", BODY).status == 201
        monkeypatch.setenv("NO_PROXY", "sms.invalid")
        with worker("http://sms.invalid") as api:
            error = api.attempt("POST", "contacts", BODY).error
    assert error is not None
    assert "Connection refused" not in error.message


def test_a_proxy_that_sends_more_than_its_answer_is_no_way_to_a_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with scripted(b"HTTP/1.1 200 Connected\r\n\r\nmore") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with worker("https://sms.example") as api:
            found = api.attempt("POST", "contacts", BODY)
    assert proxy.requests[0].startswith(b"CONNECT sms.example:443")
    assert found.disposition is Disposition.RETRY


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
    with worker(script.url) as api:
        untrusted = api.attempt("POST", PATH, BODY)
    assert untrusted.error is not None
    assert "is not trusted" in untrusted.error.message
    assert untrusted.disposition is Disposition.ABORT
    with authority.cert_pem.tempfile() as file:
        monkeypatch.setenv("SSL_CERT_FILE", file)
        with worker(script.url) as api:
            trusted = api.attempt("POST", PATH, BODY)
    assert trusted.status == 201
    assert len(script.requests) == 1


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with worker(url, timeout=0.1) as api:
            found = api.attempt("POST", "contacts", BODY)
    assert (found.status, found.disposition) == (None, Disposition.UNKNOWN)
    assert found.error is not None
    assert "timeout" in found.error.message


def test_workers_are_used_in_parallel() -> None:
    found: list[int | None] = []
    with scripted(answer("201 Created", CONTACT)) as script:
        made = connector(script.url)

        def work() -> None:
            with closing(made.worker()) as api:
                found.append(api.attempt("POST", "contacts", BODY).status)

        threads = [Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [201] * 8
