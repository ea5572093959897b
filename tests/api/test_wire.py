"""What a server may do to a connection: take for ever, send too much, or a byte too many."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from smsgw_cli.api import decoding, network, route
from smsgw_cli.api.connector import Connector
from smsgw_cli.api.worker import Worker
from smsgw_cli.config.profiles import Profile
from tests.conftest import Run
from tests.scripted import PAGE, answer, read_request, scripted

CONTACT = b'{"id": 7, "mobile_number": "+12025550123"}'
KEPT = answer("201 Created", CONTACT).replace(b"Connection: close\r\n", b"")
ENDLESS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
Talk = Callable[[socket.socket], None]


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """A server that does with each connection what `talk` does; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def dripping(answer: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        for each in answer:
            connection.sendall(bytes([each]))
            time.sleep(0.05)

    return talk


def flooding(head: bytes, piece: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return talk


@contextmanager
def worker(url: str, timeout: float = 5.0) -> Iterator[Worker]:
    with closing(Connector(Profile("work", url, timeout=timeout), "hush-hush").worker()) as made:
        yield made


@pytest.mark.parametrize("line", ["devices list", "devices list -v"])
def test_a_server_that_drips_is_given_up_when_the_time_is_over(
    run: Run, against: Callable[[str], None], line: str
) -> None:
    with talking(dripping(answer("200 OK", PAGE))) as url:
        against(url)
        started = time.monotonic()
        failed = run(f"{line} --timeout 0.5 --retries 0", code=6)
    assert 0.5 <= time.monotonic() - started < 5.0  # it would drip for more than ten seconds
    assert "timeout" in failed.stderr


def test_a_change_that_a_dripping_server_answers_is_unknown(
    run: Run, against: Callable[[str], None]
) -> None:
    with talking(dripping(answer("201 Created", CONTACT))) as url:
        against(url)
        run("contact-lists create Mine --timeout 0.3 --retries 0", code=8)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b" " * 65536),
        (ENDLESS, b"8000\r\n" + b" " * 0x8000 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n", b" " * 65536),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["endless", "chunked", "a huge length", "endless hints"],
)  # fmt: skip
def test_an_answer_without_end_is_given_up_and_not_asked_for_again(
    run: Run,
    against: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    head: bytes,
    piece: bytes,
) -> None:
    monkeypatch.setattr(network, "MAX_BYTES", 1 << 20)
    asked: list[None] = []

    def talk(connection: socket.socket) -> None:
        asked.append(None)
        flooding(head, piece)(connection)

    with talking(talk) as url:
        against(url)
        assert "larger than 1 MiB" in run("devices list", code=6).stderr
        assert len(asked) == 1
        assert "larger than 1 MiB" in run("contact-lists create Mine", code=8).stderr
        assert len(asked) == 2


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "deflate"])
def test_a_compressed_answer_is_not_unpacked_beyond_the_limit(
    run: Run, against: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, coding: str
) -> None:
    for module in (network, decoding):
        monkeypatch.setattr(module, "MAX_BYTES", 1 << 20)
    packed = b" " * (2 << 20)
    for each in coding.split(", "):
        packed = gzip.compress(packed) if each == "gzip" else zlib.compress(packed)
    with scripted(answer("200 OK", packed, f"Content-Encoding: {coding}")) as script:
        against(script.url)
        run("devices list", code=6)
        assert len(script.requests) == 1
        run("contact-lists create Mine", code=8)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda content: zlib.compress(content)[2:-4]),
        ("identity", bytes),
        ("gzip, gzip", lambda content: gzip.compress(gzip.compress(content))),
    ],
)
def test_an_answer_is_unpacked(
    run: Run, against: Callable[[str], None], coding: str, pack: Callable[[bytes], bytes]
) -> None:
    with scripted(answer("200 OK", pack(PAGE), f"Content-Encoding: {coding}")) as script:
        against(script.url)
        assert run("devices list -o json").json == []
        assert f"content-encoding: {coding}" in run("api GET devices -i").stdout
        assert b"Accept-Encoding: gzip\r\n" in script.requests[0]


@pytest.mark.parametrize("surplus", [b"H", KEPT, answer("422 No", b'{"message": "no"}')])
@pytest.mark.parametrize("is_late", [False, True])
def test_bytes_after_an_answer_are_never_the_next_answer(surplus: bytes, is_late: bool) -> None:
    connections: list[socket.socket] = []
    seen = threading.Event()

    def talk(connection: socket.socket) -> None:
        connections.append(connection)
        while read_request(connection):
            if len(connections) == 1 and is_late:
                connection.sendall(KEPT)
                connection.sendall(surplus)
                seen.set()
            else:
                connection.sendall(KEPT + (surplus if len(connections) == 1 else b""))

    with talking(talk) as url, worker(url) as api:
        assert api.attempt("POST", "contacts", {}).status == 201
        assert not is_late or seen.wait(60)
        for _ in range(3):
            assert api.attempt("POST", "contacts", {}).status == 201
    assert len(connections) == 2


@pytest.mark.parametrize(
    "kept",
    [
        KEPT,
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + KEPT,
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2a\r\n%s\r\n0\r\n\r\n"
        % CONTACT,
    ],
    ids=["plain", "after a hint", "chunked"],
)
def test_a_connection_is_used_again_where_nothing_is_wrong_with_it(kept: bytes) -> None:
    connections: list[socket.socket] = []

    def talk(connection: socket.socket) -> None:
        connections.append(connection)
        while read_request(connection):
            connection.sendall(kept)

    with talking(talk) as url, worker(url) as api:
        for _ in range(5):
            found = api.attempt("POST", "contacts", {})
            assert (found.status, found.body) == (201, {"id": 7, "mobile_number": "+12025550123"})
    assert len(connections) == 1


def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    """A server closes idle connections; a request sent into one would be lost, or made twice."""
    with scripted(KEPT) as script, worker(script.url) as api:
        for _ in range(20):
            assert api.attempt("POST", "contact-lists/1/contacts", {}).status == 201
            script.closed.acquire()
    assert len(script.requests) == 20


@pytest.mark.parametrize(
    ("idle", "connections"), [(0.5, {"GET": 1, "POST": 1}), (2.0, {"GET": 1, "POST": 2}),
                              (5.0, {"GET": 2, "POST": 2})]
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_idle_connection_is_not_used_for_long_and_by_a_send_for_less(
    monkeypatch: pytest.MonkeyPatch, method: str, idle: float, connections: dict[str, int]
) -> None:
    opened: list[socket.socket] = []
    now = [0.0]

    def talk(connection: socket.socket) -> None:
        opened.append(connection)
        while read_request(connection):
            connection.sendall(KEPT)

    monkeypatch.setattr(route, "monotonic", lambda: now[0])
    with talking(talk) as url, worker(url) as api:
        for _ in range(2):
            assert api.attempt(method, "contacts").status == 201
            now[0] += idle
    assert len(opened) == connections[method]
