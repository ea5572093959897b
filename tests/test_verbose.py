"""-v shows what happens and changes nothing of it: every command line with it and without."""

import gzip
import itertools
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from smsgw_cli.app import app
from tests.recording import recording
from tests.scripted import PAGE, answer, scripted
from tests.test_contract import FIELDS, LINES

FIELDS_OF_LIST = {"GET /contact-lists/{id}/fields": FIELDS}
ODD = {
    "a portal": answer("200 OK", b"<html><title>Welcome</title>"),
    "nothing": answer("204 No Content"),
    "half": answer("200 OK", PAGE)[:-9],
    "dropped": b"",
    "compressed": answer("200 OK", gzip.compress(PAGE), "Content-Encoding: gzip"),
    "badly compressed": answer("200 OK", PAGE, "Content-Encoding: gzip"),
    "a byte too many": answer("200 OK", PAGE).replace(b"Connection: close\r\n", b"") + b"x",
    "login": answer("302 Found", b"", "Location: /login"),
    "elsewhere": answer("308 Moved", b"", "Location: https://other.invalid/"),
    "limited": answer("429 Too Many Requests", b"", "Retry-After: 900"),
    "refused": answer("422 No", b'{"message": "no", "errors": {"name": ["is taken"]}}'),
    "broken": answer("500 No", b"<h1>oops</h1>"),
}
BULK = {
    "import": "contacts import 1 people.csv --settle 0",
    "import, updating": "contacts import 1 people.csv --settle 0 --existing update",
    "sync": "contacts sync 1 people.csv --settle 0 --yes",
    "mailing": "messages send --csv people.csv -m Hi --settle 0",
    "export": "contacts export 1",
    "doctor": "doctor",
}
EVERY = {**LINES, **BULK}
RUNS = itertools.count()


@pytest.fixture(autouse=True)
def people(home: Path) -> None:
    (home / "people.csv").write_text("phone\n+12025550123\n+12025550124\n")


@contextmanager
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No record of what was sent before."""
    with monkeypatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(Path(f"state{next(RUNS)}").resolve()))
        yield


def ended(monkeypatch: pytest.MonkeyPatch, name: str, *options: str) -> tuple[int, str]:
    """Exit code and stdout, without names that are made by chance, and times."""
    settle = ["--settle", "0"] if name.endswith("/send") else []
    line = [*shlex.split(EVERY[name]), *settle, "--retries", "0", *options]
    with fresh(monkeypatch):
        result = CliRunner().invoke(app, line)
    assert "internal error" not in result.stderr
    assert result.stderr.startswith("> ") or not options or "\n> " in result.stderr
    return result.exit_code, re.sub(r"smsgw-\w{10}|\d+\.\d+( s)?", "…", result.stdout)


def same(monkeypatch: pytest.MonkeyPatch, name: str) -> int:
    """The exit code of a command line, which is the same with -v, as is what it prints."""
    quiet, watched = ended(monkeypatch, name), ended(monkeypatch, name, "-v")
    if name != "doctor":  # which prints how long a request took
        assert quiet == watched
    return quiet[0]


@pytest.fixture(params=[False, True], ids=["direct", "moved"])
def moved(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("name", EVERY)
def test_verbose_changes_nothing_where_a_server_answers_or_redirects(
    monkeypatch: pytest.MonkeyPatch, moved: bool, name: str
) -> None:
    with recording(FIELDS_OF_LIST) as server:
        server.has_moved = moved
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        code = same(monkeypatch, name)
        followed = [each for each in server.requests if each.path.startswith("/moved")]
        assert all(each.endpoint.startswith("GET ") for each in followed)
    if name in LINES and not moved:
        assert code == 0
    elif name in LINES:
        assert code == exit_of_redirected(name)


def exit_of_redirected(name: str) -> int:
    """A form that was taken is often answered so: a create is unknown, a send is looked for."""
    if name.endswith("/send"):
        return 6
    return {"GET": 0, "POST": 8}.get(name.partition(" ")[0], 1)


@pytest.mark.parametrize("name", EVERY)
def test_verbose_changes_nothing_where_a_proxy_is_between(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with recording(FIELDS_OF_LIST) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("SMSGW_SERVER", "http://sms.invalid")
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        code = same(monkeypatch, name)
        assert proxy.requests
    assert code == 0 or name in BULK


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "name", [*BULK, "GET /messages", "POST /contact-lists", "GET /messages/send"]
)
def test_verbose_changes_nothing_where_answers_are_odd(
    monkeypatch: pytest.MonkeyPatch, name: str, odd: str
) -> None:
    with scripted(ODD[odd]) as script:
        monkeypatch.setenv("SMSGW_SERVER", script.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        same(monkeypatch, name)
