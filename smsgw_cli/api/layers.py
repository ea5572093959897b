"""The stack that every request goes through: transports of httpx, each round the next one."""

import time
from collections.abc import Callable

import httpx

from smsgw_cli.api import responses, retry, trace, transport_errors
from smsgw_cli.api.attempt import Reply
from smsgw_cli.api.outcome import Answer, Disposition, disposition
from smsgw_cli.api.pacer import LONG_WAIT, Pacer
from smsgw_cli.api.redirect import HOP, Redirect
from smsgw_cli.api.reply import reply_of

PACED = "paced"  # the extension that marks a request whose worker asked the pacer before

Came = httpx.Response | httpx.RequestError
Check = Callable[[httpx.Request], None]
Note = Callable[[str], None]


def stack(
    wire: httpx.BaseTransport,
    *,
    check: Check,
    retries: int | None,
    pacer: Pacer,
    note: Note,
    show: Note | None,
) -> httpx.BaseTransport:
    """Guard → Retry → Redirect → Pacer → Trace → wire; no Retry where `retries` is None.

    `check` sees every request before it goes out, and raises what is to keep it from that.
    `note` gets what a person waiting should know, `show` what --verbose shows.
    """
    redirected = Redirect(Paced(Trace(wire, show), pacer), check)
    retried = redirected if retries is None else Retry(redirected, retries, note)
    return Guard(retried, check)


class Guard(httpx.BaseTransport):
    """Lets no request pass that `check` refuses by raising."""

    def __init__(self, below: httpx.BaseTransport, check: Check) -> None:
        self._below = below
        self._check = check

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._check(request)
        return self._below.handle_request(request)

    def close(self) -> None:
        self._below.close()


class Retry(httpx.BaseTransport):
    """Makes a request again, up to `retries` times, where the table of outcomes allows it."""

    def __init__(self, below: httpx.BaseTransport, retries: int, note: Note) -> None:
        self._below = below
        self._retries = retries
        self._note = note

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        tries, came = 1, self._try(request)
        while tries <= self._retries and _may_repeat(request, came):
            self._wait(retry.wait_before_retry(tries, _answer(came).retry_after), came)
            tries, came = tries + 1, self._try(request)
        if isinstance(came, httpx.RequestError):
            raise came
        return _settled(came, tries)

    def close(self) -> None:
        self._below.close()

    def _try(self, request: httpx.Request) -> Came:
        try:
            return self._below.handle_request(request)
        except httpx.RequestError as error:
            return error

    def _wait(self, seconds: float, came: Came) -> None:
        if seconds >= LONG_WAIT:
            why = (
                transport_errors.describe(came)
                if isinstance(came, httpx.RequestError)
                else f"the server answered {came.status_code}"
            )
            self._note(f"{why}; retrying in {seconds:.0f} s")
        time.sleep(seconds)


class Paced(httpx.BaseTransport):
    """Lets a request go when the pacer allows it, and tells the pacer what came of it."""

    def __init__(self, below: httpx.BaseTransport, pacer: Pacer) -> None:
        self._below = below
        self._pacer = pacer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if PACED in request.extensions:
            if HOP in request.extensions:
                self._pacer.follow()
            return self._below.handle_request(request)
        self._pacer.acquire()
        started, response = time.monotonic(), None
        try:
            response = self._below.handle_request(request)
        finally:
            seconds = time.monotonic() - started
            self._pacer.release(reply_of(response, seconds) if response else Reply(seconds))
        return response

    def close(self) -> None:
        self._below.close()


class Trace(httpx.BaseTransport):
    """Shows each request and what came of it; changes nothing."""

    def __init__(self, below: httpx.BaseTransport, show: Note | None) -> None:
        self._below = below
        self._show = show

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._show is None:
            return _whole(self._below, request)
        self._show(trace.request(request))
        started = time.monotonic()
        try:
            response = _whole(self._below, request)
        except httpx.RequestError as error:
            self._show(trace.answer(error, time.monotonic() - started))
            raise
        self._show(trace.answer(response, time.monotonic() - started))
        return response

    def close(self) -> None:
        self._below.close()


def _whole(below: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    """An answer with its content and its request, which not every transport gives it."""
    response = below.handle_request(request)
    response.request = request
    response.read()
    return response


def _answer(came: Came) -> Answer:
    if isinstance(came, httpx.RequestError):
        return Answer(failure=transport_errors.failure_kind(came))
    return responses.answer(came)


def _may_repeat(request: httpx.Request, came: Came) -> bool:
    if isinstance(came, httpx.Response) and came.is_success:
        return False
    return disposition(request.extensions["intent"], _answer(came)) is Disposition.RETRY


def _settled(response: httpx.Response, tries: int) -> httpx.Response:
    """A 404 to a DELETE made again is a success: an earlier try did it, its answer was lost."""
    request = response.request
    if request.method == "DELETE" and tries > 1 and response.status_code == 404:
        return httpx.Response(204, request=request)
    return response
