"""The page of `campaigns report --html`, on a phone and on a desktop."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.seed import seed
from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import Run

NARROWEST = 360  # pixels, of a small phone
TOO_WIDE = """
() => [document.scrollingElement, ...document.querySelectorAll('div, table, section')]
    .filter(each => each.scrollWidth > each.clientWidth)
    .map(each => each.outerHTML.slice(0, 80))
"""
OUTSIDE = """
() => [...document.querySelectorAll('svg text, svg rect')]
    .filter(each => getComputedStyle(each).display !== 'none')
    .map(each => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])
    .filter(([_, box]) => box.left < 0 || box.right > document.documentElement.clientWidth)
    .map(([html, _]) => html)
"""


@pytest.fixture
def page(
    browser: Any, run: Run, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The page of a report of several campaigns with long names and reasons."""
    seed(tmp_path / "seeded.db")
    with Gateway(Settings(db=tmp_path / "seeded.db")) as gateway:
        monkeypatch.setenv("SMSGW_SERVER", gateway.url)
        monkeypatch.setenv("SMSGW_TOKEN", gateway.token)
        run("campaigns update 2 --name", "Donaudampfschifffahrtsgesellschaft" * 3)
        run("campaigns report 1 2 3 4 --html report.html")
    shown = browser.new_page()
    shown.goto(f"file://{home}/report.html")
    yield shown
    shown.close()


@pytest.mark.parametrize("width", [NARROWEST, 768, 1280])
def test_nothing_scrolls_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(OUTSIDE) == []


def test_texts_of_charts_can_be_read_on_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 740})
    heights = page.evaluate(
        "() => [...document.querySelectorAll('svg text')].map(each => each.getBBox().height)"
    )
    assert all(height == 0 or height >= 12 for height in heights)
