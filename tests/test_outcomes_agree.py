"""A status means the same to a single create, an import and a mailing: seen from what they do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from smsgw_cli.app import app
from tests.recording import Recording, recording
from tests.test_contract import FIELDS

EMPTY = {"data": [], "meta": {"current_page": 1, "last_page": 1, "total": 0}}
ANSWERS = {
    "GET /contact-lists/{id}/fields": FIELDS,
    "GET /contact-lists/{id}/contacts": EMPTY,
    "GET /campaigns": EMPTY,
}
DONE, REFUSED, REPEATED, UNKNOWN, STOPPED = "done", "refused", "repeated", "unknown", "stopped"
LATER, NEVER = {"Retry-After": "1"}, {"Retry-After": "900"}
AWAY, LOGIN = {"Location": "/thanks"}, {"Location": "/login"}
NGINX = {"Server": "nginx/1.22.1"}
LARAVEL = b'{"message":"No."}'
PAGE = b"<!DOCTYPE html><title>Attention Required!</title>"
LIMIT_REQ = (
    b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
    b"<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n"
    b"<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
BODIES = {LARAVEL: "of Laravel", PAGE: "page", b"": "empty", b"[]": "list", LIMIT_REQ: "limit"}
CLIENT_ERRORS = (400, 401, 403, 404, 405, 409, 410, 418, 422)
Headers = dict[str, str]
CASES: list[tuple[int, Headers, bytes, str]] = [
    (201, {}, b"", DONE),
    # Only the API's own words are a refusal.
    *((status, {}, LARAVEL, REFUSED) for status in (400, 409, 422)),
    *((status, {}, LARAVEL, STOPPED) for status in (401, 403, 404, 405, 410, 418)),
    *((status, {}, PAGE, UNKNOWN) for status in CLIENT_ERRORS),
    *((status, {}, body, UNKNOWN) for status in (401, 403, 422) for body in (b"", b"[]")),
    *((status, {}, body, REFUSED) for status in (413, 414, 431) for body in (LARAVEL, PAGE)),
    *((status, {}, body, REPEATED) for status in (425, 429) for body in (LARAVEL, PAGE, b"")),
    *((status, LATER, PAGE, REPEATED) for status in (425, 429)),
    *((status, NEVER, PAGE, STOPPED) for status in (425, 429)),
    # Neither Retry-After nor Laravel's words for maintenance prove anything.
    *((status, {}, LARAVEL, UNKNOWN) for status in (408, 500, 501, 502, 503, 504, 505)),
    *((503, more, body, UNKNOWN) for more in (LATER, NEVER) for body in (LARAVEL, PAGE)),
    *((status, NEVER, PAGE, UNKNOWN) for status in (500, 502, 504)),
    (503, NGINX, LIMIT_REQ, REPEATED),
    (503, {}, LIMIT_REQ, UNKNOWN),
    *((503, {**NGINX, name: "1"}, LIMIT_REQ, UNKNOWN) for name in ("Via", "Age", "Retry-After")),
    (503, NGINX, LIMIT_REQ.replace(b"503", b"502"), UNKNOWN),
    # Successes that are not the API's.
    *((status, {}, body, UNKNOWN) for status in (200, 201) for body in (PAGE, b"", b"[]")),
    (200, {}, b'{"success":false,"error":"Insufficient credits"}', UNKNOWN),
    (201, {}, b'{"message":"Whoops"}', UNKNOWN),
    (304, {}, b"", UNKNOWN),
    *((status, AWAY, PAGE, UNKNOWN) for status in (301, 302, 303, 307, 308)),
    *((status, LOGIN, PAGE, UNKNOWN) for status in (302, 307)),
]
NAMES = [
    f"{status} {' '.join(headers.values())} {BODIES.get(body, 'other')}"
    for status, headers, body, _ in CASES
]
COMMANDS = {
    "create": "contacts create 1 +12025550123",
    "import": "contacts import 1 people.csv --settle 0 --workers 1",
    "mailing": "messages send --csv people.csv -m Hi --settle 0 --workers 1",
}
NO_SUCH_POST = frozenset({404, 405})  # a send goes out as a GET then, if it is the API that says so


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("status", "headers", "body", "expected"), CASES, ids=NAMES)
def test_what_a_status_means_does_not_depend_on_the_command(
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    command: str,
    status: int,
    headers: Headers,
    body: bytes,
    expected: str,
) -> None:
    (home / "people.csv").write_text("phone\n+12025550123\n")
    with recording(ANSWERS) as server:
        if expected != DONE:
            server.first_post = (status, headers, body)
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        ended = CliRunner().invoke(app, [*COMMANDS[command].split(), "--retries", "1"])
        print(ended.output)
    if command == "mailing" and status in NO_SUCH_POST and body == LARAVEL:
        assert _after_the_first_post(server)[0] == "GET /messages/send"
    else:
        assert _seen(server, ended.exit_code) == expected


def _seen(server: Recording, code: int) -> str:
    """What became of the first POST, told by what came after it."""
    after = _after_the_first_post(server)
    if after:
        return REPEATED if after[0].startswith("POST") else UNKNOWN
    if code in (5, 7):
        return REFUSED
    return {0: DONE, 8: UNKNOWN}.get(code, STOPPED)


def _after_the_first_post(server: Recording) -> list[str]:
    made = [request.endpoint for request in server.requests]
    first = next(place for place, each in enumerate(made) if each.startswith("POST"))
    return made[first + 1 :]
