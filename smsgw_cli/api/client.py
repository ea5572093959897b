"""Requests to the gateway: JSON in and out, tried again where that does no harm."""

from collections.abc import Generator
from datetime import datetime
from typing import Any

import httpx

from smsgw_cli.api import paging, responses, tls, transport_errors
from smsgw_cli.api.outcome import Intent, intent_of
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.request import Query, Requests

Record = dict[str, Any]

POST_UNSUPPORTED = frozenset({404, 405, 501})  # a route that is not there did nothing


class Client:
    """The API of one server, reached through a stack of transports; for one thread at a time.

    `send_method` fixes the method of sends, `get` or `post`. `last` is the last answer.
    """

    def __init__(
        self,
        server: str,
        requests: Requests,
        transport: httpx.BaseTransport,
        pacer: Pacer,
        *,
        send_method: str | None = None,
    ) -> None:
        self.server = server
        self.pacer = pacer
        self.last: httpx.Response | None = None
        self._requests = requests
        self._transport = transport
        self._send_method = send_method

    def close(self) -> None:
        self._transport.close()

    @property
    def clock(self) -> datetime | None:
        """What the server's clock said in its last answer, None where it did not."""
        return responses.server_date(self.last) if self.last else None

    @property
    def tls(self) -> str | None:
        """What the last answer came over; None for plain http."""
        return tls.described(self.last) if self.last else None

    def get(self, path: str, query: Query | None = None) -> Record:
        """One record. Raises what `request` raises, and SmsgwError if it has no id."""
        response = self.exchange("GET", path, Intent.FETCH, query=query)
        return responses.record(response, Intent.FETCH)

    def create(self, path: str, body: Record) -> Record:
        """POST something new, and what the server says it is now."""
        response = self.exchange("POST", path, Intent.CREATE, body=body)
        return responses.record(response, Intent.CREATE)

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
        response = self.exchange("GET", path, Intent.READ, query={**(query or {}), **turn})
        try:
            return paging.page_of(responses.data(response, Intent.READ))
        except paging.NotAPage as error:
            raise responses.unreadable(response, str(error), Intent.READ) from None

    def count(self, path: str, query: Query | None = None) -> int:
        """How many records a list has: one request, however long the list."""
        return self.page(path, query).total

    def send(self, path: str, body: Record) -> Record:
        """Send messages or USSD codes, never twice: the campaign made of them.

        As POST; and where the server has no such POST, as the GET with a body that the API
        documents. `send_method` of the profile fixes one of them. What the server accepted
        without saying as which campaign is {}.
        """
        method = "GET" if self._send_method == "get" else "POST"
        response = self.exchange(method, path, Intent.CHANGE, body=body)
        if self._send_method is None and response.status_code in POST_UNSUPPORTED:
            response = self.exchange("GET", path, Intent.CHANGE, body=body)
        return responses.campaign_of(response)

    def request(
        self, method: str, path: str, *, query: Query | None = None, body: Any = None
    ) -> Any:
        """The JSON a request is answered with, None for an empty answer.

        Raises Auth, NotFound, Rejected, Unavailable, Unknown or SmsgwError, as the status,
        the missing answer or its unreadable body demand.
        """
        intent = intent_of(method)
        return responses.data(self.exchange(method, path, intent, query=query, body=body), intent)

    def exchange(
        self,
        method: str,
        path: str,
        intent: Intent,
        *,
        query: Query | None = None,
        body: Any = None,
    ) -> httpx.Response:
        """The answer to a request, whatever its status, after the tries that are allowed.

        Raises Unavailable or Unknown if there was none, Usage if it cannot be sent.
        """
        request = self._requests.make(method, path, intent, query=query, body=body)
        try:
            self.last = self._transport.handle_request(request)
        except httpx.RequestError as error:
            raise transport_errors.as_error(error, request, self.server, intent) from error
        return self.last
