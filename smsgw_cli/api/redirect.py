"""Redirects of a GET within the same server, followed; the token goes nowhere else."""

from collections.abc import Callable

import httpx

from smsgw_cli.api.outcome import LOGIN

MOST_REDIRECTS = 3
OF_A_GET = frozenset({301, 302, 303, 307, 308})  # RFC 9110, 15.4: a GET stays one
HOP = "hop"  # the extension that marks a request made because of a redirect


class Redirect(httpx.BaseTransport):
    """Follows redirects of requests that only read. `check` sees each new address first."""

    def __init__(self, below: httpx.BaseTransport, check: Callable[[httpx.Request], None]) -> None:
        self._below = below
        self._check = check

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._below.handle_request(request)
        for _ in range(MOST_REDIRECTS):
            following = _following(response)
            if following is None:
                break
            self._check(following)
            response = self._below.handle_request(following)
        return response

    def close(self) -> None:
        self._below.close()


def _following(response: httpx.Response) -> httpx.Request | None:
    """The request that a redirect asks for; None where it is not to be followed."""
    request, location = response.request, response.headers.get("Location")
    if response.status_code not in OF_A_GET or not location or not _only_reads(request):
        return None
    try:
        url = request.url.join(location)
    except httpx.InvalidURL:
        return None
    if not _stays(request.url, url):
        return None
    headers = [each for each in request.headers.raw if each[0].lower() != b"host"]
    extensions = {**request.extensions, HOP: True}
    return httpx.Request("GET", url, headers=headers, extensions=extensions)


def _only_reads(request: httpx.Request) -> bool:
    """The API documents its sends as GET, but those change something."""
    return request.method == "GET" and request.extensions["intent"].is_idempotent


def _stays(old: httpx.URL, new: httpx.URL) -> bool:
    """Whether an address is on the same server, with TLS where there was TLS, and no login."""
    same_server = old.host == new.host and (old.port == new.port or new.scheme != old.scheme)
    return same_server and new.scheme in (old.scheme, "https") and not LOGIN.search(new.path)
