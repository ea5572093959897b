"""Whom to trust: TLS contexts, and what to say when a certificate is not trusted."""

import hashlib
import os
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from smsgw_cli.errors import Unavailable, Usage

ASK_SECONDS = 5.0
HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")  # OpenSSL's file name for a subject: 5ad8a5d6.0


def context(server: str, ca_bundle: str | None) -> ssl.SSLContext:
    """The TLS context for a server: the well-known authorities, or those of `ca_bundle` alone.

    Raises Usage if the bundle cannot be read.
    """
    if not server.startswith("https://"):
        # Nothing to verify, and loading the authorities costs 33 ms: trust nobody.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not ca_bundle:
        return _well_known()
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or "it holds no certificates in PEM form"
        raise Usage(f"cannot use the ca_bundle {ca_bundle}: {reason}") from error


def _well_known() -> ssl.SSLContext:
    """The authorities that the environment names, else the system's, else certifi's."""
    folder = _hashed_folder()
    try:
        return ssl.create_default_context(capath=folder) if folder else httpx.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        raise Usage(
            f"cannot load the certificates to trust: {error}",
            hint="is SSL_CERT_FILE or SSL_CERT_DIR set to what is not there?",
        ) from error


def _hashed_folder() -> str | None:
    """The system's folder of authorities by their hash, from which OpenSSL reads those it needs.

    Reading all of them takes 30 ms, this 0.5. None if there is no such folder, or if the
    environment names another.
    """
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return None
    folder = ssl.get_default_verify_paths().capath
    try:
        is_hashed = folder and any(HASHED.fullmatch(each.name) for each in Path(folder).iterdir())
    except OSError:
        return None
    return folder if is_hashed else None


def described(response: httpx.Response) -> str | None:
    """Protocol, and until when the server's certificate is valid; None for plain http."""
    connection = response.extensions.get("ssl_object")
    if connection is None:
        return None
    certificate = connection.getpeercert() or {}
    return f"{connection.version()}, certificate valid until {certificate.get('notAfter')}"


def refused_certificate(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS failure behind a failed connection, if that is what it was.

    Only while connecting: a TLS failure later on may come after a request was handled.
    """
    if not isinstance(error, httpx.ConnectError):
        return None
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def failure(server: str, error: ssl.SSLError) -> Unavailable:
    """Which certificate was not trusted, why, and how to trust it if it is one's own."""
    parts = urlsplit(server)
    address = (parts.hostname or "", parts.port or 443)
    if not isinstance(error, ssl.SSLCertVerificationError):
        return Unavailable(
            f"no secure connection to {parts.netloc}: {error.reason or error}",
            hint="is it a TLS port? a server without TLS has an address that begins with http://",
        )
    return Unavailable(
        f"the certificate of {parts.netloc} ({_fingerprint(address)}) is not trusted: "
        f"{error.verify_message}",
        hint="if it is yours, save it or its authority's as a PEM file and name that with "
        "'smsgw profiles update NAME --ca-bundle FILE'",
    )


def _fingerprint(address: tuple[str, int]) -> str:
    """The certificate's SHA-256, asked for once more, as the failed handshake does not tell it."""
    try:
        pem = ssl.get_server_certificate(address, timeout=ASK_SECONDS)
    except OSError:
        return "its fingerprint could not be read"
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    return "SHA-256 " + ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
