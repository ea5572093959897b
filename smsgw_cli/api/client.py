"""Requests to the gateway: bearer token, JSON in and out, tried again where that does no harm."""

import time
from collections.abc import Callable, Generator, Mapping
from typing import Any

import httpx

from smsgw_cli import __version__, redact
from smsgw_cli.api import answers, paging, retry, tls
from smsgw_cli.api.pace import Pace
from smsgw_cli.api.retry import Outcome, Trouble
from smsgw_cli.errors import SmsgwError, Unavailable, Unknown, Usage
from smsgw_cli.profiles import Profile
from smsgw_cli.servers import API_PATH, is_loopback

Query = Mapping[str, Any]
Record = dict[str, Any]

MOST_REDIRECTS = 3
TOLD_WAIT = 2.0  # a wait this long is told, so that nobody thinks the program hangs
NOT_TAKEN = frozenset({404, 405, 501})


class Client:
    """The API of one server.

    `trace` gets a line for each request and answer, secrets taken out; `tell` gets what a
    person waiting should know.
    """

    def __init__(
        self,
        profile: Profile,
        token: str,
        *,
        trace: Callable[[str], None] | None = None,
        tell: Callable[[str], None] | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = profile.server
        self._retries = profile.retries
        self._send_method = profile.send_method
        self._trace = trace
        self._tell = tell or (lambda _: None)
        self._sleep = sleep
        self._pace = Pace(profile.rate_limit, sleep=sleep)
        self.last: httpx.Response | None = None  # for who wants to know more than its data
        self.tls: str | None = None  # what the last answer came over
        self._http = httpx.Client(
            base_url=profile.server + API_PATH,
            timeout=profile.timeout,
            transport=transport,
            verify=tls.context(profile.server, profile.ca_bundle),
            # A proxy from the environment has no business between us and this very machine.
            trust_env=not is_loopback(profile.server),
            event_hooks={"response": [self._note_tls]},
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "User-Agent": f"smsgw/{__version__}",
            },
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, query: Query | None = None) -> Record:
        """One thing. Raises what `request` raises, and SmsgwError if it is not an object."""
        return self._object("GET", path, query=query)

    def create(self, path: str, body: Record) -> Record:
        """POST something new, and what the server says it is now."""
        return self._object("POST", path, body=body)

    def update(self, path: str, body: Record) -> None:
        """PUT; the API answers with nothing."""
        self.request("PUT", path, body=body)

    def delete(self, path: str) -> None:
        """DELETE; the API answers with nothing."""
        self.request("DELETE", path)

    def pages(self, path: str, query: Query | None = None) -> Generator[Record, None, None]:
        """Every record of a list, once each; a page is fetched while the one before is used."""
        return paging.records(lambda page: self.page(path, query, page))

    def page(self, path: str, query: Query | None = None, number: int = 1) -> paging.Page:
        """One page of a list. Raises SmsgwError if the answer is not a page."""
        turn = {"page": number} if number > 1 else {}
        response = self.exchange("GET", path, query={**(query or {}), **turn})
        try:
            return paging.page_of(answers.data(response, idempotent=True))
        except paging.NotAPage as error:
            raise answers.unreadable(response, str(error), idempotent=True) from None

    def count(self, path: str, query: Query | None = None) -> int:
        """How many records a list has: one request, however long the list."""
        return self.page(path, query).total

    def send(self, path: str, body: Record) -> Record:
        """Send messages or USSD codes, never twice: the campaign made of them.

        As POST; and where the server provably did not take that, as the GET with a body that
        the API documents. `send_method` of the profile fixes one of them.
        """
        if self._send_method == "get":
            return self._object("GET", path, body=body, idempotent=False)
        response = self.exchange("POST", path, body=body)
        if self._send_method is None and response.status_code in NOT_TAKEN:
            return self._object("GET", path, body=body, idempotent=False)
        return self._as_object(response, idempotent=False)

    def request(
        self, method: str, path: str, *, query: Query | None = None, body: Any = None
    ) -> Any:
        """The JSON a request is answered with, None for an empty answer.

        Raises Auth, NotFound, Rejected, Unavailable, Unknown or SmsgwError, as the status,
        the missing answer or its unreadable body demand.
        """
        response = self.exchange(method, path, query=query, body=body)
        return answers.data(response, idempotent=_is_idempotent(method))

    def exchange(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        idempotent: bool | None = None,
    ) -> httpx.Response:
        """The answer to a request, whatever its status, after the tries that are allowed.

        Raises Unavailable or Unknown if there was none.
        """
        repeatable = _is_idempotent(method) if idempotent is None else idempotent
        request = self._built(method, path, query, body)
        tries = 0
        while True:
            tries += 1
            answer = self._try(request)
            wait = retry.wait_before_retry(
                _outcome_of(answer), idempotent=repeatable, tries=tries, retries=self._retries
            )
            if wait is None:
                return self._settled(answer, request, repeatable, tries)
            self._wait(wait, answer)

    def _object(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        idempotent: bool | None = None,
    ) -> Record:
        repeatable = _is_idempotent(method) if idempotent is None else idempotent
        response = self.exchange(method, path, query=query, body=body, idempotent=repeatable)
        return self._as_object(response, idempotent=repeatable)

    def _as_object(self, response: httpx.Response, *, idempotent: bool) -> Record:
        found = answers.data(response, idempotent=idempotent)
        if isinstance(found, dict):
            return found
        raise answers.unreadable(response, "is not a JSON object", idempotent=idempotent)

    def _built(self, method: str, path: str, query: Query | None, body: Any) -> httpx.Request:
        try:
            return self._http.build_request(
                method, path.lstrip("/"), params=_parameters(query), json=body
            )
        except (UnicodeError, httpx.InvalidURL) as error:
            raise Usage(f"this cannot be sent: {error}") from error

    def _try(self, request: httpx.Request) -> httpx.Response | httpx.RequestError:
        self._pace.wait()
        started = time.monotonic()
        self._traced(">", request)
        answer: httpx.Response | httpx.RequestError
        try:
            answer = self.last = self._follow(self._http.send(request))
        except httpx.RequestError as error:
            answer = error
        self._traced("<", answer, time.monotonic() - started)
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

    def _settled(
        self,
        answer: httpx.Response | httpx.RequestError,
        request: httpx.Request,
        idempotent: bool,
        tries: int,
    ) -> httpx.Response:
        if isinstance(answer, httpx.RequestError):
            raise self._failure(answer, request, idempotent)
        if request.method == "DELETE" and tries > 1 and answer.status_code == 404:
            # An earlier try did it, and its answer was lost.
            return httpx.Response(204, request=answer.request)
        return answer

    def _failure(
        self, error: httpx.RequestError, request: httpx.Request, idempotent: bool
    ) -> SmsgwError:
        untrusted = tls.refused_certificate(error)
        if untrusted is not None:
            return tls.failure(self.server, untrusted)
        what = f"{_sentence(error)} ({request.method} {request.url})"
        trouble = _trouble(error)
        if trouble is None:
            return SmsgwError(what)
        if idempotent or trouble is Trouble.NOT_CONNECTED:
            return Unavailable(what, hint="is the server up, and its address right?")
        return Unknown(
            f"{what}; the request may or may not have been carried out",
            hint="look before you do it again",
        )

    def _wait(self, seconds: float, answer: httpx.Response | httpx.RequestError) -> None:
        if seconds >= TOLD_WAIT:
            why = (
                _sentence(answer)
                if isinstance(answer, httpx.RequestError)
                else f"the server answered {answer.status_code}"
            )
            self._tell(f"{why}; trying again in {seconds:.0f} s")
        self._sleep(seconds)

    def _traced(
        self,
        sign: str,
        what: httpx.Request | httpx.Response | httpx.RequestError,
        seconds: float = 0.0,
    ) -> None:
        if self._trace:
            self._trace(f"{sign} {_described(what, seconds)}")


