"""The bottom of the stack: requests over connections of httpcore, answers whole and bounded."""

from ssl import SSLContext

import httpcore
import httpx

from smsgw_cli.api.decoding import decoded
from smsgw_cli.api.network import Backend, Budget

KEPT_SECONDS = 5.0  # as long as Apache keeps an idle connection
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
    """Exchanges requests with one server; `timeout` is in seconds, for each whole exchange.

    Answers are read to their end. Raises httpx.RequestError where there is none.
    """

    def __init__(self, tls: SSLContext, timeout: float, proxy: httpx.Proxy | None) -> None:
        self._timeout = timeout
        self._budget = Budget()
        self._pool = _pool(tls, proxy, Backend(self._budget))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._budget.begin(self._timeout)
        try:
            return self._exchange(request)
        except tuple(ERRORS) as error:
            kind = next(ERRORS[each] for each in type(error).__mro__ if each in ERRORS)
            raise kind(str(error) or kind.__name__, request=request) from error

    def close(self) -> None:
        self._pool.close()

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": {"pool": self._timeout}},
            )
        )
        # Asked before the body is read, as the connection may be closed after that.
        stream = answer.extensions.get("network_stream")
        tls = stream.get_extra_info("ssl_object") if stream else None
        try:
            content = answer.read()
        finally:
            answer.close()
        return _response(request, answer, content, {**answer.extensions, "ssl_object": tls})


def _response(
    request: httpx.Request,
    answer: httpcore.Response,
    content: bytes,
    extensions: dict[str, object],
) -> httpx.Response:
    headers = httpx.Headers(answer.headers)
    codings = headers.get("Content-Encoding")
    response = httpx.Response(
        answer.status,
        headers=None if codings else headers,
        stream=httpx.ByteStream(decoded(content, codings) if codings else content),
        request=request,
        extensions=extensions,
    )
    response.read()
    response.headers = headers  # shown as they came, though the content is decoded by now
    return response


def _pool(
    tls: SSLContext, proxy: httpx.Proxy | None, backend: httpcore.NetworkBackend
) -> httpcore.ConnectionPool:
    if proxy is None:
        return httpcore.ConnectionPool(tls, keepalive_expiry=KEPT_SECONDS, network_backend=backend)
    url = proxy.url
    place = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    if url.scheme.startswith("socks"):
        return httpcore.SOCKSProxy(
            place,
            proxy_auth=proxy.raw_auth,
            ssl_context=tls,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=backend,
        )
    return httpcore.HTTPProxy(
        place,
        proxy_auth=proxy.raw_auth,
        proxy_headers=proxy.headers.raw,
        ssl_context=tls,
        proxy_ssl_context=proxy.ssl_context,
        keepalive_expiry=KEPT_SECONDS,
        network_backend=backend,
    )
