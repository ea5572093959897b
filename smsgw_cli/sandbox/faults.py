"""Faults on request: what can go wrong between a client and a gateway, counted or at random."""

import random
import re
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from smsgw_cli.sandbox.fault_words import read
from smsgw_cli.sandbox.wire import Answer

PAGE = """<html>
<head><title>{title}</title></head>
<body>
<center><h1>{title}</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""


@dataclass(frozen=True)
class Fault:
    """One fault, and when it strikes.

    An error status, "html", "redirect" and "drop-before" come instead of handling the request;
    "truncated", "malformed", "empty", "list" and "drop-after" spoil the answer of a request that
    took effect. "latency" only waits, a second if not told otherwise; each may wait as well:
    `delay` is in seconds.
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
        """The fault that `text` describes. Raises ValueError naming the word it cannot mean."""
        return cls(**read(text))  # type: ignore[arg-type]

    def concerns(self, method: str, path: str) -> bool:
        return self.method in (None, method) and bool(_glob(self.path).fullmatch(path))

    def instead(self) -> Answer | None:
        """What comes instead of handling the request, if anything."""
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        if self.kind == "html":
            title = f"{self.status} {_phrase(self.status)}"
            text = PAGE.format(title=title)
            return Answer(self.status, headers=headers, text=text, media_type="text/html")
        if self.kind == "redirect":
            page = PAGE.format(title="Redirecting to /login")
            return Answer(302, headers={"Location": "/login"}, text=page, media_type="text/html")
        if self.kind.isdigit():
            return Answer(int(self.kind), {"message": _message(int(self.kind))}, headers)
        return None

    def spoiled(self, answer: Answer) -> Answer:
        """The answer after the fault; cutting one short is left to the connection."""
        if self.kind == "empty":
            return replace(answer, text="")
        if answer.status == HTTPStatus.NO_CONTENT and self.kind != "drop-after":
            answer = replace(answer, status=200, payload={"data": []})  # something to spoil
        if self.kind == "malformed":
            return replace(answer, text=answer.content().decode().replace(":", "=", 1))
        if self.kind == "list":
            return replace(answer, payload=[answer.payload])
        return answer


@dataclass
class _Armed:
    """A fault on duty, with what it has seen."""

    fault: Fault
    seen: int = 0
    struck: int = 0

    def strikes(self, dice: random.Random) -> bool:
        self.seen += 1
        spent = self.fault.times is not None and self.struck >= self.fault.times
        if self.seen <= self.fault.after or spent or dice.random() >= self.fault.rate:
            return False
        self.struck += 1
        return True


@dataclass
class Strike:
    """What hits one request: how long it waits, and the first fault that does more than that."""

    delay: float = 0.0
    fault: Fault | None = None


@dataclass
class Faults:
    """The faults of a running gateway; may be added to and cleared while it runs."""

    seed: int = 0
    _armed: tuple[_Armed, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def add(self, *faults: Fault | str) -> None:
        """Raises ValueError for a text that describes no fault."""
        known = [Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults]
        self._armed += tuple(map(_Armed, known))

    def clear(self) -> None:
        self._armed = ()

    def strike(self, method: str, path: str) -> Strike:
        """What hits the request that has just come in."""
        strike = Strike()
        for armed in self._armed:
            if strike.fault and armed.fault.kind != "latency":
                continue
            if armed.fault.concerns(method, path) and armed.strikes(self._dice):
                strike.delay += armed.fault.delay
                if armed.fault.kind != "latency":
                    strike.fault = armed.fault
        return strike


def _glob(path: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*+)", path)
    wild = {"*": "[^/]*"}
    # re keeps compiled patterns, so this is not slow.
    return re.compile(
        "".join(
            wild.get(piece, ".*") if piece.startswith("*") else re.escape(piece) for piece in pieces
        )
    )


def _message(status: int) -> str:
    known = {429: "Too Many Attempts.", 500: "Server Error", 401: "Unauthenticated."}
    return known.get(status, _phrase(status))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
