"""Certificates: verified always; what is not trusted is named, with how to trust it."""

import hashlib
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
import trustme

from smsgw_cli.api import tls
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


@pytest.mark.parametrize("content", ["no PEM certificate", ""])
def test_a_ca_bundle_that_is_none_is_told(run: Run, home: Path, content: str) -> None:
    (home / "ca.pem").write_text(content)
    profile(run, "https://127.0.0.1:9", "--ca-bundle ca.pem")
    assert f"cannot use ca_bundle {home}/ca.pem" in run("contact-lists list", code=2).stderr


def test_a_ca_bundle_that_is_not_there_is_refused(run: Run) -> None:
    line = "profiles add work --server https://127.0.0.1:9 --token-stdin --ca-bundle nowhere.pem"
    error = run(line, code=2, input="t").stderr
    assert "nowhere.pem not found" in error


@pytest.fixture
def system(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder of authorities: an empty one that nothing else overrules."""
    folder = home / "certs"
    folder.mkdir()
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    paths = ssl.get_default_verify_paths()._replace(capath=str(folder))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    return folder


def add_authority(folder: Path, authority: trustme.CA) -> None:
    """Put an authority into a folder, under the name by which OpenSSL looks for it."""
    pem = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(pem))
    command = ["openssl", "x509", "-hash", "-noout", "-in", str(pem)]
    pem.rename(folder / f"{subprocess.check_output(command, text=True).strip()}.0")


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")


@needs_openssl
def test_an_authority_of_the_system_is_trusted_and_no_other(
    run: Run, authority: trustme.CA, system: Path
) -> None:
    add_authority(system, authority)
    with scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script:
        profile(run, script.url)
        assert run("contact-lists list -o json").json == []
    with scripted(answer("200 OK", PAGE), tls=context(trustme.CA(), "127.0.0.1")) as stranger:
        run(f"profiles update work --server {stranger.url}")
        assert "is not trusted: " in run("contact-lists list", code=6).stderr
    with scripted(answer("200 OK", PAGE), tls=context(authority, "other.example")) as another:
        run(f"profiles update work --server {another.url}")
        assert "not valid for '127.0.0.1'" in run("contact-lists list", code=6).stderr
    assert stranger.requests == another.requests == []


@needs_openssl
def test_authorities_that_the_environment_names_count_alone(
    run: Run, authority: trustme.CA, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_authority(system, authority)
    other = trustme.CA()
    other.cert_pem.write_to_path(str(system.parent / "other.pem"))
    with scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script:
        profile(run, script.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(system.parent / "other.pem"))
        assert "is not trusted: " in run("contact-lists list", code=6).stderr
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv("SSL_CERT_DIR", str(system))
        assert run("contact-lists list -o json").json == []


@pytest.mark.parametrize("has_folder", [True, False])
def test_without_a_hashed_folder_there_are_the_authorities_that_came_along(
    system: Path, monkeypatch: pytest.MonkeyPatch, has_folder: bool
) -> None:
    (system / "ca-certificates.crt").touch()
    if not has_folder:
        paths = ssl.get_default_verify_paths()._replace(capath="")
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    assert len(tls.context("https://sms.example.com", None).get_ca_certs()) > 50
