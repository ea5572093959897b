"""Debian's Chromium on the page of a gateway; skipped where it or Playwright is missing."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from smsgw_cli.sandbox.server import Gateway, Settings
from smsgw_cli.sandbox.store import receive

CHROMIUM = shutil.which("chromium")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LIVE = "[data-testid=connection][data-state=live]"
PATIENCE = 20_000
"""Milliseconds after which what does not appear never will."""


@dataclass
class Sandbox:
    """A gateway and a browser on it.

    `troubles` has what no test may cause: errors of the page, violations of its policy, dialogs,
    and requests to any other address.
    """

    gateway: Gateway
    browser: Any
    troubles: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def open(self, where: str = "", **context: Any) -> Any:
        """A page in a browser window of its own, signed in."""
        shown = self.new_context(**context).new_page()
        shown.goto(f"{self.gateway.url}/__sandbox/#{quote(self.gateway.token, safe='')}")
        shown.locator(LIVE).wait_for()
        if where:
            self.go(shown, where)
        return shown

    def go(self, page: Any, where: str) -> None:
        page.evaluate("hash => { location.hash = hash; }", f"#/{where}")

    def new_context(self, **options: Any) -> Any:
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda message: self._note(message.type, message.text))
        context.on("weberror", lambda error: self.troubles.append(f"error: {error.error}"))
        context.on("dialog", self._dismiss)
        context.on("request", lambda request: self._look_at(request.url))
        self.contexts.append(context)
        return context

    def receive(self, text: str, sender: str = "+12025550123", sim: int = 1) -> int:
        """Let a message arrive; returns its id."""
        return int(receive(self.gateway.settings.db, sender=sender, sim=sim, text=text)["id"])

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a request to the API, which must be answered with 2xx."""
        answer = httpx.request(
            method,
            f"{self.gateway.url}/api/v1{path}",
            json=body,
            headers={
                "Authorization": f"Bearer {self.gateway.token}",
                "Accept": "application/json",
            },
            trust_env=False,
            timeout=20,
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def send(self, text: str, *numbers: str, **more: Any) -> Any:
        body = {"mobile_numbers": numbers or ["+12025550123"], "message": text, **more}
        return self.api("POST", "/messages/send", body)

    def _note(self, kind: str, text: str) -> None:
        # A browser says of every answer of 4xx that it "failed to load".
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {text}")

    def _dismiss(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _look_at(self, url: str) -> None:
        if not url.startswith((f"{self.gateway.url}/__sandbox/", "data:image/svg+xml,", "blob:")):
            self.troubles.append(f"request: {url}")


Start = Callable[..., Sandbox]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for each module: while Playwright runs, no other test can have a loop of asyncio."""
    sync_api = pytest.importorskip("playwright.sync_api", exc_type=ImportError)
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield running
        running.close()


@pytest.fixture
def start(browser: Any, tmp_path: Path) -> Iterator[Start]:
    """Starts gateways with a browser on them; none may have caused any trouble at the end."""
    running: list[Sandbox] = []

    def started(**settings: Any) -> Sandbox:
        gateway = Gateway(Settings(**{"db": tmp_path / "sandbox.db", "speed": 20, **settings}))
        gateway.start()
        running.append(Sandbox(gateway, browser))
        return running[-1]

    yield started
    for each in running:
        for context in each.contexts:
            context.close()
        each.gateway.stop()
    assert [trouble for each in running for trouble in each.troubles] == []


@pytest.fixture
def sandbox(start: Start) -> Sandbox:
    """A gateway with nothing but its phones, which are twenty times as fast as real ones."""
    return start()
