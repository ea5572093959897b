"""A certificate for `sandbox serve --tls`, and the CA that vouches for it, made by `openssl`.

The program is nearly everywhere that Python is; the package `cryptography`, 4 MB of machine code
for one certificate of a toy server, is not. OpenSSL 1.1.1 and LibreSSL 3.1 or later do.
"""

import subprocess
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

DAYS = 397
"""The most that browsers accept of a certificate (CA/Browser Forum, Ballot SC31)."""
SPARE = 7 * 86_400
"""Seconds that a certificate must be valid for, to be used once more."""
ALWAYS = ("localhost", "127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # no address to connect to

CONFIG = """[req]
distinguished_name = subject
[subject]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""
"""In place of the machine's openssl.cnf; the extensions that Python's VERIFY_X509_STRICT wants."""


class Certificate(NamedTuple):
    """The files: `ca` is what clients must trust, `chain` and `key` are the server's."""

    ca: Path
    chain: Path
    key: Path


class NoCertificate(OSError):
    """None can be made: `strerror` says why."""


def certificate_in(folder: Path, host: str) -> Certificate:
    """The certificate in a folder, for `host` and this machine; made if none there is valid for it.

    A client that trusts its CA goes on to do so at the next start. Raises NoCertificate; OSError if
    the folder cannot be written.
    """
    files = Certificate(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    name = ALWAYS[0] if host in EVERYWHERE else host
    if not (all(each.exists() for each in files) and _is_valid(files, name)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(files, name)
    return files


def _is_valid(files: Certificate, host: str) -> bool:
    check = "-verify_ip" if _is_address(host) else "-verify_hostname"
    try:
        _openssl("verify", "-CAfile", str(files.ca), check, host, str(files.chain))
        _openssl("x509", "-checkend", str(SPARE), "-noout", "-in", str(files.chain))
    except NoCertificate:
        return False
    return True


def _make(files: Certificate, host: str) -> None:
    """Make all anew. The key of the CA is deleted: nothing else can ever be signed with it."""
    # In a folder beside it, so that files are moved into place, complete.
    with TemporaryDirectory(dir=files.ca.parent, prefix="new-") as made:
        new = Path(made)
        signer, request, config = (str(new / each) for each in ("ca.key", "request", "config"))
        ca, chain, key = (new / each.name for each in files)
        names = ",".join(map(_alternative, dict.fromkeys((*ALWAYS, host))))
        Path(config).write_text(CONFIG.format(names=names), encoding="utf-8")
        made_with = ("-config", config, "-newkey", "rsa:2048", "-nodes", "-keyout")
        days = ("-days", str(DAYS))
        _openssl(
            *("req", "-x509", *made_with, signer, "-out", str(ca), *days),
            *("-extensions", "ca", "-subj", "/CN=smsgw sandbox CA"),
        )
        _openssl("req", *made_with, str(key), "-out", request, "-subj", "/CN=smsgw sandbox")
        _openssl(
            *("x509", "-req", "-in", request, "-out", str(chain), *days),
            *("-CA", str(ca), "-CAkey", signer, "-CAcreateserial"),
            *("-extfile", config, "-extensions", "server"),
        )
        key.chmod(0o600)
        for source, target in zip((ca, chain, key), files, strict=True):
            source.replace(target)


def _alternative(name: str) -> str:
    return f"IP:{name}" if _is_address(name) else f"DNS:{name}"


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _openssl(*arguments: str) -> None:
    """Run it; it asks for nothing. Raises NoCertificate."""
    given = ("openssl", *arguments)
    try:
        subprocess.run(given, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise NoCertificate(0, "openssl, which generates the certificate, was not found") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or [f"it ended with {error.returncode}"]
        raise NoCertificate(0, f"openssl could not create the certificate: {said[-1]}") from error
