"""TLS handshakes that keep a refused certificate."""

import ssl


class _Handshake:
    """Keeps the certificate of a refused handshake: Python's error does not have it."""

    def do_handshake(self, *args: bool) -> None:
        try:
            super().do_handshake(*args)  # type: ignore[misc]
        except ssl.SSLCertVerificationError as error:
            error.refused = _peer(self)  # type: ignore[attr-defined]
            error.hostname = self.server_hostname  # type: ignore[attr-defined]
            raise


class Socket(_Handshake, ssl.SSLSocket):
    pass


class Object(_Handshake, ssl.SSLObject):
    pass


def _peer(connection: object) -> bytes | None:
    """The certificate that the other side sent, as DER; None if this Python does not tell."""
    try:
        if hasattr(connection, "get_unverified_chain"):  # Python 3.13
            return bytes(connection.get_unverified_chain()[0])
        chain = connection._sslobj.get_unverified_chain()  # type: ignore[attr-defined]
        return ssl.PEM_cert_to_DER_cert(chain[0].public_bytes())
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
