"""Certificates: verified always; what is not trusted is named, with how to trust it."""

import hashlib
import ssl
from pathlib import Path

import pytest
import trustme

from tests.conftest import Run
from tests.scripted import PAGE, answer, scripted


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """What a server with a certificate for these names uses."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(made)
    return made


def profile(run: Run, url: str, options: str = "") -> None:
    run(f"profiles add work --server {url} --token-stdin {options}", input="hush-hush\n")


def test_a_certificate_of_an_unknown_authority_is_named(run: Run, authority: trustme.CA) -> None:
    with scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script:
        profile(run, script.url)
        failed = run("contact-lists list", code=6)
        pem = ssl.get_server_certificate(("127.0.0.1", int(script.url.rpartition(":")[2])))
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    assert digest[:2] + ":" + digest[2:4] in failed.stderr
    assert "is not trusted: " in failed.stderr
    assert "--ca-bundle" in failed.stderr
    assert script.requests == []


def test_a_self_signed_server_is_trusted_with_a_ca_bundle(
    run: Run, authority: trustme.CA, home: Path
) -> None:
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    with scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script:
        profile(run, script.url, "--ca-bundle ca.pem")
        assert run("contact-lists list -o json").json == []


def test_a_certificate_for_another_host_is_refused(
    run: Run, authority: trustme.CA, home: Path
) -> None:
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    with scripted(answer("200 OK", PAGE), tls=context(authority, "other.example")) as script:
        profile(run, script.url, "--ca-bundle ca.pem")
        failed = run("contact-lists list", code=6)
    assert "not valid for '127.0.0.1'" in failed.stderr
    assert script.requests == []


def test_a_server_that_speaks_no_tls_is_told(run: Run) -> None:
    with scripted(answer("200 OK", PAGE)) as script:
        profile(run, script.url.replace("http://", "https://"))
        failed = run("contact-lists list --retries 0 --timeout 0.2", code=6)
    assert "handshake" in failed.stderr


@pytest.mark.parametrize("content", ["no certificate", ""])
def test_a_ca_bundle_that_is_none_is_told(run: Run, home: Path, content: str) -> None:
    (home / "ca.pem").write_text(content)
    profile(run, "https://127.0.0.1:9", "--ca-bundle ca.pem")
    assert f"cannot use the ca_bundle {home}/ca.pem" in run("contact-lists list", code=2).stderr


def test_a_ca_bundle_that_is_not_there_is_refused(run: Run) -> None:
    line = "profiles add work --server https://127.0.0.1:9 --token-stdin --ca-bundle nowhere.pem"
    assert "there is no file" in run(line, code=2, input="t").stderr
