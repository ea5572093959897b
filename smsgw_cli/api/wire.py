"""The bottom of the stack: exchanges over httpcore, with limits of time and size."""

import httpcore
import httpx

from smsgw_cli.api.decoding import decoded
from smsgw_cli.api.masking import Mask
from smsgw_cli.api.network import Budget
from smsgw_cli.api.proxies import proxy_for
from smsgw_cli.api.route import Route, core_url
from smsgw_cli.api.tls import Trust, refused_certificate

# Servers close idle connections, after 5 s (Apache, Node.js) or more. A request that crosses the
# end of its connection may have been carried out, so a send takes none that was idle for long.
MAX_IDLE = 4.0
MAX_IDLE_BEFORE_SEND = 1.0
ERRORS: dict[type[BaseException], type[httpx.RequestError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


class Wire(httpx.BaseTransport):
    """A transport for one thread; `timeout` is in seconds, for a complete exchange.

    Responses are read to their end. Raises httpx.RequestError without a complete response, and
    Usage for an unusable proxy or CA bundle.
    """

    def __init__(self, trust: Trust, timeout: float) -> None:
        self._timeout = timeout
        self._budget = Budget()
        self._trust = trust
        self._routes: dict[tuple[bytes, bytes], Route] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._budget.start(self._timeout)
        route = self._route(request.url)
        try:
            return self._exchange(route, request)
        except httpx.ConnectError as error:
            if not (refused_certificate(error) and route.trust_all()):
                raise
        return self._exchange(route, request)

    def close(self) -> None:
        for route in self._routes.values():
            route.close()

    def _route(self, url: httpx.URL) -> Route:
        """The way to an address: a redirect may lead to another one."""
        place = (url.raw_scheme, url.netloc)
        if place not in self._routes:
            proxy = proxy_for(str(url))
            self._routes[place] = Route(core_url(url).origin, self._trust, proxy, self._budget)
        return self._routes[place]

    def _exchange(self, route: Route, request: httpx.Request) -> httpx.Response:
        try:
            response = route.exchange(_core_request(request, self._timeout), _max_idle(request))
        except httpx.ProxyError as error:
            error.request = request
            raise
        except tuple(ERRORS) as error:
            kind = next(ERRORS[each] for each in type(error).__mro__ if each in ERRORS)
            raise kind(str(error) or kind.__name__, request=request) from error
        return _decoded(request, response, Mask(request, route.proxy, response.status))


def _max_idle(request: httpx.Request) -> float:
    intent = request.extensions.get("intent")
    return MAX_IDLE if intent is not None and intent.is_idempotent else MAX_IDLE_BEFORE_SEND


def _core_request(request: httpx.Request, timeout: float) -> httpcore.Request:
    return httpcore.Request(
        request.method,
        core_url(request.url),
        headers=request.headers.raw,
        content=request.stream,
        extensions={"timeout": {"pool": timeout}},
    )


def _decoded(request: httpx.Request, received: httpcore.Response, mask: Mask) -> httpx.Response:
    content, headers = received.content, httpx.Headers(mask.headers(received.headers))
    codings = headers.get("Content-Encoding")
    response = httpx.Response(
        received.status,
        stream=httpx.ByteStream(mask.content(decoded(content, codings) if codings else content)),
        request=request,
        extensions=received.extensions,
    )
    response.read()
    response.headers = headers  # as received, although the content is decoded
    return response
