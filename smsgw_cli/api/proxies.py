"""The proxy for an address: one decision for every request, by the rules of curl."""

import os
import re
import sys
from importlib import import_module
from typing import NamedTuple

import httpx

from smsgw_cli.config.address import DEFAULT_PORTS, is_loopback
from smsgw_cli.errors import Usage

SCHEMES = ("http", "https", "socks5", "socks5h")


class Proxy(NamedTuple):
    """A proxy, and where it is configured: `https_proxy`, or `the system's settings`."""

    settings: httpx.Proxy
    source: str

    @property
    def is_socks(self) -> bool:
        return self.settings.url.scheme.startswith("socks")

    def __str__(self) -> str:
        """Without its user name and password."""
        return f"{self.settings.url.netloc.decode()} ({self.source})"


def proxy_for(address: str) -> Proxy | None:
    """HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, unless NO_PROXY has the address.

    None for the local machine, which is reached directly. Raises Usage for an unusable proxy.
    """
    if is_loopback(address) or not _may_be_configured():
        return None
    request = import_module("urllib.request")  # takes 12 ms
    url, in_environment = httpx.URL(address), request.getproxies_environment()
    proxies = in_environment or request.getproxies()
    kind = url.scheme if proxies.get(url.scheme) else "all"
    configured = proxies.get(kind)
    if not configured:
        return None
    if in_environment:
        port = url.port or int(DEFAULT_PORTS[url.scheme][1:])
        is_direct = is_excluded(url.host, port, in_environment.get("no", ""))
    else:
        is_direct = bool(request.proxy_bypass(url.host))
    if is_direct:
        return None
    return _proxy(configured, _variable(kind) if in_environment else "the system's settings")


def _may_be_configured() -> bool:
    """Whether there is a variable for a proxy, or a system that has settings for it."""
    has_variable = any(name.lower().endswith("_proxy") for name in os.environ)
    return has_variable or sys.platform in ("darwin", "win32")


def is_excluded(host: str, port: int, no_proxy: str) -> bool:
    """Whether NO_PROXY has a host.

    Its entries are separated by commas or spaces: `*` for every host, a domain with or without a
    leading dot for it and its subdomains, an address, or a network such as 10.0.0.0/8 (curl,
    "CURLOPT_NOPROXY"). One with a port is for that port alone, as in Go and Python.
    """
    host = host.strip("[]").rstrip(".").lower()
    entries = (each.lower() for each in re.split(r"[\s,]+", no_proxy) if each)
    return any(_has(entry, host, port) for entry in entries)


def _has(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    with_port = re.fullmatch(r"(\[.*\]|[^:]*):([0-9]+)", entry)
    if with_port and int(with_port[2]) != port:
        return False
    name = (with_port[1] if with_port else entry).strip("[]").strip(".")
    if re.fullmatch(r"[0-9.]+|.*:.*", host):
        return _has_address(name, host)
    return host == name or (bool(name) and host.endswith(f".{name}"))


def _has_address(name: str, host: str) -> bool:
    ipaddress = import_module("ipaddress")  # takes 1.5 ms
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return name == host


def _variable(kind: str) -> str:
    """The name of the variable as it is written in the environment."""
    name = f"{kind}_proxy"
    return name if name in os.environ else name.upper()


def _has_socks() -> bool:
    return import_module("importlib.util").find_spec("socksio") is not None


def _proxy(configured: str, source: str) -> Proxy:
    try:
        proxy = httpx.Proxy(configured if "://" in configured else f"http://{configured}")
        host = proxy.url.host
    except (ValueError, httpx.InvalidURL):
        host = ""
    if not host:
        # The reason would show parts of a password.
        raise Usage(
            f"the proxy in {source} is not a valid address",
            hint=f"it must be one of {', '.join(f'{each}://' for each in SCHEMES)}; write special "
            "characters of a password percent-encoded: %2F for /",
        ) from None
    if proxy.url.scheme.startswith("socks") and not _has_socks():
        raise Usage(
            f"the proxy in {source} is a SOCKS proxy, which needs the package socksio",
            hint="install it with: pip install 'smsgw-cli[socks]'",
        )
    return Proxy(proxy, source)
