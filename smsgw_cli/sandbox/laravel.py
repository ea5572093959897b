"""What Laravel 12 does around its routes: who is asked for what, and in which form errors are told.

Documented at laravel.com/docs/12.x: "Requests" (Accept, bearer token), "Routing" (CORS, method
spoofing), "Validation" (redirect or JSON), "Errors" (HTML pages), "Middleware" (their order:
authentication, rate limit, models). Defaults of config/cors.php; Symfony's Response::prepare.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from smsgw_cli.sandbox.inputs import read
from smsgw_cli.sandbox.lenient import is_relaxed
from smsgw_cli.sandbox.routing import DESCRIPTION
from smsgw_cli.sandbox.wire import HTML, HttpError, Response

HINT = "X-Sandbox-Hint"
MAX_HINT = 300
POST_MAX_SIZE = 8 * 1024 * 1024  # bytes; PHP's default
BEARER = b"bearer "
METHOD = re.compile("[A-Z]+")
ASKED_METHOD = b"access-control-request-method"
ASKED_HEADERS = b"access-control-request-headers"

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
EVERY_RESPONSE = {"Cache-Control": "no-cache, private"}
API_RESPONSE = {**EVERY_RESPONSE, "Access-Control-Allow-Origin": "*"}

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1></body>
</html>
"""


@dataclass(slots=True)
class Incoming:
    """A request as it arrived: headers by their lower-case name, body and query string as sent.

    `host` is the server's address. `hints` say what a script may not expect of Laravel.
    """

    method: str
    path: str
    host: str
    headers: dict[bytes, bytes]
    body: bytes
    query: bytes
    hints: list[str] = field(default_factory=list)

    def input(self) -> dict[str, Any]:
        """Its input. Raises HttpError (413) for a body that is too large."""
        if len(self.body) > POST_MAX_SIZE and not is_relaxed("size"):
            raise HttpError(413, "The POST data is too large.")
        content_type = self.headers.get(b"content-type", b"")
        given = read(self.method, content_type, self.body, self.query)
        self.hints.append(given.lost)
        return given.values

    def meant_method(self, given: Mapping[str, Any]) -> str:
        """The method that a POST stands for, in a header or else in `_method`.

        Raises HttpError (400) for what cannot be a method (laravel/framework#50735).
        """
        if self.method != "POST":
            return self.method
        header = self.headers.get(b"x-http-method-override", b"").decode("latin-1")
        named = header or given.get("_method") or "POST"
        if not isinstance(named, str):
            return "POST"
        if not METHOD.fullmatch(named.upper()):
            raise HttpError(400, "Bad request.")
        return named.upper()

    def token(self) -> bytes:
        """The token in Authorization: after the last "Bearer ", in any case, up to a comma."""
        header = self.headers.get(b"authorization", b"")
        start = header.lower().rfind(BEARER)
        return b"" if start < 0 else header[start + len(BEARER) :].partition(b",")[0]

    def unauthenticated(self) -> HttpError:
        sent = b"authorization" in self.headers and not self.token()
        hint = "Laravel reads a token from 'Authorization: Bearer TOKEN'" if sent else ""
        return HttpError(401, "Unauthenticated.", hint=hint)

    @property
    def is_preflight(self) -> bool:
        return self.method == "OPTIONS" and ASKED_METHOD in self.headers and self._is_api

    def preflight(self) -> Response:
        """The answer to a browser that asks whether it may send a request: it may."""
        allowed = {
            "Access-Control-Allow-Methods": self._header(ASKED_METHOD).upper(),
            "Access-Control-Allow-Headers": self._header(ASKED_HEADERS),
            "Access-Control-Max-Age": "0",
            "Vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
        }
        return Response(204, headers={name: value for name, value in allowed.items() if value})

    def finished(self, response: Response, limits: Mapping[str, str] = NO_HEADERS) -> Response:
        """The response as it is sent: an error in the form asked for, with headers and hints."""
        if response.status >= HTTPStatus.BAD_REQUEST and not self._expects_json:
            self.hints.append(_form_hint(response))
            response = self._page(response)
        headers = {**(API_RESPONSE if self._is_api else EVERY_RESPONSE), **limits}
        if hints := [hint[0].upper() + hint[1:] for hint in self.hints if hint]:
            headers[HINT] = _line(". ".join(hints))
        return replace(response, headers={**headers, **response.headers})

    def _page(self, response: Response) -> Response:
        """The redirect after a missing login or invalid form; otherwise a page."""
        if response.status == HTTPStatus.UNAUTHORIZED:
            return redirect(f"{self.host}/login")
        if response.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            return redirect(self._previous())
        title = HTTPStatus(response.status).phrase
        return replace(response, text=PAGE.format(title=title), media_type=HTML)

    def _previous(self) -> str:
        """Where a mistake leads back to: the address in Referer, or else the server's root."""
        referer = self._header(b"referer")
        if referer.startswith(("http://", "https://")):
            return referer
        return f"{self.host}/{referer.strip('/')}".rstrip("/")

    @property
    def _expects_json(self) -> bool:
        """Request::expectsJson: JSON is the first choice, or a script asks for anything."""
        choices = _choices(self.headers.get(b"accept", b""))
        first = choices[0] if choices else ""
        if "/json" in first or "+json" in first or is_relaxed("accept"):
            return True
        anything = first in ("", "*/*", "*")
        by_script = self.headers.get(b"x-requested-with") == b"XMLHttpRequest"
        return by_script and anything and b"x-pjax" not in self.headers

    @property
    def _is_api(self) -> bool:
        return self.path.startswith("/api/") or self.path == DESCRIPTION

    def _header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")


def _choices(accept: bytes) -> list[str]:
    """The media types of Accept in lower case, the preferred ones first."""
    parts = [part.strip() for part in accept.decode("latin-1").lower().split(",") if part.strip()]
    if len(parts) == 1:
        return [parts[0].partition(";")[0].strip()]
    return [part.partition(";")[0].strip() for part in sorted(parts, key=_quality, reverse=True)]


def _quality(part: str) -> float:
    found = re.search(r";\s*q=([0-9.]+)", part)
    try:
        return float(found[1]) if found else 1.0
    except ValueError:
        return 0.0


def redirect(address: str) -> Response:
    """Symfony's RedirectResponse, which Laravel's redirects are."""
    shown = address.replace("&", "&amp;").replace("<", "&lt;")
    page = PAGE.format(title=f"Redirecting to {shown}")
    return Response(302, headers={"Location": address}, text=page, media_type=HTML)


def _form_hint(response: Response) -> str:
    """What the client does not get to see because it did not ask for JSON."""
    payload = response.payload
    message = payload.get("message", "") if isinstance(payload, dict) else ""
    return (
        "without 'Accept: application/json' Laravel answers an error with a redirect or a page; "
        f"this one is {response.status} {message}".rstrip(".")
    )


def _line(text: str) -> str:
    """A text in one line of a header."""
    plain = text.encode("ascii", "replace").decode()
    line = "".join(letter if letter.isprintable() else " " for letter in plain)
    return line if len(line) <= MAX_HINT else f"{line[: MAX_HINT - 3]}..."
