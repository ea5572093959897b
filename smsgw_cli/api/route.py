"""The way to one origin: a connection at a time, directly or by a proxy."""

from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING

import httpcore
import httpx

from smsgw_cli.api.network import Backend, Budget
from smsgw_cli.api.proxies import Proxy
from smsgw_cli.api.tls import Trust

if TYPE_CHECKING:
    import ssl

UNAUTHORIZED = 401
PROXY_AUTHENTICATION_REQUIRED = 407  # RFC 9110, 15.5.8: only proxies answer so
# What a proxy does not do however often it is asked: 403 and 407 of CONNECT, and the texts of
# httpcore for a password that SOCKS refuses. With 502 to 504 it did not reach the server.
FINAL = ("4", "Requested", "Invalid username")


class ProxyRefused(httpx.ProxyError):
    """The proxy refuses to connect, and will refuse again."""


class Route:
    """Exchanges with one origin, by `proxy` if there is one, for one thread.

    It costs less CPU than a pool of connections.
    """

    def __init__(
        self, origin: httpcore.Origin, trust: Trust, proxy: Proxy | None, budget: Budget
    ) -> None:
        self._origin = origin
        self._trust = trust
        self.proxy = proxy
        self._backend = Backend(budget, is_proxied=proxy is not None)
        self._not_socks = _not_socks() if proxy and proxy.is_socks else ()
        self._context: ssl.SSLContext | None = None
        self._connection: httpcore.ConnectionInterface | None = None
        self._last_used = 0.0

    def trust_all(self) -> bool:
        """Whether the next connection trusts certificates that the last one did not."""
        return self._context is not None and self._trust.add_all(self._context)

    def exchange(self, request: httpcore.Request, max_idle: float) -> httpcore.Response:
        """The response, read to its end, with the `ssl_object` of its connection.

        A connection that was idle for `max_idle` seconds is not used. Raises the errors of
        httpcore, ProxyRefused, and Usage if the certificates to trust cannot be loaded.
        """
        try:
            response = self._open(max_idle).handle_request(request)
            _read(response)
        except httpcore.ProxyError as error:
            raise self._of_proxy(str(error)) from error
        except self._not_socks as error:
            raise self._of_proxy("it is not a SOCKS proxy") from error
        finally:
            self._last_used = monotonic()
        if self.proxy and _asks_for_password(response):
            raise self._of_proxy(f"{response.status} {_reason(response)}")
        return response

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _open(self, max_idle: float) -> httpcore.ConnectionInterface:
        if self._connection is None or not self._is_reusable(self._connection, max_idle):
            self.close()
            self._connection = self._connect()
        return self._connection

    def _is_reusable(self, connection: httpcore.ConnectionInterface, max_idle: float) -> bool:
        """Whether it may be used again: `has_expired` looks whether the server has closed it."""
        if self._is_relayed:
            return False
        is_recent = monotonic() - self._last_used < max_idle
        return is_recent and connection.is_idle() and not connection.has_expired()

    @property
    def _is_relayed(self) -> bool:
        """Whether a proxy reads the requests, instead of opening a tunnel to the server.

        tinyproxy closes each connection after one response, and does not say so: a request that
        crosses the end may have been carried out.
        """
        is_tunnel = self._origin.scheme == b"https" or (self.proxy and self.proxy.is_socks)
        return self.proxy is not None and not is_tunnel

    def _connect(self) -> httpcore.ConnectionInterface:
        """A new connection, opened by its first request."""
        if self._origin.scheme == b"https":
            self._context = self._trust.context
        if self.proxy is None:
            return httpcore.HTTPConnection(
                self._origin, self._context, network_backend=self._backend
            )
        return self._by(self.proxy).create_connection(self._origin)

    def _by(self, proxy: Proxy) -> httpcore.ConnectionPool:
        settings = proxy.settings
        if proxy.is_socks:
            return httpcore.SOCKSProxy(
                core_url(settings.url),
                proxy_auth=settings.raw_auth,
                ssl_context=self._context,
                network_backend=self._backend,
            )
        return httpcore.HTTPProxy(
            core_url(settings.url),
            proxy_auth=settings.raw_auth,
            ssl_context=self._context,
            proxy_ssl_context=self._context_for(settings.url),
            network_backend=self._backend,
        )

    def _context_for(self, proxy: httpx.URL) -> "ssl.SSLContext | None":
        """For TLS with the proxy itself: the ca_bundle is for the server alone."""
        if proxy.scheme != "https":
            return None
        return (Trust() if self._trust.ca_bundle else self._trust).context

    def _of_proxy(self, reason: str) -> httpx.ProxyError:
        self._backend.close()
        kind = ProxyRefused if reason.startswith(FINAL) else httpx.ProxyError
        return kind(f"the proxy {self.proxy}: {reason}")


def core_url(url: httpx.URL) -> httpcore.URL:
    """The address in the form of httpcore."""
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _read(response: httpcore.Response) -> None:
    # Before the body is read: the connection may be closed afterwards.
    stream = response.extensions.get("network_stream")
    response.extensions["ssl_object"] = stream.get_extra_info("ssl_object") if stream else None
    try:
        response.read()
    finally:
        response.close()


def _asks_for_password(response: httpcore.Response) -> bool:
    """Whether a proxy refuses the password: with 407, or tinyproxy with 401 if it is wrong."""
    server = dict(response.headers).get(b"Server", b"")
    by_tinyproxy = response.status == UNAUTHORIZED and server.startswith(b"tinyproxy")
    return response.status == PROXY_AUTHENTICATION_REQUIRED or by_tinyproxy


def _reason(response: httpcore.Response) -> str:
    return str(response.extensions.get("reason_phrase", b""), "ascii", "ignore")


def _not_socks() -> tuple[type[Exception], ...]:
    """What httpcore raises for bytes that no SOCKS proxy sends."""
    return (AssertionError, import_module("socksio").ProtocolError)
