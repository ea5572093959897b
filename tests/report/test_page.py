"""The page of a report: whole by itself, readable without its charts, and nothing in it runs."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path

import pytest

from smsgw_cli.output.report.svg import ticks
from tests.conftest import Run
from tests.report.conftest import Fill, message

CHROMIUM = shutil.which("chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-extensions", "--no-default-browser-check")  # fmt: skip
HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "</style><style>body{background:url(http://leak.example/style)}</style>",
    "</title></svg><script>document.title='owned'</script>",
    "<img src=http://leak.example/image>",
    "<iframe src=\"javascript:top.document.title='owned'\"></iframe>",
    "javascript:document.title='owned'",
    "<link rel=stylesheet href=http://leak.example/link>",
    "<meta http-equiv=refresh content='0;url=http://leak.example/refresh'>",
    "&lt;b&gt; &amp; '\" \x00\x08\x1b[31m \u202e ]]> <!-- --> {{x}} ${y}",
)


class Read(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


@pytest.fixture
def page(run: Run, campaign: Fill, home: Path) -> Path:
    """The page of a campaign with hostile text wherever text can be."""
    ended = [message(minute=each) for each in range(30)]
    failed = [message("Failed", error=text, text=text, minute=3) for text in HOSTILE]
    for each, text in zip(failed, HOSTILE, strict=True):
        each["from_number"] = text
    failed[1]["sim_id"], failed[2]["sim_id"] = 2, 3
    campaign(*ended, *failed, name="".join(HOSTILE), type=HOSTILE[0])
    run("campaigns report 1 --html report.html")
    return home / "report.html"


def test_hostile_text_is_text(page: Path) -> None:
    read = Read(page.read_text())
    shown = "".join(read.texts)
    for text in HOSTILE[:-1]:
        assert text in shown
    assert "\\x00\\x08\\x1b[31m \\u202e" in shown
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "header", "p", "h1", "h2",
               "dl", "div", "dt", "dd", "section", "svg", "desc", "rect", "line", "text", "table",
               "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "span", "details",
               "summary", "footer"}  # fmt: skip
    assert {tag for tag, _ in read.tags} <= allowed


def test_nothing_in_it_comes_from_elsewhere_or_could(page: Path) -> None:
    text = page.read_text()
    read = Read(text)
    names = {name for _, attributes in read.tags for name in attributes}
    assert not {"src", "href", "style", "action", "xlink:href"} & names
    assert not [name for name in names if name.startswith("on")]
    policies = [
        attributes["content"]
        for tag, attributes in read.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert read.count("style") == 1
    sheet = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_it_says_everything_without_its_charts(page: Path) -> None:
    read = Read(page.read_text())
    assert read.count("svg") == 5
    assert read.count("desc") == 5
    assert read.count("table") == read.count("caption") == 5
    assert all(attrs["role"] == "img" for tag, attrs in read.tags if tag == "svg")
    html = next(attrs for tag, attrs in read.tags if tag == "html")
    assert html["lang"] == "en"
    shown = " ".join("".join(read.texts).split())
    for told in ("75.0 %", "30 of 40", "25.0 %", "10 of 40", "From sent to delivered, for the 30"):
        assert told in shown


def test_only_what_stands_on_a_page_of_many_senders_and_reasons_is_drawn(
    run: Run, campaign: Fill, home: Path
) -> None:
    campaign(*(message("Failed", error=f"Reason {number}") for number in range(120)))
    run("campaigns report 1 --html r.html")
    text = (home / "r.html").read_text()
    assert "The chart shows the 15 largest of 120, the table the 100 largest." in text
    assert text.count("Share of failed") == 1
    assert len(text) < 100_000


def test_the_scale_is_of_round_numbers() -> None:
    assert ticks(0) == [0, 1]
    assert ticks(3) == [0, 1, 2, 3]
    assert ticks(280) == [0, 100, 200, 300]
    assert ticks(1_000_000) == [0, 500_000, 1_000_000]


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A port of a proxy that leads nowhere, and what it was asked for."""
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError), connection:
                connection.settimeout(5)
                asked.append(connection.recv(4096))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def in_a_browser(page: Path, folder: Path, *options: str) -> tuple[str, list[bytes]]:
    """What a page became in a browser, and what that asked the network for."""
    with listening() as (port, asked):
        ended = subprocess.run(
            [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder}",
             f"--proxy-server=http://127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>",
             *options, page.as_uri()],
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    return ended.stdout, [each for each in asked if b"leak.example" in each]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_runs_nothing_and_asks_for_nothing(page: Path, tmp_path: Path) -> None:
    became, asked = in_a_browser(page, tmp_path / "profile", "--dump-dom")
    read = Read(became)
    assert asked == []
    title = became[became.index("<title>") + 7 : became.index("</title>")]
    assert title.startswith("&lt;script&gt;document.title='owned'")
    assert read.count("script") == read.count("img") == read.count("iframe") == 0
    assert read.count("svg") == 5


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_browser_would_run_and_ask_if_the_page_let_it(tmp_path: Path) -> None:
    """Without this, the test before could pass with a browser that never runs anything."""
    page = tmp_path / "open.html"
    page.write_text(f"<title>mine</title>{HOSTILE[0]}{HOSTILE[4]}")
    became, asked = in_a_browser(page, tmp_path / "profile", "--dump-dom")
    assert "<title>owned</title>" in became
    assert asked


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_draws_it(page: Path, tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    in_a_browser(page, tmp_path / "profile", f"--screenshot={shot}", "--window-size=1100,2000")
    assert shot.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert shot.stat().st_size > 50_000, "an empty page takes a tenth of that"
