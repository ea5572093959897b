"""Follows redirects of GET within the same server, so that the token is sent nowhere else."""

import re
from collections.abc import Callable

import httpx

from smsgw_cli.api.retry_rules import LOGIN

MAX_REDIRECTS = 3
STATUSES = frozenset({301, 302, 303, 307, 308})  # RFC 9110, 15.4: GET remains GET
HOP = "hop"  # request extension: caused by a redirect


class Redirect(httpx.BaseTransport):
    """Follows redirects of requests that only read.

    `check` is called before each of them; `note` is told of one that leads from http to https.
    """

    def __init__(
        self,
        below: httpx.BaseTransport,
        check: Callable[[httpx.Request], None],
        note: Callable[[str], None],
    ) -> None:
        self._below = below
        self._check = check
        self._note = note

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._below.handle_request(request)
        for _ in range(MAX_REDIRECTS):
            redirected = _redirected(response)
            if redirected is None:
                break
            self._check(redirected)
            self._note_upgrade(response.request.url, redirected.url)
            response = self._below.handle_request(redirected)
        return response

    def close(self) -> None:
        self._below.close()

    def _note_upgrade(self, old: httpx.URL, new: httpx.URL) -> None:
        """Only reading works like this: a redirected send is not repeated elsewhere."""
        if old.scheme != new.scheme:
            address = f"{new.scheme}://{new.netloc.decode()}"
            self._note(f"note: the server redirects to {address}; set that as its address")


def _redirected(response: httpx.Response) -> httpx.Request | None:
    """The redirected request; None if there is no redirect to follow."""
    request, location = response.request, response.headers.get("Location")
    if response.status_code not in STATUSES or not location or not _only_reads(request):
        return None
    try:
        url = request.url.join(location)
    except httpx.InvalidURL:
        return None
    if not _is_allowed(request.url, url):
        return None
    headers = [each for each in request.headers.raw if each[0].lower() != b"host"]
    extensions = {**request.extensions, HOP: True}
    return httpx.Request("GET", url, headers=headers, extensions=extensions)


def _only_reads(request: httpx.Request) -> bool:
    """Whether it is a GET without side effects; the API documents sends as GET too."""
    return request.method == "GET" and request.extensions["intent"].is_idempotent


def _is_allowed(old: httpx.URL, new: httpx.URL) -> bool:
    """Whether an address is on the same server, without a downgrade from TLS, and no login."""
    same_server = old.host == new.host and (old.port == new.port or new.scheme != old.scheme)
    return same_server and new.scheme in (old.scheme, "https") and not re.search(LOGIN, new.path)
