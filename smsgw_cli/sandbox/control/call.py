"""A request to the control address, and the checks of what it contains."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from smsgw_cli.sandbox.control.access import Access
from smsgw_cli.sandbox.control.states import State, States
from smsgw_cli.sandbox.wire import HttpError, Response

Body = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """`key` is what follows the route's name in the path; `over` are done when nobody waits for
    the answer any more: the client is gone, or the gateway ends."""

    states: States
    access: Access
    token: str
    state: State
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Body
    secure: bool
    over: tuple[asyncio.Future[Any], ...] = field(default=())

    @property
    def is_over(self) -> bool:
        return any(each.done() for each in self.over)


Handler = Callable[[Call], Response | Awaitable[Response]]


def parsed(raw: bytes) -> Body:
    """The object in a body, {} if there is none. Raises HttpError (400)."""
    try:
        body = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise HttpError(400, f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise HttpError(400, "The body must be a JSON object.")
    return body


def only(given: Collection[str], known: Collection[str], noun: str = "field") -> None:
    """Raises HttpError (422) for a name that is not known."""
    for name in given:
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise invalid(f"unknown {noun} {name!r}; {noun}s: {allowed}")


def text(body: Body, name: str, most: int, *, optional: bool = False) -> str:
    """A text of at most `most` characters. Raises HttpError (422)."""
    value = body.get(name, "")
    if value is None:
        value = ""
    if not isinstance(value, str) or len(value) > most or not (value or optional):
        raise invalid(f"{name} must be a text of at most {most:,} characters")
    return value


def texts(body: Body, name: str, most: int, longest: int) -> list[str]:
    """At most `most` texts, [] without any. Raises HttpError (422)."""
    values = body.get(name) or []
    if not isinstance(values, list) or len(values) > most:
        raise invalid(f"{name} must be a list of at most {most} texts")
    return [text({name: value}, name, longest) for value in values]


def whole(given: Mapping[str, Any], name: str, default: int = 0) -> int:
    """A whole number from 0. Raises HttpError (422)."""
    value = str(given.get(name, default))
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise invalid(f"{name} must be a whole number")
    return int(value)


def invalid(message: str) -> HttpError:
    return HttpError(422, message)
