"""Maps method and path to a handler, with Laravel's 404 and 405."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from smsgw_cli.sandbox.shapes import Schema
from smsgw_cli.sandbox.validation import Spec
from smsgw_cli.sandbox.wire import HTML, HttpError, Request, Response

PREFIX = "/api/v1"
DESCRIPTION = "/openapi.json"
ALSO = {"PUT": ("PUT", "PATCH"), "GET": ("GET", "HEAD")}
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")  # in the order in which Laravel has them

Handler = Callable[[Request], Response]
Sample = Callable[[dict[str, Any]], Request]
Takes = Spec | Callable[[Sample], Mapping[str, Spec]]


@dataclass(frozen=True)
class Route:
    """`path` is relative to the prefix; `{id}` can only be its second segment.

    `writes`: the handler runs inside a transaction. For the description of the API, `takes` are
    the rules of its input, and `gives` is what its response shows, None for no content. Rules that
    depend on the input are those of samples of it, which stand beside the conditions for them.
    """

    method: str
    path: str
    handle: Handler
    writes: bool = False
    takes: Takes | None = None
    gives: Schema | None = None


class Match(NamedTuple):
    """A route, and the value of `{id}` in the path."""

    route: Route
    id: str


class Router:
    """All routes, each found with a single look-up."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._table: dict[str, dict[str, Route]] = {}
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        """A resource is updated by PATCH as well as by PUT, and read by HEAD as well as by GET.

        Documented at laravel.com/docs/12.x/controllers, "Actions Handled by Resource Controllers".
        """
        known = self._table.setdefault(route.path, {})
        for method in ALSO.get(route.method, (route.method,)):
            known[method] = route

    def match(self, method: str, path: str) -> Match:
        """Raises HttpError: 404 for an unknown path, 405 for an unsupported method."""
        key, methods = self._known(path)
        route = methods.get(method)
        if route is None:
            raise _not_allowed(method, path, _supported(methods))
        return Match(route, key)

    def options(self, path: str) -> Response:
        """The answer to OPTIONS: the methods of a path. Raises HttpError (404) if it is unknown."""
        methods = _supported(self._known(path)[1])
        return Response(
            headers={"Allow": ",".join((*methods, "OPTIONS"))}, text="", media_type=HTML
        )

    def _known(self, path: str) -> tuple[str, dict[str, Route]]:
        """The value of `{id}`, and the routes by method. Raises HttpError (404)."""
        wanted = path.removeprefix(PREFIX).rstrip("/")
        key, methods = self._look_up(wanted) if path.startswith(PREFIX + "/") else ("", None)
        if methods is None:
            raise HttpError(404, f"The route {path.strip('/')} could not be found.")
        return key, methods

    def _look_up(self, path: str) -> tuple[str, dict[str, Route] | None]:
        if methods := self._table.get(path):
            return "", methods
        first, _, rest = path[1:].partition("/")
        key, slash, last = rest.partition("/")
        pattern = f"/{first}/{{id}}{slash}{last}"
        return key, self._table.get(pattern) if key else None


def _supported(methods: Mapping[str, Route]) -> list[str]:
    return [verb for verb in VERBS if verb in methods]


def _not_allowed(method: str, path: str, supported: Iterable[str]) -> HttpError:
    listed = ", ".join(supported)
    return HttpError(
        405,
        f"The {method} method is not supported for route {path.strip('/')}. "
        f"Supported methods: {listed}.",
        {"Allow": listed},
    )
