"""`sandbox serve --tls`: HTTPS with a certificate of its own, and who trusts it."""

import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from smsgw_cli.sandbox import certificate
from smsgw_cli.sandbox.certificate import NoCertificate, certificate_in
from smsgw_cli.sandbox.server import Gateway, Settings
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.terminal import PROGRAM

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


@contextmanager
def served(*options: str) -> Iterator[tuple[dict[str, str], list[str]]]:
    """What a gateway prints: the record on stdout, and the lines on stderr."""
    line = [*PROGRAM, "sandbox", "serve", "--db", "gateway.db", "--tls", "-o", "json", *options]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        try:
            notes = [process.stderr.readline().strip() for _ in range(3)]
            record = ""
            while not record.endswith("}\n"):
                record += process.stdout.readline()
            yield json.loads(record), notes
        finally:
            process.terminate()
            assert process.wait(20) == 0


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(Settings(tmp_path / "gateway.db", tls=True)) as running:
        yield running


def test_a_command_trusts_it_by_the_line_that_is_printed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served() as (record, notes):
        assert record["url"].startswith("https://127.0.0.1:")
        assert notes[-1] == f"to trust it: export SSL_CERT_FILE={record['ca_bundle']}"
        monkeypatch.setenv("SMSGW_SERVER", record["url"])
        monkeypatch.setenv("SMSGW_TOKEN", record["token"])
        assert "certificate" in run("contact-lists list --set retries=0", code=6).stderr
        monkeypatch.setenv("SSL_CERT_FILE", record["ca_bundle"])
        run("contact-lists create Friends")
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv("SMSGW_CA_BUNDLE", record["ca_bundle"])
        assert run("contact-lists list -o json").json == [{"id": 1, "name": "Friends"}]


def context(gateway: Gateway) -> ssl.SSLContext:
    assert gateway.certificate
    made = ssl.create_default_context(cafile=str(gateway.certificate.ca))
    made.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does
    return made


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_certificate_is_for_this_machine_by_its_names(secure: Gateway, name: str) -> None:
    port = urlsplit(secure.url).port
    assert Control(f"https://{name}:{port}", secure.token, context(secure)).ready()


@contextmanager
def connected(gateway: Gateway, name: str = "127.0.0.1") -> Iterator[ssl.SSLSocket]:
    """A connection to it that trusts its CA, to be the host with this name."""
    address = ("127.0.0.1", urlsplit(gateway.url).port or 0)
    with (
        socket.create_connection(address, timeout=20) as plain,
        context(gateway).wrap_socket(plain, server_hostname=name) as connection,
    ):
        yield connection


def test_the_certificate_is_for_no_other_host(secure: Gateway) -> None:
    with (
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
        connected(secure, "example.com"),
    ):
        pass


def test_faults_of_the_connection_are_the_same(secure: Gateway) -> None:
    secure.faults.add("twice GET /devices", "drop-after POST /contact-lists")
    head = f"Host: x\r\nAuthorization: Bearer {secure.token}\r\nContent-Length: 0\r\n\r\n"
    with connected(secure) as connection:
        connection.sendall(f"GET /api/v1/devices HTTP/1.1\r\n{head}".encode())
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 2:
            received += connection.recv(65536)
    with connected(secure) as connection:
        connection.sendall(f"POST /api/v1/contact-lists?name=A HTTP/1.1\r\n{head}".encode())
        with suppress(ConnectionResetError):  # some versions of OpenSSL call it the end
            assert connection.recv(65536) == b""
    assert secure.requests[-1] == ("POST", "/api/v1/contact-lists", 0)


def test_whoever_trusts_it_does_so_at_the_next_start(tmp_path: Path) -> None:
    first = certificate_in(tmp_path / "tls", "127.0.0.1")
    before = first.ca.read_bytes()
    assert certificate_in(tmp_path / "tls", "::1").ca.read_bytes() == before
    assert certificate_in(tmp_path / "tls", "0.0.0.0").ca.read_bytes() == before


def test_nobody_can_sign_with_its_ca_and_others_cannot_read_its_key(tmp_path: Path) -> None:
    made = certificate_in(tmp_path / "tls", "localhost")
    assert sorted(each.name for each in made.ca.parent.iterdir()) == [
        "ca.pem",
        "server.key",
        "server.pem",
    ]
    assert made.key.stat().st_mode & 0o077 == 0
    assert made.ca.parent.stat().st_mode & 0o077 == 0


def test_it_is_made_anew_for_another_host(tmp_path: Path) -> None:
    before = certificate_in(tmp_path / "tls", "localhost").ca.read_bytes()
    assert certificate_in(tmp_path / "tls", "gateway.test").ca.read_bytes() != before


def test_it_is_made_anew_before_it_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as short:
        short.setattr(certificate, "DAYS", 1)
        before = certificate_in(tmp_path / "tls", "localhost").ca.read_bytes()
    assert certificate_in(tmp_path / "tls", "localhost").ca.read_bytes() != before


def test_without_openssl_it_is_said(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    failed = run("sandbox serve --tls", code=1)
    assert "openssl, which generates the certificate, was not found" in failed.stderr


def test_what_openssl_refuses_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoCertificate, match="openssl could not create the certificate: "):
        certificate_in(tmp_path / "tls", "a,b")
    assert list((tmp_path / "tls").iterdir()) == []
