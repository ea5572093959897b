"""Translates errors of httpx into failure kinds and into errors for users."""

import httpx

from smsgw_cli.api import tls
from smsgw_cli.api.network import ResponseTooLarge
from smsgw_cli.api.retry_rules import (
    Disposition,
    FailureKind,
    Intent,
    ResponseSummary,
    disposition,
)
from smsgw_cli.api.route import ProxyRefused
from smsgw_cli.errors import SmsgwError, Unavailable, Unknown

KINDS: tuple[tuple[type[httpx.RequestError], FailureKind], ...] = (
    (ResponseTooLarge, FailureKind.TOO_LARGE),
    (httpx.ConnectError, FailureKind.NOT_CONNECTED),
    (httpx.ConnectTimeout, FailureKind.NOT_CONNECTED),
    (httpx.PoolTimeout, FailureKind.NOT_CONNECTED),
    (ProxyRefused, FailureKind.PROXY_REFUSED),
    (httpx.ProxyError, FailureKind.NOT_CONNECTED),
    (httpx.TimeoutException, FailureKind.TIMEOUT),
    (httpx.NetworkError, FailureKind.DROPPED),
    (httpx.RemoteProtocolError, FailureKind.DROPPED),
    (httpx.DecodingError, FailureKind.DROPPED),
)


def failure_kind(error: httpx.RequestError) -> FailureKind:
    """The kind of a transport error."""
    if tls.refused_certificate(error) is not None:
        return FailureKind.UNTRUSTED
    kinds = (kind for each, kind in KINDS if isinstance(error, each))
    return next(kinds, FailureKind.UNSENDABLE)


def describe(error: httpx.RequestError) -> str:
    """A short description for users."""
    kind, text = failure_kind(error), str(error) or type(error).__name__
    if kind is FailureKind.TIMEOUT:
        return "timeout"
    if isinstance(error, httpx.ProxyError):
        return text
    if kind in (FailureKind.NOT_CONNECTED, FailureKind.DROPPED):
        return f"{kind.value}: {text}"
    return text


def as_error(
    error: httpx.RequestError, request: httpx.Request, server: str, intent: Intent
) -> SmsgwError:
    """The error to report: Unknown if the request may have been carried out."""
    untrusted = tls.refused_certificate(error)
    if untrusted is not None:
        return tls.failure(server, untrusted)
    what = f"{describe(error)} ({request.method} {request.url})"
    kind = failure_kind(error)
    if disposition(intent, ResponseSummary(failure=kind)) is Disposition.UNKNOWN:
        return Unknown(
            f"{what}; the request may or may not have been carried out",
            hint="check before running it again",
        )
    if isinstance(error, httpx.ProxyError):
        return Unavailable(what, hint="check that variable, or name the server in NO_PROXY")
    if kind is FailureKind.UNSENDABLE:
        return SmsgwError(what)
    return Unavailable(what, hint="check that the server is running and its address is right")
