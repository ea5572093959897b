"""The API client: JSON in and out, with retries where they are safe."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import datetime
from functools import cached_property, partial
from importlib import import_module
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from smsgw_cli.api import paging, responses, tls, transport_errors
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.parallel_pages import ParallelReader
from smsgw_cli.api.request import Query, Requests
from smsgw_cli.api.retry_rules import WRITES, Intent, intent_of
from smsgw_cli.api.server_clock import ServerClock
from smsgw_cli.errors import Incomplete, NotFound, SmsgwError
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.api.page_pool import PagePool

TRIES = 3  # of a page that is not the one requested, and of what cannot be read

T = TypeVar("T")


class Client:
    """The API of one server over a stack of transports; not thread-safe.

    `server_clock` is shared by its clients, `another` creates one for another thread; up to
    `readers` of them read a list. `send_method` forces the HTTP method of sends: `get` or `post`.
    `last` is the last response.
    """

    def __init__(
        self,
        server: str,
        requests: Requests,
        transport: httpx.BaseTransport,
        pacer: Pacer,
        server_clock: ServerClock,
        *,
        another: Callable[[], "Client"],
        readers: int,
        send_method: str | None = None,
    ) -> None:
        self.server = server
        self.pacer = pacer
        self.last: httpx.Response | None = None
        self._requests = requests
        self._transport = transport
        self._send_method = send_method
        self._server_clock = server_clock
        self.another = another
        self._readers = readers

    def close(self) -> None:
        if "_pool" in vars(self):
            self._pool.close()
        self._transport.close()

    @cached_property
    def _pool(self) -> "PagePool":
        """The readers of further pages, whose module takes 3 ms to import."""
        module = import_module("smsgw_cli.api.page_pool")
        pool: PagePool = module.PagePool(self.another, self._readers)
        return pool

    @property
    def clock(self) -> datetime | None:
        """The server's time in its last response; None if it was missing or invalid."""
        return responses.server_date(self.last) if self.last else None

    @property
    def now(self) -> datetime:
        """The time by our clock, corrected by how far the server's was off in a response."""
        return self._server_clock.now

    @property
    def tls(self) -> str | None:
        """TLS version and certificate expiry of the last response; None for plain http."""
        return tls.describe(self.last) if self.last else None

    def get(self, path: str, query: Query | None = None) -> Record:
        """GET one record. Raises as `request` does, and SmsgwError if it has no id."""
        understand = partial(responses.record, intent=Intent.FETCH)
        return self._read(path, Intent.FETCH, query, understand)[1]

    def create(self, path: str, body: Record) -> Record:
        """POST a new record; returns it as the server created it. Raises as `request` does."""
        response = self.exchange("POST", path, Intent.CREATE, body=body)
        return responses.record(response, Intent.CREATE)

    def update(self, path: str, body: Record) -> None:
        """PUT; the API returns no content. Raises as `request` does."""
        self.request("PUT", path, body=body)

    def delete(self, path: str) -> None:
        """DELETE; the API returns no content. Raises as `request` does."""
        self.request("DELETE", path)

    def pages(
        self, path: str, query: Query | None = None, limit: int | None = None
    ) -> Generator[Record, None, None]:
        """All records of a list, or up to `limit`, each once. Raises as `reading` does."""
        with closing(self.reading(path, query, limit).batches()) as batches:
            yield from islice(chain.from_iterable(batches), limit)

    def reading(
        self, path: str, query: Query | None = None, limit: int | None = None
    ) -> ParallelReader:
        """A reader of a list, whose further pages other clients fetch in parallel.

        Raises what `page` and `ParallelReader.batches` raise.
        """
        # A record of a filtered list, or of a list of another record, does not show that it is
        # on it.
        is_filtered = bool(set(query or ()) - {paging.UNIQUE})
        is_plain = not is_filtered and "/" not in path.strip("/")
        return ParallelReader(
            partial(self.page, path, query),
            lambda number: self._pool.request(path, query, number),
            self._readers,
            fetch_one=partial(self._by_id, path) if is_plain else paging.no_record,
            limit=limit,
        )

    def _by_id(self, path: str, record_id: int) -> Sequence[Record]:
        try:
            return (self.get(f"{path}/{record_id}"),)
        except NotFound:
            return ()

    def page(self, path: str, query: Query | None = None, number: int = 1) -> paging.Page:
        """One page of a list, as it is now.

        Raises as `request` does, SmsgwError if it is not a page, and Incomplete if it is another
        page than requested, or a cached copy, and stays so.
        """
        query = query or {}
        for _ in range(TRIES):
            response, page, doubt = self._page(path, query, number)
            if not doubt:
                return page
        raise Incomplete(
            f"{responses.where(response)}: {doubt}",
            hint="a proxy or cache changes the requests or responses",
        )

    def _page(
        self, path: str, query: Query, number: int
    ) -> tuple[httpx.Response, paging.Page, str]:
        """The response, its page, and why this proves nothing about the list, or ""."""
        paged = {**query, "page": number} if number > 1 else query
        newest = self._server_clock.newest
        response, (body, page) = self._read(path, Intent.READ, paged, _body_and_page)
        return (
            response,
            page,
            responses.staleness(response, newest) or paging.doubt(body, number, query),
        )

    def _read(
        self,
        path: str,
        intent: Intent,
        query: Query | None,
        understand: Callable[[httpx.Response], T],
        tries: int = TRIES,
    ) -> tuple[httpx.Response, T]:
        """The response, and what `understand` makes of it; one that was spoilt on its way is
        requested again."""
        response = self.exchange("GET", path, intent, query=query)
        try:
            return response, understand(response)
        except SmsgwError:
            if tries == 1 or not (response.is_success and responses.is_readable(response)):
                raise
        return self._read(path, intent, query, understand, tries - 1)

    def count(self, path: str, query: Query | None = None) -> int:
        """The number of records of a list, from its first page."""
        return self.page(path, query).total

    def send(self, path: str, body: Record) -> Record:
        """Send messages or USSD codes, never twice; returns the campaign created for them.

        Uses POST, and if the server does not support that, GET with a body as the API reference
        documents it. Returns {} if the server accepted the request without naming the campaign.
        Raises as `request` does.
        """
        method = "GET" if self._send_method == "get" else "POST"
        response = self.exchange(method, path, Intent.CHANGE, body=body)
        if self._send_method is None and responses.is_missing_route(response):
            response = self.exchange("GET", path, Intent.CHANGE, body=body)
        return responses.campaign_of(response)

    def request(
        self, method: str, path: str, *, query: Query | None = None, body: Any = None
    ) -> Any:
        """The JSON of the response, None if it is empty.

        Raises Auth, NotFound, Rejected, Unavailable, Unknown or SmsgwError, depending on the
        status, and on failures such as a timeout or an unreadable body.
        """
        intent = intent_of(method)
        response = self.exchange(method, path, intent, query=query, body=body)
        if intent in WRITES:
            responses.check_done(response, intent)
        return responses.data(response, intent)

    def exchange(
        self,
        method: str,
        path: str,
        intent: Intent,
        *,
        query: Query | None = None,
        body: Any = None,
    ) -> httpx.Response:
        """The response to a request, whatever its status, after any retries.

        Raises Unavailable or Unknown if there was no response, Usage if it cannot be sent.
        """
        request = self._requests.make(method, path, intent, query=query, body=body)
        try:
            self.last = self._transport.handle_request(request)
        except httpx.RequestError as error:
            raise transport_errors.as_error(error, request, self.server, intent) from error
        self._server_clock.note(self.last)
        return self.last


def _body_and_page(response: httpx.Response) -> tuple[Any, paging.Page]:
    body = responses.data(response, Intent.READ)
    try:
        return body, paging.page_of(body)
    except paging.NotAPage as error:
        raise responses.unreadable(response, str(error), Intent.READ) from None
