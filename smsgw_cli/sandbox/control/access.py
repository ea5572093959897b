"""Who may use the control address: peer, Host, Origin, token and cookie.

The API's own routes need the token alone, as those of a real gateway. Here a browser may hold a
cookie, so a page of somebody else's must not be able to use it: the Host is checked against DNS
rebinding, the Origin against other sites (WHATWG Fetch, `Origin` and `Sec-Fetch-Site`).
"""

import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv6Address, ip_address
from typing import Any

from smsgw_cli.sandbox.control import PREFIX
from smsgw_cli.sandbox.control.states import State, States
from smsgw_cli.sandbox.wire import HttpError

COOKIE = "smsgw_sandbox"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
OFF, ANY = "off", "any"
HOST = re.compile(r"(\[[^\]]+\]|[^:]+)(?::[0-9]*)?")
MAX_SESSIONS = 100
MAX_SESSIONS_OF_A_BROWSER = 8
"""Browsers keep one cookie for all ports of a host: several gateways share it."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Of every answer below /__sandbox."""


class Access:
    """The checks. `allowed` is the key `control`, `host` the host that is served."""

    def __init__(self, states: States, allowed: str, host: str) -> None:
        self._states = states
        self._allowed = allowed
        self._hosts = {*LOOPBACK, f"[{host}]" if ":" in host else host.lower()}
        self._sessions: dict[str, str] = {}

    def check(self, scope: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Raises HttpError: 404, 403 or 421."""
        if self._allowed == OFF:
            raise HttpError(404, "The control address is turned off (control=off).")
        if self._allowed != ANY and not _is_loopback(scope.get("client")):
            raise HttpError(
                403, "Available only from this machine, unless served with control=any."
            )
        host = headers.get("host", "")
        if not self._is_served(host):
            raise HttpError(421, "This gateway is not served under that host.")
        origin = f"{scope['scheme']}://{host}".lower()
        if headers.get("origin", origin).lower() != origin:
            raise HttpError(403, "Not from the pages of another site.")

    def state(self, headers: Mapping[str, str]) -> tuple[str, State]:
        """Token and state of a request. Raises HttpError (401, 403)."""
        if "authorization" in headers:
            token = bearer(headers["authorization"])
        else:
            token = self._of_session(headers)
            if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
                raise HttpError(403, "Not from the pages of another site.")
        state = self._states.find(token)
        if state is None:
            raise HttpError(401, "Unauthenticated.")
        return token, state

    def open_session(self, token: str, headers: Mapping[str, str], *, secure: bool) -> str:
        """The Set-Cookie header for a browser that has shown the token."""
        while len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        key = secrets.token_urlsafe(24)
        self._sessions[key] = token
        earlier = [each for each in _cookie(headers) if each not in self._sessions]
        keys = ".".join([key, *earlier][:MAX_SESSIONS_OF_A_BROWSER])
        flags = "; Secure" if secure else ""
        return f"{COOKIE}={keys}; HttpOnly; SameSite=Strict; Path={PREFIX}{flags}"

    def _of_session(self, headers: Mapping[str, str]) -> str:
        known = (self._sessions[key] for key in _cookie(headers) if key in self._sessions)
        return next(known, "")

    def _is_served(self, host: str) -> bool:
        match = HOST.fullmatch(host)
        name = match[1].lower() if match else ""
        return name in self._hosts or (self._allowed == ANY and _is_address(name))


def bearer(authorization: str) -> str:
    """The token of an Authorization header; "" if it is of another kind."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookie(headers: Mapping[str, str]) -> list[str]:
    """The keys of sessions in a browser's cookie."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return []
    keys = morsel.value.split(".") if morsel else []
    return [key for key in keys if len(key) <= 64][:MAX_SESSIONS_OF_A_BROWSER]


def _is_loopback(client: tuple[str, int] | None) -> bool:
    if client is None:
        return False
    try:
        address = ip_address(client[0].partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _is_address(host: str) -> bool:
    """Whether it is an IP address, which no name can be made to stand for."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
