"""Certificates: verified always; what is not trusted is named, with how to trust it."""

import hashlib
import shutil
import ssl
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
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
    assert "ca_bundle=FILE" in failed.stderr
    assert script.requests == []


def test_a_self_signed_server_is_trusted_with_a_ca_bundle(
    run: Run, authority: trustme.CA, home: Path
) -> None:
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    with scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script:
        profile(run, script.url, "--ca-bundle ca.pem")
        assert run("contact-lists list -o json").json == []


def test_the_program_loads_tls_when_a_server_needs_it(
    process: Callable[..., subprocess.CompletedProcess[str]],
    against: Callable[[str], None],
    authority: trustme.CA,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its modules are postponed in a process of its own alone."""
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    with scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script:
        against(script.url)
        refused = process("contact-lists list")
        monkeypatch.setenv("SMSGW_CA_BUNDLE", str(home / "ca.pem"))
        listed = process("contact-lists list -o json")
        examined = process("doctor")
    assert (refused.returncode, listed.returncode) == (6, 0)
    assert "is not trusted: " in refused.stderr
    assert "(SHA-256 " in refused.stderr
    assert listed.stdout == "[]\n"
    assert "certificate valid until" in examined.stdout


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
    assert len(tls.Trust().context.get_ca_certs()) > 50


def test_an_authority_in_the_systems_file_alone_is_trusted(
    run: Run, authority: trustme.CA, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl"):
        add_authority(system, trustme.CA())
    file = system / "ca-certificates.crt"
    authority.cert_pem.write_to_path(str(file))
    paths = ssl.get_default_verify_paths()._replace(cafile=str(file))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    with scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script:
        profile(run, script.url)
        assert run("contact-lists list -o json").json == []


def test_a_servers_own_certificate_is_trusted_for_its_host_alone(
    run: Run, authority: trustme.CA, home: Path
) -> None:
    for name in ("127.0.0.1", "other.example"):
        tls, certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), authority.issue_cert(name)
        certificate.configure_cert(tls)
        certificate.cert_chain_pems[0].write_to_path(str(home / "own.pem"))
        with scripted(answer("200 OK", PAGE), tls=tls) as script:
            run(
                f"profiles add {name} --server {script.url} --token-stdin --ca-bundle own.pem",
                input="t",
            )
            run(f"-p {name} contact-lists list", code=0 if name == "127.0.0.1" else 6)


@pytest.mark.parametrize("line", ["contact-lists list", "contact-lists create VIP"])
def test_a_redirect_to_https_is_followed_for_reading(
    run: Run, authority: trustme.CA, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        scripted(answer("200 OK", PAGE), tls=context(authority, "127.0.0.1")) as script,
        scripted(answer("301 Moved", b"", f"Location: {script.url}/api/v1/contact-lists")) as plain,
        authority.cert_pem.tempfile() as file,
    ):
        monkeypatch.setenv("SSL_CERT_FILE", file)
        profile(run, plain.url)
        reads = "list" in line.split()
        ended = run(line, code=0 if reads else 8)
    assert script.url in ended.stderr
    assert len(script.requests) == reads
    assert ended.stderr.count("redirects to") == reads


@pytest.mark.parametrize("is_named", [True, False])
def test_a_ca_bundle_is_proposed_only_where_it_helps(
    run: Run, authority: trustme.CA, home: Path, is_named: bool
) -> None:
    """An expired certificate is not mended by trusting it."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    past = datetime(2020, 1, 1, tzinfo=UTC)
    expired = authority.issue_cert("127.0.0.1", not_before=past, not_after=past)
    (expired if is_named else authority.issue_cert("127.0.0.1")).configure_cert(tls)
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    with scripted(answer("200 OK", PAGE), tls=tls) as script:
        profile(run, script.url, "--ca-bundle ca.pem" if is_named else "")
        failed = run("contact-lists list", code=6)
    assert ("ca_bundle=FILE" in failed.stderr) is not is_named
