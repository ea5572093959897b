"""Maps method and path to a handler, with Laravel's 404 and 405."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from smsgw_cli.sandbox.wire import HttpError, Request, Response

PREFIX = "/api/v1"

Handler = Callable[[Request], Response]


@dataclass(frozen=True)
class Route:
    """`path` is relative to the prefix; `{id}` can only be its second segment.

    `writes`: the handler runs inside a transaction.
    """

    method: str
    path: str
    handle: Handler
    writes: bool = False


class Match(NamedTuple):
    """A route, and the value of `{id}` in the path."""

    route: Route
    id: str


class Router:
    """All routes, each found with a single look-up."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._table: dict[str, dict[str, Route]] = {}
        for route in routes:
            self._table.setdefault(route.path, {})[route.method] = route

    def match(self, method: str, path: str) -> Match:
        """Raises HttpError: 404 for an unknown path, 405 for an unsupported method."""
        wanted = path.removeprefix(PREFIX).rstrip("/")
        key, methods = self._known(wanted) if path.startswith(PREFIX + "/") else ("", None)
        if methods is None:
            raise HttpError(404, f"The route {path.strip('/')} could not be found.")
        route = methods.get("GET" if method == "HEAD" else method)
        if route is None:
            raise _not_allowed(method, path, methods)
        return Match(route, key)

    def _known(self, path: str) -> tuple[str, dict[str, Route] | None]:
        if methods := self._table.get(path):
            return "", methods
        first, _, rest = path[1:].partition("/")
        key, slash, last = rest.partition("/")
        pattern = f"/{first}/{{id}}{slash}{last}"
        return key, self._table.get(pattern) if key else None


def _not_allowed(method: str, path: str, methods: Iterable[str]) -> HttpError:
    supported = ", ".join("GET, HEAD" if known == "GET" else known for known in methods)
    return HttpError(
        405,
        f"The {method} method is not supported for route {path.strip('/')}. "
        f"Supported methods: {supported}.",
        {"Allow": supported},
    )
