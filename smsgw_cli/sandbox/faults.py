"""Fault injection: what can go wrong between a client and a gateway, counted or at random."""

import random
import re
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from smsgw_cli.sandbox import laravel, stack_pages
from smsgw_cli.sandbox.fault_words import OPTIONS, parse_words
from smsgw_cli.sandbox.stale import Kept
from smsgw_cli.sandbox.wire import Response

IN_PIECES = ("drip", "endless")
OF_BODIES = ("truncated", "malformed", "list", *IN_PIECES)
"""The kinds that need a body to show themselves."""


@dataclass(frozen=True)
class Fault:
    """One fault, and the requests it applies to.

    An error status and the kinds in BEFORE_HANDLING replace the handling of the request, those in
    AFTER_HANDLING corrupt the response to a request that was carried out (fault_words.py has both).
    "latency" only waits; every other kind may wait as well. `delay` is in seconds: before the
    request is handled, and of "drip" and "endless" between two pieces of the answer.
    """

    kind: str
    method: str | None = None
    path: str = "**"
    times: int | None = None
    rate: float = 1.0
    after: int = 0
    retry_after: str | None = None
    delay: float = 0.0
    status: int = 502

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """The fault that `text` describes. Raises ValueError that names the invalid word."""
        return cls(**parse_words(text))  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        """The fault in words that `parse` reads: what differs from its kind's defaults."""
        plain = Fault.parse(self.kind)
        words = [self.kind, self.method, None if self.path == plain.path else self.path]
        for name in OPTIONS:
            value = getattr(self, name.replace("-", "_"))
            if value != getattr(plain, name.replace("-", "_")):
                shown = f"{value:.12g}" if isinstance(value, float) else value
                words.append(f"{name}={shown}")
        return " ".join(word for word in words if word)

    @property
    def wait(self) -> float:
        """Seconds before the request is handled."""
        return 0.0 if self.kind in IN_PIECES else self.delay

    def matches(self, method: str, path: str) -> bool:
        return self.method in (None, method) and bool(glob(self.path).fullmatch(path))

    def replacement(self) -> Response | None:
        """The response sent without handling the request; None if the request is handled."""
        response = self._replacement()
        if response is None or not self.retry_after:
            return response
        return replace(response, headers={**response.headers, "Retry-After": self.retry_after})

    def _replacement(self) -> Response | None:
        if self.kind == "html":
            return stack_pages.nginx(self.status)
        if self.kind == "maintenance":
            return stack_pages.maintenance()
        if self.kind == "redirect":
            return laravel.redirect("/login")
        if self.kind.isdigit():
            return Response(int(self.kind), {"message": _message(int(self.kind))})
        return None

    def corrupted(self, response: Response) -> Response:
        """The response with the fault applied; what is wrong with how it goes out comes later."""
        if self.kind == "varnish":
            return stack_pages.varnish()
        if self.kind == "empty":
            return replace(response, text="")
        if self.kind in OF_BODIES and response.status == HTTPStatus.NO_CONTENT:
            response = replace(response, status=200, payload={"data": []})  # something to corrupt
        if self.kind == "malformed":
            return replace(response, text=response.content().decode().replace(":", "=", 1))
        if self.kind == "list":
            return replace(response, payload=[response.payload])
        if self.kind == "empty-page":
            return replace(response, payload=_emptied(response.payload))
        return response


@dataclass
class ActiveFault:
    """An active fault, how many requests it matched (`seen`), and how many it changed."""

    fault: Fault
    seen: int = 0
    struck: int = 0

    @property
    def text(self) -> str:
        return self.fault.text

    def strikes(self, rng: random.Random) -> bool:
        self.seen += 1
        spent = self.fault.times is not None and self.struck >= self.fault.times
        if self.seen <= self.fault.after or spent or rng.random() >= self.fault.rate:
            return False
        self.struck += 1
        return True


@dataclass
class Injection:
    """What is injected into one request: a delay in seconds, and the first fault beyond latency."""

    delay: float = 0.0
    fault: Fault | None = None


@dataclass
class Faults:
    """The faults of a running gateway; they can be added and cleared while it runs."""

    seed: int = 0
    _armed: tuple[ActiveFault, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        self.cache: Kept = {}
        self.reseed(self.seed)

    def reseed(self, seed: int) -> None:
        """Let what is at random begin again."""
        self._rng = random.Random(seed)

    @property
    def active(self) -> tuple[ActiveFault, ...]:
        return self._armed

    def add(self, *faults: Fault | str) -> None:
        """Raises ValueError for a text that is not a valid fault."""
        known = [Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults]
        self._armed += tuple(map(ActiveFault, known))

    def remove(self, text: str) -> bool:
        """Remove the faults with this text; returns whether there were any."""
        kept = tuple(each for each in self._armed if each.text != text)
        found, self._armed = len(kept) < len(self._armed), kept
        self.cache.clear()
        return found

    def clear(self) -> None:
        self._armed = ()
        self.cache.clear()

    def replace(self, *faults: Fault | str) -> None:
        """Let these be all the faults, none of them seen yet. Raises as `add` does."""
        self.clear()
        self.add(*faults)

    def strike(self, method: str, path: str) -> Injection:
        """What to inject into the request that has just arrived."""
        injection = Injection()
        for active in self._armed:
            if injection.fault and active.fault.kind != "latency":
                continue
            if active.fault.matches(method, path) and active.strikes(self._rng):
                injection.delay += active.fault.wait
                if active.fault.kind != "latency":
                    injection.fault = active.fault
        return injection


def glob(path: str) -> re.Pattern[str]:
    """The pattern of a path: * is anything but a slash, ** anything."""
    pieces = re.split(r"(\*+)", path)
    wild = {"*": "[^/]*"}
    # re caches compiled patterns, so this is cheap.
    return re.compile(
        "".join(
            wild.get(piece, ".*") if piece.startswith("*") else re.escape(piece) for piece in pieces
        )
    )


def _emptied(payload: Any) -> Any:
    """A page without rows, which counts as many as before; other payloads are left alone."""
    meta = payload.get("meta") if isinstance(payload, dict) else None
    if not isinstance(meta, dict):
        return payload
    return {**payload, "data": [], "meta": {**meta, "from": None, "to": None}}


def _message(status: int) -> str:
    known = {429: "Too Many Attempts.", 500: "Server Error", 401: "Unauthenticated."}
    return known.get(status) or stack_pages.phrase(status)
