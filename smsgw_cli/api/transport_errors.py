"""What kept an answer away: httpx's errors as outcomes to decide on, and as errors to tell."""

import httpx

from smsgw_cli.api import responses, tls
from smsgw_cli.api.retry import Outcome, Trouble
from smsgw_cli.errors import SmsgwError, Unavailable, Unknown

Answer = httpx.Response | httpx.RequestError


def outcome_of(answer: Answer) -> Outcome:
    """What the retry decisions need to know of an answer, or of what came instead."""
    if isinstance(answer, httpx.Response):
        return responses.outcome(answer)
    if tls.refused_certificate(answer) is not None:
        return Outcome()  # no wait will make a certificate trusted
    return Outcome(trouble=_trouble(answer))


def _trouble(error: httpx.RequestError) -> Trouble | None:
    """What kept the answer away; None for a mistake of ours, which trying again won't mend."""
    not_connected = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
    if isinstance(error, not_connected):
        return Trouble.NOT_CONNECTED
    if isinstance(error, httpx.TimeoutException):
        return Trouble.TIMEOUT
    dropped = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.DecodingError)
    return Trouble.DROPPED if isinstance(error, dropped) else None


def sentence(error: httpx.RequestError) -> str:
    """What happened, for a person."""
    trouble = _trouble(error)
    if trouble is Trouble.TIMEOUT:
        return "no answer in time"
    told = str(error) or type(error).__name__
    return f"{trouble.value}: {told}" if trouble else told


def failure(
    error: httpx.RequestError, request: httpx.Request, server: str, *, idempotent: bool
) -> SmsgwError:
    """The error to end with: Unknown where the request may have been carried out."""
    untrusted = tls.refused_certificate(error)
    if untrusted is not None:
        return tls.failure(server, untrusted)
    what = f"{sentence(error)} ({request.method} {request.url})"
    trouble = _trouble(error)
    if trouble is None:
        return SmsgwError(what)
    if idempotent or trouble is Trouble.NOT_CONNECTED:
        return Unavailable(what, hint="is the server up, and its address right?")
    return Unknown(
        f"{what}; the request may or may not have been carried out",
        hint="look before you do it again",
    )
