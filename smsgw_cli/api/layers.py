"""The stack of httpx transports that every request passes, each wrapping the next one."""

import time
from collections.abc import Callable

import httpx

from smsgw_cli.api import backoff, responses, trace, transport_errors
from smsgw_cli.api.attempt import Feedback
from smsgw_cli.api.attempts import feedback_of
from smsgw_cli.api.pacer import LONG_WAIT, Pacer
from smsgw_cli.api.redirect import HOP, Redirect
from smsgw_cli.api.retry_rules import WRITES, Disposition, Intent, ResponseSummary, disposition

PACED = "paced"  # request extension: the worker has already asked the pacer

Outcome = httpx.Response | httpx.RequestError
Check = Callable[[httpx.Request], None]
Note = Callable[[str], None]


def stack(
    wire: httpx.BaseTransport,
    *,
    check: Check,
    retries: int | None,
    pacer: Pacer,
    note: Note,
    note_once: Note,
    show: Note | None,
) -> httpx.BaseTransport:
    """Guard → Retry → Redirect → Pacer → Trace → wire; no Retry where `retries` is None.

    `check` is called before each request, redirects included, and raises to block it. `note`
    gets messages for the user, `note_once` those that need no repetition, `show` the lines of
    --verbose.
    """
    redirected = Redirect(Paced(Trace(wire, show), pacer), check, note_once)
    retried = redirected if retries is None else Retry(redirected, retries, note)
    return Guard(retried, check)


class Guard(httpx.BaseTransport):
    """Calls `check` before each request, which raises to block it."""

    def __init__(self, below: httpx.BaseTransport, check: Check) -> None:
        self._below = below
        self._check = check

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._check(request)
        return self._below.handle_request(request)

    def close(self) -> None:
        self._below.close()


class Retry(httpx.BaseTransport):
    """Retries a request up to `retries` times if the table of outcomes allows it."""

    def __init__(self, below: httpx.BaseTransport, retries: int, note: Note) -> None:
        self._below = below
        self._retries = retries
        self._note = note

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        attempts, outcome = 1, self._try(request)
        while attempts <= self._retries and _may_retry(request, outcome):
            self._wait(backoff.wait_before_retry(attempts, _summary(outcome).retry_after), outcome)
            attempts, outcome = attempts + 1, self._try(request)
        if isinstance(outcome, httpx.RequestError):
            raise outcome
        return _without_own_404(outcome, attempts)

    def close(self) -> None:
        self._below.close()

    def _try(self, request: httpx.Request) -> Outcome:
        try:
            return self._below.handle_request(request)
        except httpx.RequestError as error:
            return error

    def _wait(self, seconds: float, outcome: Outcome) -> None:
        if seconds >= LONG_WAIT:
            why = (
                transport_errors.describe(outcome)
                if isinstance(outcome, httpx.RequestError)
                else f"the server answered {outcome.status_code}"
            )
            self._note(f"{why}; retrying in {seconds:.0f} s")
        time.sleep(seconds)


class Paced(httpx.BaseTransport):
    """Delays a request until the pacer allows it, and reports the response to the pacer."""

    def __init__(self, below: httpx.BaseTransport, pacer: Pacer) -> None:
        self._below = below
        self._pacer = pacer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if PACED in request.extensions:
            if HOP in request.extensions:
                self._pacer.acquire_redirect()
            return self._below.handle_request(request)
        self._pacer.acquire()
        started, response = time.monotonic(), None
        try:
            response = self._below.handle_request(request)
        finally:
            seconds = time.monotonic() - started
            self._pacer.release(feedback_of(response, seconds) if response else Feedback(seconds))
        return response

    def close(self) -> None:
        self._below.close()


class Trace(httpx.BaseTransport):
    """Shows each request and its response; changes nothing."""

    def __init__(self, below: httpx.BaseTransport, show: Note | None) -> None:
        self._below = below
        self._show = show

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._show is None:
            return _exchange(self._below, request)
        self._show(trace.request(request))
        started = time.monotonic()
        try:
            response = _exchange(self._below, request)
        except httpx.RequestError as error:
            self._show(trace.outcome(error, time.monotonic() - started))
            raise
        self._show(trace.outcome(response, time.monotonic() - started))
        return response

    def close(self) -> None:
        self._below.close()


def _exchange(below: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    """The response, read to its end and with its request, which not every transport sets."""
    response = below.handle_request(request)
    response.request = request
    response.read()
    return response


def _summary(outcome: Outcome) -> ResponseSummary:
    if isinstance(outcome, httpx.RequestError):
        return ResponseSummary(failure=transport_errors.failure_kind(outcome))
    return responses.summary(outcome)


def _may_retry(request: httpx.Request, outcome: Outcome) -> bool:
    intent = request.extensions["intent"]
    if isinstance(outcome, httpx.Response) and outcome.is_success and intent not in WRITES:
        return False
    return disposition(intent, _summary(outcome)) is Disposition.RETRY


def _without_own_404(response: httpx.Response, attempts: int) -> httpx.Response:
    """Make the 404 of a retried DELETE a success: an earlier attempt did it without a response."""
    request = response.request
    is_deleted = disposition(Intent.DELETE, responses.summary(response)) is Disposition.DONE
    if request.method == "DELETE" and attempts > 1 and is_deleted:
        return httpx.Response(204, request=request)
    return response
