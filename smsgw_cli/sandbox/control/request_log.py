"""The last requests to the API and their answers: bounded, and without tokens."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from smsgw_cli.sandbox.faults import glob
from smsgw_cli.sandbox.instants import SECOND, to_datetime
from smsgw_cli.sandbox.routing import PREFIX

MAX_REQUESTS = 1_000
MAX_BYTES = 8 * 2**20
"""Most bytes of all bodies and answers together."""
MAX_TEXT = 16 * 2**10
"""Most bytes of one body, answer or query that are kept."""
MAX_HEADERS = 4 * 2**10
OVERHEAD = 512
"""About how many bytes a record takes besides its texts."""

SECRET_HEADERS = (b"authorization", b"cookie", b"proxy-authorization")
REMOVED = "[removed]"


class Logged(NamedTuple):
    """A request as it came in; `at` in milliseconds since 1970 on the gateway's clock.

    `headers` are those of `safe_headers`. `status` is 0 if the connection was dropped without an
    answer.
    """

    at: int
    method: str
    path: str
    query: bytes
    headers: Iterable[tuple[bytes, bytes]]
    body: bytes
    status: int
    answer: bytes
    hint: str | None = None
    fault: str | None = None

    @property
    def size(self) -> int:
        return OVERHEAD + len(self.path) + len(self.query) + len(self.body) + len(self.answer)


class RequestLog:
    """The newest requests, each with an id that counts from 1."""

    def __init__(self) -> None:
        self.count = 0
        self.most, self.most_bytes = MAX_REQUESTS, MAX_BYTES
        self._records: deque[tuple[int, Logged]] = deque()
        self._size = 0

    def add(self, logged: Logged) -> None:
        record = logged if logged.size <= MAX_TEXT else _cut(logged)
        self.count += 1
        self._records.append((self.count, record))
        self._size += record.size
        while len(self._records) > self.most or self._size > self.most_bytes:
            self._size -= self._records.popleft()[1].size

    def clear(self) -> None:
        """Forget all; ids go on."""
        self._records.clear()
        self._size = 0

    def short(self) -> list[tuple[str, str, int]]:
        """Method, path and status of each."""
        return [(each.method, each.path, each.status) for _, each in self._records]

    def find(self, wanted: Mapping[str, str], secrets: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Those that match `method`, `path` (* and ** as in a fault), `status`, `since` (an id).

        `path` may leave out /api/v1. Every occurrence of a secret is removed.
        """
        hide = _hider(secrets)
        since = int(wanted.get("since") or 0)
        for number, logged in self._records:
            if number > since and _matches(logged, wanted):
                yield {"id": number, **_shown(logged, hide)}


def _cut(logged: Logged) -> Logged:
    return logged._replace(
        path=logged.path[:MAX_TEXT],
        query=logged.query[:MAX_TEXT],
        body=logged.body[:MAX_TEXT],
        answer=logged.answer[:MAX_TEXT],
    )


def safe_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Those that hold no secret, up to MAX_HEADERS bytes."""
    kept: list[tuple[bytes, bytes]] = []
    left = MAX_HEADERS
    for name, value in headers:
        left -= len(name) + len(value)
        if name not in SECRET_HEADERS and left > 0:
            kept.append((name, value))
    return tuple(kept)


def _matches(logged: Logged, wanted: Mapping[str, str]) -> bool:
    method, path, status = (wanted.get(name, "") for name in ("method", "path", "status"))
    return (
        (not method or logged.method == method.upper())
        and (not status or str(logged.status) == status)
        and (not path or _is_at(logged.path, path))
    )


def _is_at(path: str, wanted: str) -> bool:
    pattern = glob(wanted)
    return bool(pattern.fullmatch(path) or pattern.fullmatch(path.removeprefix(PREFIX)))


def _hider(secrets: Iterable[str]) -> "re.Pattern[str]":
    return re.compile("|".join(re.escape(each) for each in sorted(secrets, key=len, reverse=True)))


def _shown(logged: Logged, hide: re.Pattern[str]) -> dict[str, Any]:
    def text(raw: bytes) -> str:
        return hide.sub(REMOVED, raw.decode(errors="replace"))

    headers: dict[str, str] = {}
    for name, value in logged.headers:
        key, content = text(name).title(), hide.sub(REMOVED, value.decode("latin-1"))
        headers[key] = f"{headers[key]}, {content}" if key in headers else content
    return {
        "at": f"{to_datetime(logged.at // SECOND * SECOND):%Y-%m-%dT%H:%M:%SZ}",
        "method": logged.method,
        "path": hide.sub(REMOVED, logged.path),
        "query": text(logged.query),
        "headers": headers,
        "body": text(logged.body),
        "status": logged.status,
        "answer": text(logged.answer),
        "hint": logged.hint,
        "fault": logged.fault,
    }
