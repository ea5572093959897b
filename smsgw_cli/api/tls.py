"""TLS contexts, and errors for untrusted certificates."""

import hashlib
import os
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from smsgw_cli.errors import Unavailable, Usage

FINGERPRINT_TIMEOUT = 5.0
HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")  # OpenSSL's name of a certificate file: 5ad8a5d6.0


def context(server: str, ca_bundle: str | None) -> ssl.SSLContext:
    """The TLS context for a server: trusts the usual CAs, or only those of `ca_bundle`.

    Raises Usage if the certificates cannot be loaded.
    """
    if not server.startswith("https://"):
        # Nothing to verify for http, and loading the CA certificates takes 33 ms.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not ca_bundle:
        return _default_context()
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or "it contains no PEM certificates"
        raise Usage(f"cannot use ca_bundle {ca_bundle}: {reason}") from error


def _default_context() -> ssl.SSLContext:
    """Trusts the CA certificates of the environment, else the system's, else certifi's."""
    folder = _hashed_folder()
    try:
        return ssl.create_default_context(capath=folder) if folder else httpx.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        raise Usage(
            f"cannot load the certificates to trust: {error}",
            hint="check SSL_CERT_FILE and SSL_CERT_DIR",
        ) from error


def _hashed_folder() -> str | None:
    """The system's folder of CA certificates by hash, from which OpenSSL reads those it needs.

    This takes 0.5 ms, loading all certificates 30. None if there is no such folder, or if the
    environment sets another one.
    """
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return None
    folder = ssl.get_default_verify_paths().capath
    try:
        is_hashed = folder and any(HASHED.fullmatch(each.name) for each in Path(folder).iterdir())
    except OSError:
        return None
    return folder if is_hashed else None


def describe(response: httpx.Response) -> str | None:
    """Protocol and certificate expiry of a response's connection; None for plain http."""
    connection = response.extensions.get("ssl_object")
    if connection is None:
        return None
    certificate = connection.getpeercert() or {}
    return f"{connection.version()}, certificate valid until {certificate.get('notAfter')}"


def refused_certificate(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS error that caused a failed connection, or None.

    Only while connecting: after a later TLS error the request may have been processed.
    """
    if not isinstance(error, httpx.ConnectError):
        return None
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def failure(server: str, error: ssl.SSLError) -> Unavailable:
    """The error for an untrusted certificate, with a hint for your own certificates."""
    parts = urlsplit(server)
    address = (parts.hostname or "", parts.port or 443)
    if not isinstance(error, ssl.SSLCertVerificationError):
        return Unavailable(
            f"no secure connection to {parts.netloc}: {error.reason or error}",
            hint="check the port; use http:// for a server without TLS",
        )
    return Unavailable(
        f"the certificate of {parts.netloc} ({_fingerprint(address)}) is not trusted: "
        f"{error.verify_message}",
        hint="if it is yours, save it or its CA certificate as a PEM file and add it with "
        "'smsgw profiles update NAME --ca-bundle FILE'",
    )


def _fingerprint(address: tuple[str, int]) -> str:
    """The certificate's SHA-256, read over a new connection, as the failed handshake lacks it."""
    try:
        pem = ssl.get_server_certificate(address, timeout=FINGERPRINT_TIMEOUT)
    except OSError:
        return "fingerprint unavailable"
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    return "SHA-256 " + ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
