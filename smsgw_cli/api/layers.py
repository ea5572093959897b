"""A request made until it is answered: tries, waits between them, redirects within the server."""

import time
from collections.abc import Callable

import httpx

from smsgw_cli.api import retry, tls, trace, transport_errors
from smsgw_cli.api.rate_limit import Pace
from smsgw_cli.api.transport_errors import Answer

MOST_REDIRECTS = 3
TOLD_WAIT = 2.0  # a wait this long is told, so that nobody thinks the program hangs


class Exchange:
    """Makes requests of one server over `http`.

    `traced` gets what --verbose shows, if that is wanted; `tell` what a person waiting
    should know. `last` is the last answer, `tls` what it came over.
    """

    def __init__(
        self,
        http: httpx.Client,
        server: str,
        *,
        retries: int,
        pace: Pace,
        traced: Callable[[str], None] | None,
        tell: Callable[[str], None],
        sleep: Callable[[float], None],
    ) -> None:
        self._http = http
        self._server = server
        self._retries = retries
        self._pace = pace
        self._traced = traced
        self._tell = tell
        self._sleep = sleep
        self.last: httpx.Response | None = None
        self.tls: str | None = None
        http.event_hooks["response"].append(self._note_tls)

    def run(self, request: httpx.Request, *, idempotent: bool) -> httpx.Response:
        """The answer, whatever its status, after the tries that are allowed.

        Raises Unavailable or Unknown if there was none.
        """
        tries = 0
        while True:
            tries += 1
            answer = self._try(request)
            wait = retry.wait_before_retry(
                transport_errors.outcome_of(answer),
                idempotent=idempotent,
                tries=tries,
                retries=self._retries,
            )
            if wait is None:
                break
            self._wait(wait, answer)
        if isinstance(answer, httpx.RequestError):
            raise transport_errors.failure(answer, request, self._server, idempotent=idempotent)
        return _settled(answer, tries)

    def once(self, request: httpx.Request) -> httpx.Response:
        """The answer to one try, at whatever pace the caller keeps. Raises httpx.RequestError."""
        answer = self._traced_try(request)
        if isinstance(answer, httpx.RequestError):
            raise answer
        return answer

    def _try(self, request: httpx.Request) -> Answer:
        self._pace.wait()
        return self._traced_try(request)

    def _traced_try(self, request: httpx.Request) -> Answer:
        started = time.monotonic()
        if self._traced:
            self._traced(trace.request(request))
        answer: Answer
        try:
            answer = self.last = self._follow(self._http.send(request))
        except httpx.RequestError as error:
            answer = error
        except UnicodeError as error:  # no such host: its name cannot even be looked up
            answer = httpx.ConnectError(str(error), request=request)
        except (ValueError, httpx.InvalidURL) as error:  # of a redirect to nowhere
            answer = httpx.RemoteProtocolError(str(error), request=request)
        if self._traced:
            self._traced(trace.answer(answer, time.monotonic() - started))
        return answer

    def _follow(self, response: httpx.Response) -> httpx.Response:
        """What a redirect within the same server leads to; the token goes nowhere else."""
        for _ in range(MOST_REDIRECTS):
            following = response.next_request
            if following is None or not _stays(response.request, following):
                break
            response = self._http.send(following)
        return response

    def _note_tls(self, response: httpx.Response) -> None:
        """Called before the body is read, as the connection may be closed after it."""
        self.tls = tls.described(response)

    def _wait(self, seconds: float, answer: Answer) -> None:
        if seconds >= TOLD_WAIT:
            why = (
                transport_errors.sentence(answer)
                if isinstance(answer, httpx.RequestError)
                else f"the server answered {answer.status_code}"
            )
            self._tell(f"{why}; trying again in {seconds:.0f} s")
        self._sleep(seconds)


def _settled(answer: httpx.Response, tries: int) -> httpx.Response:
    """A 404 to a DELETE made again is a success: an earlier try did it, its answer was lost."""
    if answer.request.method == "DELETE" and tries > 1 and answer.status_code == 404:
        return httpx.Response(204, request=answer.request)
    return answer


def _stays(request: httpx.Request, following: httpx.Request) -> bool:
    """Whether a redirect keeps to the server, the method, and to TLS where there was TLS."""
    old, new = request.url, following.url
    same_server = old.host == new.host and (old.port == new.port or new.scheme != old.scheme)
    upgrade = new.scheme in (old.scheme, "https")
    to_login = "login" in new.path
    return same_server and upgrade and not to_login and request.method == following.method
