"""Masks in a response what its request kept secret, before anything shows or records it."""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import httpx

from smsgw_cli import redact
from smsgw_cli.api.proxies import Proxy

BEARER = "Bearer "


class Mask:
    """The secrets of a request: its token, the password of its proxy, and in the response of a
    server that refuses it those of its body."""

    def __init__(self, request: httpx.Request, proxy: Proxy | None, status: int) -> None:
        secrets = [request.headers.get("Authorization", "").removeprefix(BEARER)]
        secrets += _of_proxy(proxy)
        secrets += _of_body(request.content) if status >= 400 else ()
        self._forms = [form for each in filter(None, secrets) for form in _forms(each)]

    def content(self, content: bytes) -> bytes:
        for form in self._forms:
            if form in content:
                content = content.replace(form, redact.MASK.encode())
        return content

    def headers(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        return [(name, self.content(value)) for name, value in headers]


@lru_cache(maxsize=16)
def _forms(secret: str) -> Sequence[bytes]:
    return [form.encode() for form in redact.forms(secret)]


def _of_proxy(proxy: Proxy | None) -> Iterator[str]:
    auth = proxy.settings.raw_auth if proxy else None
    if auth:
        yield auth[1].decode("utf-8", "replace")
        yield base64.b64encode(b":".join(auth)).decode()


def _of_body(content: bytes) -> Iterator[str]:
    try:
        yield from redact.secrets_in(json.loads(content))
    except (ValueError, RecursionError):
        return