def _is_idempotent(method: str) -> bool:
    return method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")


def _parameters(query: Query | None) -> httpx.QueryParams:
    """The query as the API wants it: booleans as 1 and 0, lists as `name[]`, no Nones."""
    pairs: list[tuple[str, str | int | float | bool | None]] = []
    for name, value in (query or {}).items():
        if isinstance(value, list | tuple):
            pairs += [(f"{name}[]", str(each)) for each in value]
        elif value is not None:
            pairs.append((name, str(int(value)) if isinstance(value, bool) else str(value)))
    return httpx.QueryParams(pairs)


def _stays(request: httpx.Request, following: httpx.Request) -> bool:
    """Whether a redirect keeps to the server, the method, and to TLS where there was TLS."""
    old, new = request.url, following.url
    same_server = old.host == new.host and (old.port == new.port or new.scheme != old.scheme)
    upgrade = new.scheme in (old.scheme, "https")
    to_login = "login" in new.path
    return same_server and upgrade and not to_login and request.method == following.method


def _outcome_of(answer: httpx.Response | httpx.RequestError) -> Outcome:
    if isinstance(answer, httpx.Response):
        return answers.outcome(answer)
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


def _sentence(error: httpx.RequestError) -> str:
    trouble = _trouble(error)
    if trouble is Trouble.TIMEOUT:
        return "no answer in time"
    told = str(error) or type(error).__name__
    return f"{trouble.value}: {told}" if trouble else told


def _described(what: httpx.Request | httpx.Response | httpx.RequestError, seconds: float) -> str:
    if isinstance(what, httpx.Request):
        return f"{what.method} {what.url}{_body(what.content)}"
    if isinstance(what, httpx.Response):
        return f"{what.status_code} {what.reason_phrase} in {seconds:.3f} s{_body(what.content)}"
    return f"{_sentence(what)} after {seconds:.3f} s"


def _body(content: bytes) -> str:
    return f"\n  {redact.json_text(content)}" if content else ""
