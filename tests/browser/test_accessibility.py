"""axe-core on every view, light and dark, wide and narrow."""

import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import Sandbox

VIEWS = (
    "messages",
    f"messages/{quote('+12025550123')}",
    "phones",
    "campaigns",
    "requests",
    "faults",
)


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core's script, from npm into a folder of its own."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("axe")
    wanted = ["--fetch-retries", "0", "--no-audit", "--no-fund", "--ignore-scripts", "axe-core@4"]
    try:
        subprocess.run(
            [npm, "install", "--prefix", str(folder), *wanted],
            check=True,
            capture_output=True,
            timeout=120,
        )
    except subprocess.SubprocessError:
        pytest.skip("axe-core cannot be installed")
    return (Path(folder) / "node_modules" / "axe-core" / "axe.min.js").read_text()


def violations(page: Any, axe: str) -> list[str]:
    """What axe finds, as `impact rule: element`, but for what is minor."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['impact']} {each['id']}: {node['html'][:160]} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] != "minor"
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(sandbox: Sandbox, axe: str, width: int, scheme: str) -> None:
    sandbox.send("We’re open; your code is 482913", delivery_report=True)
    sandbox.send("Hi", "+12025550199")
    sandbox.send("Hi", name="Daily", recurring=True, frequency=1, frequency_unit="day")
    sandbox.api("POST", "/ussd-pulls/send", {"ussd_codes": ["*123#"], "sims": [1]})
    sandbox.receive("Yes")
    page = sandbox.open(viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = []
    for view in VIEWS:
        sandbox.go(page, view)
        page.wait_for_timeout(400)
        if view == "requests":
            page.get_by_test_id("request-open").first.click()
        if view == "faults":
            page.get_by_test_id("preset").first.check()
            page.get_by_test_id("active-fault").wait_for()
        if "%2B" in view:
            page.get_by_test_id("details").first.click()
        found += violations(page, axe)
    for key in ("n", "?"):
        page.keyboard.press(key)
        found += violations(page, axe)
        page.keyboard.press("Escape")
    for panel in ("clock", "menu"):
        page.get_by_test_id(panel).click()
        found += violations(page, axe)
        page.keyboard.press("Escape")
    assert not found, found[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_one_signs_in(sandbox: Sandbox, axe: str, scheme: str) -> None:
    page = sandbox.new_context(color_scheme=scheme).new_page()
    page.goto(f"{sandbox.gateway.url}/__sandbox/#wrong")
    page.get_by_test_id("token").wait_for()
    assert violations(page, axe) == []
