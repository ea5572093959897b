"""Which certificates are trusted, and the errors for those that are not."""

import hashlib
import os
import re
import ssl
from importlib import import_module
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import httpx

from smsgw_cli.errors import Unavailable, Usage

HASHED = r"[0-9a-f]{8}\.[0-9]+"  # OpenSSL's name of a certificate file: 5ad8a5d6.0
# Where systems keep all their CA certificates in one file: those of Go's crypto/x509.
FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
# Codes of OpenSSL's x509_vfy.h for a certificate that none of the trusted ones vouches for.
UNKNOWN_ISSUER = frozenset({18, 19, 20, 21})
UNTIMELY = frozenset({9, 10})  # not yet valid, expired
WRONG_NAME = frozenset({62, 63, 64})  # of a host, an e-mail address, an IP address


class Trust:
    """The certificates to trust: those of `ca_bundle`, or the usual CAs.

    Thread-safe. `context` raises Usage if the certificates cannot be loaded.
    """

    def __init__(self, ca_bundle: str | None = None) -> None:
        self.ca_bundle = ca_bundle
        self._lock = Lock()
        self._context: ssl.SSLContext | None = None
        self._is_all = bool(ca_bundle)

    @property
    def context(self) -> "ssl.SSLContext":
        """Loaded when it is first needed, as that takes up to 33 ms."""
        with self._lock:
            if self._context is None:
                self._context = _prepared(self._load())
            return self._context

    def add_all(self, refusing: "ssl.SSLContext") -> bool:
        """Trust what the system's file of CA certificates has, too; it takes 30 ms to load.

        Returns whether `refusing`, the context of a failed handshake, lacked it.
        """
        with self._lock:
            if not self._is_all:
                self._is_all = True
                self._context = _prepared(_loaded(_hashed_folder(), _system_file()))
            return refusing is not self._context

    def _load(self) -> "ssl.SSLContext":
        if self.ca_bundle:
            return _from_bundle(self.ca_bundle)
        folder, file = _from_environment()
        if folder or file:
            self._is_all = True
            return _loaded(folder, file)
        folder = _hashed_folder()
        self._is_all = folder is None
        return _loaded(folder, None if folder else _system_file())


def _prepared(context: "ssl.SSLContext") -> "ssl.SSLContext":
    handshake = import_module("smsgw_cli.api.handshake")
    context.sslsocket_class, context.sslobject_class = handshake.Socket, handshake.Object
    return context


def _from_bundle(path: str) -> "ssl.SSLContext":
    try:
        context = ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or "it contains no PEM certificates"
        raise Usage(f"cannot use ca_bundle {path}: {reason}") from error
    # A server's own certificate is enough, also if a CA has signed it, as for curl and Go.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _loaded(folder: str | None, file: str | None) -> "ssl.SSLContext":
    """Trusts the CA certificates of a folder and a file, or certifi's without both."""
    try:
        if folder or file:
            return ssl.create_default_context(cafile=file, capath=folder)
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        raise Usage(
            f"cannot load the certificates to trust: {error}",
            hint="check SSL_CERT_FILE and SSL_CERT_DIR",
        ) from error


def _from_environment() -> tuple[str | None, str | None]:
    """The folder and the file of CA certificates that OpenSSL's variables set."""
    return os.environ.get("SSL_CERT_DIR") or None, os.environ.get("SSL_CERT_FILE") or None


def _hashed_folder() -> str | None:
    """The system's folder of CA certificates by hash, from which OpenSSL reads those it needs.

    This takes 0.5 ms, loading all certificates 30. None if there is no such folder.
    """
    folder = ssl.get_default_verify_paths().capath
    try:
        files = Path(folder).iterdir() if folder else ()
        is_hashed = any(re.fullmatch(HASHED, each.name) for each in files)
    except OSError:
        return None
    return folder if is_hashed else None


def _system_file() -> str | None:
    """The system's file of CA certificates."""
    default = ssl.get_default_verify_paths().cafile
    places = (default, *FILES) if default else FILES
    return next((each for each in places if os.access(each, os.R_OK)), None)


def describe(response: httpx.Response) -> str | None:
    """Protocol and certificate expiry of a response's connection; None for plain http."""
    connection = response.extensions.get("ssl_object")
    if connection is None:
        return None
    certificate = connection.getpeercert() or {}
    return f"{connection.version()}, certificate valid until {certificate.get('notAfter')}"


def refused_certificate(error: BaseException | None) -> "ssl.SSLError | None":
    """The TLS error that caused a failed connection, or None.

    Only while connecting: after a later TLS error the request may have been processed.
    """
    if not isinstance(error, httpx.ConnectError):
        return None
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def failure(server: str, error: "ssl.SSLError") -> Unavailable:
    """The error for a connection that is not secure, with a hint at what helps."""
    parts = urlsplit(server)
    if not isinstance(error, ssl.SSLCertVerificationError):
        return Unavailable(
            f"no secure connection to {parts.netloc}: {error.reason or error}",
            hint="check the port; use http:// for a server without TLS",
        )
    hostname = getattr(error, "hostname", None)
    name = parts.netloc if hostname in (None, parts.hostname) else hostname
    return Unavailable(
        f"the certificate of {name}{_fingerprint(error)} is not trusted: {error.verify_message}",
        hint=_hint(error.verify_code),
    )


def _hint(code: int) -> str:
    if code in UNKNOWN_ISSUER:
        return (
            "if it is yours, save it or its CA certificate as a PEM file and add it with "
            "'smsgw profiles update NAME ca_bundle=FILE' or SMSGW_CA_BUNDLE=FILE"
        )
    if code in UNTIMELY:
        return "check the clock of this machine; otherwise, the server needs a new certificate"
    if code in WRONG_NAME:
        return "use the server name in the certificate"
    return "the server needs another certificate"


def _fingerprint(error: "ssl.SSLCertVerificationError") -> str:
    """The SHA-256 of the certificate that was refused, from that very handshake."""
    certificate: bytes | None = getattr(error, "refused", None)
    if certificate is None:
        return ""
    return f" (SHA-256 {hashlib.sha256(certificate).digest().hex(':').upper()})"
