"""The proxy of the environment for a server, with the rules of httpx."""

from importlib.util import find_spec
from urllib.request import getproxies, proxy_bypass

import httpx

from smsgw_cli.config.address import is_loopback
from smsgw_cli.errors import Usage


def proxy_for(server: str) -> httpx.Proxy | None:
    """HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, unless NO_PROXY excludes the server.

    None for the local machine, which is reached directly. Raises Usage for an invalid proxy.
    """
    if is_loopback(server):
        return None
    url, proxies = httpx.URL(server), getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address or proxy_bypass(url.host):
        return None
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
        if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
            raise ValueError("a SOCKS proxy needs the package socksio")
    except (ValueError, httpx.InvalidURL) as error:
        raise Usage(
            f"cannot connect to {server}: {error}",
            hint="check the server's address and the proxy in the environment",
        ) from error
    return proxy
