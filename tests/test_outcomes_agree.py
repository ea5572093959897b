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
NOW, LATER, NEVER = {"Retry-After": "0"}, {"Retry-After": "1"}, {"Retry-After": "900"}
AWAY, LOGIN = {"Location": "/thanks"}, {"Location": "/login"}
CASES: list[tuple[int, dict[str, str], str]] = [
    (201, {}, DONE),
    *((status, {}, REFUSED) for status in (400, 409, 413, 422)),
    *((status, {}, STOPPED) for status in (304, 401, 403, 404, 405, 410, 418)),
    *((status, {}, REPEATED) for status in (425, 429)),
    *((status, {}, UNKNOWN) for status in (408, 500, 501, 502, 503, 504, 505)),
    *((status, LATER, REPEATED) for status in (425, 429, 503)),
    *((status, NEVER, STOPPED) for status in (425, 429, 503)),
    *((status, NEVER, UNKNOWN) for status in (500, 502, 504)),
    *((status, AWAY, UNKNOWN) for status in (301, 302, 303)),
    *((status, AWAY, STOPPED) for status in (307, 308)),
    *((status, LOGIN, STOPPED) for status in (301, 302, 303, 307, 308)),
]
NAMES = [f"{status} {' '.join(headers.values())}" for status, headers, _ in CASES]
COMMANDS = {
    "create": "contacts create 1 +12025550123",
    "import": "contacts import 1 people.csv --settle 0 --workers 1",
    "mailing": "messages send --csv people.csv -m Hi --settle 0 --workers 1",
}
NO_SUCH_POST = frozenset({404, 405, 501})  # a send goes out as a GET then


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("status", "headers", "expected"), CASES, ids=NAMES)
def test_what_a_status_means_does_not_depend_on_the_command(
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    command: str,
    status: int,
    headers: dict[str, str],
    expected: str,
) -> None:
    (home / "people.csv").write_text("phone\n+12025550123\n")
    with recording(ANSWERS) as server:
        if status != 201:
            server.first_post = (status, headers)
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        ended = CliRunner().invoke(app, [*COMMANDS[command].split(), "--retries", "1"])
        print(ended.output)
    if command == "mailing" and status in NO_SUCH_POST:
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
