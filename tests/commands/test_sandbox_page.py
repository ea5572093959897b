"""The link to its page that `sandbox serve` prints, and the browser that `--open` starts."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import Run
from tests.terminal import PROGRAM

BROWSER = """#!/bin/sh
echo "$1" > "$HOME/opened.part" && mv "$HOME/opened.part" "$HOME/opened"
cat "$HOME/pipe"
"""


@contextmanager
def served(*options: str) -> Iterator[list[str]]:
    """The lines on stderr of a gateway that listens."""
    line = [*PROGRAM, "sandbox", "serve", "--db", "gateway.db", "--token", "a/b#c", *options]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        try:
            yield [process.stderr.readline().strip() for _ in range(2)]
        finally:
            process.terminate()
            assert process.wait(20) == 0


def link(lines: list[str]) -> str:
    return lines[-1].removeprefix("page: ")


def test_the_link_leads_to_the_page_and_hides_the_token_in_its_fragment() -> None:
    with served() as lines:
        address, _, fragment = link(lines).partition("#")
        assert fragment == "a%2Fb%23c"
        assert httpx.get(address, trust_env=False).status_code == 200


def test_it_ends_with_its_page_open() -> None:
    with served() as lines, httpx.Client(trust_env=False) as browser:
        address, _, _ = link(lines).partition("#")
        browser.post(f"{address}session", headers={"Authorization": "Bearer a/b#c"})
        events = browser.send(browser.build_request("GET", f"{address}events"), stream=True)
        assert events.status_code == 200
    events.close()


def test_no_link_leads_to_a_page_that_is_off(run: Run) -> None:
    assert "control=off" in run("sandbox serve control=off --open", code=2).stderr
    line = [*PROGRAM, "sandbox", "serve", "--db", "gateway.db", "control=off"]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.terminate()
        assert "page" not in process.communicate()[1]


def test_nothing_is_opened_unasked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser(home, monkeypatch)
    with served() as lines:
        assert httpx.get(link(lines), trust_env=False).status_code == 200
    assert not (home / "opened").exists()


def test_a_browser_that_stays_does_not_hold_up_the_gateway(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(home, monkeypatch)
    with served("--open") as lines, (home / "pipe").open("w"):  # waits until the browser reads it
        assert (home / "opened").read_text().strip() == link(lines)
        assert httpx.get(link(lines), trust_env=False).status_code == 200


def browser(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that writes down the address and stays until somebody opens `pipe`."""
    program = home / "browser"
    program.write_text(BROWSER)
    program.chmod(0o700)
    subprocess.run(["mkfifo", str(home / "pipe")], check=True)
    monkeypatch.setenv("BROWSER", str(program))
