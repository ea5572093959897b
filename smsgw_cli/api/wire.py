"""The bottom of the stack: exchanges over httpcore, with limits of time and size."""

from ssl import SSLContext

import httpcore
import httpx

from smsgw_cli.api.decoding import decoded
from smsgw_cli.api.network import Backend, Budget

KEEPALIVE_SECONDS = 5.0  # the default of Apache
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
    """A transport to one server; `timeout` is in seconds, for a complete exchange.

    Responses are read to their end. Raises httpx.RequestError without a complete response.
    """

    def __init__(self, tls: SSLContext, timeout: float, proxy: httpx.Proxy | None) -> None:
        self._timeout = timeout
        self._budget = Budget()
        backend = Backend(self._budget)
        self._connections = _pool(tls, proxy, backend) if proxy else Direct(tls, backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._budget.start(self._timeout)
        try:
            return self._exchange(request)
        except tuple(ERRORS) as error:
            kind = next(ERRORS[each] for each in type(error).__mro__ if each in ERRORS)
            raise kind(str(error) or kind.__name__, request=request) from error

    def close(self) -> None:
        self._connections.close()

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        response = self._connections.handle_request(
            httpcore.Request(
                request.method,
                _core_url(request.url),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": {"pool": self._timeout}},
            )
        )
        # Before the body is read: the connection may be closed afterwards.
        stream = response.extensions.get("network_stream")
        tls = stream.get_extra_info("ssl_object") if stream else None
        try:
            content = response.read()
        finally:
            response.close()
        return _decoded(request, response, content, {**response.extensions, "ssl_object": tls})


def _decoded(
    request: httpx.Request,
    received: httpcore.Response,
    content: bytes,
    extensions: dict[str, object],
) -> httpx.Response:
    headers = httpx.Headers(received.headers)
    codings = headers.get("Content-Encoding")
    response = httpx.Response(
        received.status,
        headers=None if codings else headers,
        stream=httpx.ByteStream(decoded(content, codings) if codings else content),
        request=request,
        extensions=extensions,
    )
    response.read()
    response.headers = headers  # as received, although the content is decoded
    return response


class Direct:
    """At most one connection to the server, for one thread; costs less CPU than a pool."""

    def __init__(self, tls: SSLContext, backend: httpcore.NetworkBackend) -> None:
        self._tls = tls
        self._backend = backend
        self._connection: httpcore.HTTPConnection | None = None

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """The response, to be read and closed before the next request."""
        connection = self._connection
        if connection is None or not _is_reusable(connection, request.url.origin):
            self.close()
            connection = self._connection = httpcore.HTTPConnection(
                request.url.origin,
                self._tls,
                keepalive_expiry=KEEPALIVE_SECONDS,
                network_backend=self._backend,
            )
        return connection.handle_request(request)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _is_reusable(connection: httpcore.HTTPConnection, origin: httpcore.Origin) -> bool:
    is_open = connection.is_idle() and not connection.has_expired()
    return is_open and connection.can_handle_request(origin)


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _pool(
    tls: SSLContext, proxy: httpx.Proxy, backend: httpcore.NetworkBackend
) -> httpcore.ConnectionPool:
    if proxy.url.scheme.startswith("socks"):
        return httpcore.SOCKSProxy(
            _core_url(proxy.url),
            proxy_auth=proxy.raw_auth,
            ssl_context=tls,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=backend,
        )
    return httpcore.HTTPProxy(
        _core_url(proxy.url),
        proxy_auth=proxy.raw_auth,
        proxy_headers=proxy.headers.raw,
        ssl_context=tls,
        proxy_ssl_context=proxy.ssl_context,
        keepalive_expiry=KEEPALIVE_SECONDS,
        network_backend=backend,
    )
