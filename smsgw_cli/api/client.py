"""Requests to the gateway: bearer token, JSON in and out, tried again where that does no harm."""

import time
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from functools import partial
from ssl import SSLContext
from typing import Any

import httpx

from smsgw_cli import __version__
from smsgw_cli.api import paging, responses, tls
from smsgw_cli.api.attempt import Attempt, attempt
from smsgw_cli.api.layers import Exchange
from smsgw_cli.api.rate_limit import Pace
from smsgw_cli.api.transport import Line, is_direct
from smsgw_cli.config.address import API_PATH, is_loopback
from smsgw_cli.config.profiles import Profile
from smsgw_cli.errors import Usage

Query = Mapping[str, Any]
Record = dict[str, Any]
Guard = Callable[["Client", str, Any, Any], None]

NOT_TAKEN = frozenset({404, 405, 501})


class Client:
    """The API of one server.

    `trace` gets a line for each request and answer, secrets taken out; `tell` gets what a
    person waiting should know. `guard` sees every request before it is made, and raises what is
    to keep it from going out. A client is for one thread at a time. One made `like` another
    shares what costs much or must be one for all: the TLS context and the pace.
    """

    def __init__(
        self,
        profile: Profile,
        token: str,
        *,
        trace: Callable[[str], None] | None = None,
        tell: Callable[[str], None] | None = None,
        guard: Guard | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        like: "Client | None" = None,
    ) -> None:
        self._made = partial(
            Client, profile, token, trace=trace, tell=tell, guard=guard, sleep=sleep
        )
        self._guard = guard
        self.server = profile.server
        self._traced, self._timeout = trace is not None, profile.timeout
        self._send_method = profile.send_method
        self._pace: Pace = like._pace if like else Pace(profile.rate_limit, sleep=sleep)
        self._tls: SSLContext = (
            like._tls if like else tls.context(profile.server, profile.ca_bundle)
        )
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "User-Agent": f"smsgw/{__version__}",
        }
        self._http = _client(
            profile.server,
            base_url=profile.server + API_PATH,
            timeout=profile.timeout,
            transport=transport,
            verify=self._tls,
            # A proxy from the environment has no business between us and this very machine.
            trust_env=not is_loopback(profile.server),
            headers=self._headers,
        )
        self._exchange = Exchange(
            self._http,
            profile.server,
            retries=profile.retries,
            pace=self._pace,
            traced=trace,
            tell=tell or (lambda _: None),
            sleep=sleep,
        )

    def another(self) -> "Client":
        """A client of the same server for another thread. Close it as well."""
        return self._made(like=self)

    def line(self) -> "Line | Client":
        """What another thread makes requests with at the least cost. Close it as well."""
        if self._traced or not is_direct(self.server):
            return self.another()
        return Line(
            self.server + API_PATH,
            self._headers,
            timeout=self._timeout,
            tls=self._tls,
            other=self.another,
            guard=partial(self._guard, self) if self._guard else None,
        )

    def close(self) -> None:
        self._http.close()

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt:
        """A request made once, whatever comes of it; for who decides alone what to do then.

        Raises Usage if the body cannot be sent.
        """
        request = self._built(method, path, None, body)
        return attempt(lambda: self._exchange.once(request), request, self.server)

    @property
    def last(self) -> httpx.Response | None:
        """The last answer, for who wants to know more than its data."""
        return self._exchange.last

    @property
    def is_limited(self) -> bool:
        """Whether the last answer told of a limit to how many requests we may make."""
        return self.last is not None and "X-RateLimit-Remaining" in self.last.headers

    @property
    def clock(self) -> datetime | None:
        """What the server's clock said in its last answer, None where it did not."""
        return responses.told_time(self.last) if self.last else None

    @property
    def tls(self) -> str | None:
        """What the last answer came over; None for plain http."""
        return self._exchange.tls

    def get(self, path: str, query: Query | None = None) -> Record:
        """One thing. Raises what `request` raises, and SmsgwError if it is none with an id."""
        response = self.exchange("GET", path, query=query, idempotent=True)
        found = self._as_object(response, idempotent=True)
        if paging.has_id(found):
            return found
        raise responses.unreadable(response, "has no id", idempotent=True)

    def create(self, path: str, body: Record) -> Record:
        """POST something new, and what the server says it is now."""
        return self._object("POST", path, body=body, idempotent=False)

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
            return paging.page_of(responses.data(response, idempotent=True))
        except paging.NotAPage as error:
            raise responses.unreadable(response, str(error), idempotent=True) from None

    def count(self, path: str, query: Query | None = None) -> int:
        """How many records a list has: one request, however long the list."""
        return self.page(path, query).total

    def send(self, path: str, body: Record) -> Record:
        """Send messages or USSD codes, never twice: the campaign made of them.

        As POST; and where the server provably did not take that, as the GET with a body that
        the API documents. `send_method` of the profile fixes one of them. What the server
        took without telling as what is {}.
        """
        method = "GET" if self._send_method == "get" else "POST"
        response = self.exchange(method, path, body=body, idempotent=False)
        if self._send_method is None and response.status_code in NOT_TAKEN:
            response = self.exchange("GET", path, body=body, idempotent=False)
        return responses.taken(response)

    def request(
        self, method: str, path: str, *, query: Query | None = None, body: Any = None
    ) -> Any:
        """The JSON a request is answered with, None for an empty answer.

        Raises Auth, NotFound, Rejected, Unavailable, Unknown or SmsgwError, as the status,
        the missing answer or its unreadable body demand.
        """
        response = self.exchange(method, path, query=query, body=body)
        return responses.data(response, idempotent=_is_idempotent(method))

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
        return self._exchange.run(request, idempotent=repeatable)

    def _object(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        idempotent: bool,
    ) -> Record:
        response = self.exchange(method, path, query=query, body=body, idempotent=idempotent)
        return self._as_object(response, idempotent=idempotent)

    def _as_object(self, response: httpx.Response, *, idempotent: bool) -> Record:
        found = responses.data(response, idempotent=idempotent)
        if isinstance(found, dict):
            return found
        raise responses.unreadable(response, "is not a JSON object", idempotent=idempotent)

    def _built(self, method: str, path: str, query: Query | None, body: Any) -> httpx.Request:
        if self._guard is not None:
            self._guard(self, path, query, body)
        parameters = _parameters(query) if query is not None else None
        try:
            return self._http.build_request(method, path.lstrip("/"), params=parameters, json=body)
        except (ValueError, RecursionError, httpx.InvalidURL) as error:
            raise Usage(f"this cannot be sent: {error}") from error


def _client(server: str, **settings: Any) -> httpx.Client:
    try:
        return httpx.Client(**settings)
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise Usage(
            f"no connection can be made to {server}: {error}",
            hint="is the server's address right, and the proxy in the environment?",
        ) from error


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
