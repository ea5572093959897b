"""Every command reads a long list with several pages at a time, and a short part with few."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Event

import pytest

from smsgw_cli.contacts import contact_index
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.lying import lying

NUMBERS = [f"+1202555{number:04d}" for number in range(1000, 1350)]
PAGES = 4


@pytest.fixture
def people(server: Gateway, run: Run, home: Path) -> Gateway:
    """A list of 350 contacts on four pages, a campaign to them that failed, and their file."""
    run("contact-lists create People")
    (home / "people.csv").write_text("phone\n" + "".join(f"{each}\n" for each in NUMBERS))
    add(server, NUMBERS)
    run("messages send --list People -m Hi --yes")
    times = ("sent_at", "queued_at", "processed_at", "transmitted_at", "done_at")
    with server.store.writing():
        rows = server.store.rows("messages")
        failed = {"outcome": "Failed", **dict.fromkeys(times, min(r["sent_at"] for r in rows))}
        for row in rows:
            server.store.update("messages", row["id"], failed)
    return server


def add(gateway: Gateway, numbers: Iterable[str]) -> None:
    """Add contacts to list 1."""
    times = {"created_at": 0, "updated_at": 0}
    with gateway.store.writing():
        for each in numbers:
            contact = {"mobile_number": each, "subscribed": 1, "custom": "{}", **times}
            gateway.store.insert("contacts", {"contact_list_id": 1, **contact})


class Meeting:
    """Holds two requests back until both are made: those whose address contains these texts."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self._both = Barrier(2, timeout=20)
        self.were_asked_together = False

    def __call__(self, path: str) -> str:
        is_held = any(each in f"{path}$" for each in self._texts)
        if is_held and not self.were_asked_together:
            with suppress(BrokenBarrierError):
                self._both.wait()
                self.were_asked_together = True
        return path


@pytest.mark.parametrize(
    "line",
    [
        "messages list -o json",
        "messages list -o csv",
        "messages list",
        "messages list --campaign 1 -q",
        "api GET messages --paginate",
        "contacts export People -q",
        "contacts import People people.csv",
        "contacts sync People people.csv --dry-run",
        "messages preview --list People -m Hi",
        "messages send --list People -m Hi --exclude +12025550001 --dry-run",
        "campaigns report 1",
        "campaigns retry 1 --dry-run",
        "messages tail --since 2d --no-follow",
    ],
)
def test_pages_are_read_in_parallel(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    meeting = Meeting("page=2$", "page=3$")
    with lying(people.url, lambda _: None, ask=meeting) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        run(line)
    assert meeting.were_asked_together


def test_a_list_is_whole_and_in_order(run: Run, people: Gateway) -> None:
    assert run("contacts list 1 -q").stdout.split() == [str(each) for each in range(350, 0, -1)]


@pytest.mark.parametrize("workers", [1, 64])
def test_the_setting_workers_bounds_the_connections(
    run: Run, people: Gateway, workers: int
) -> None:
    before = len(people.requests)
    shown = run(f"contacts list 1 -q --set workers={workers}").stdout
    assert len(shown.split()) == 350
    assert len(people.requests) == before + PAGES


@pytest.mark.parametrize(("limit", "pages"), [(0, 0), (100, 1), (300, 3)])
def test_a_limit_asks_for_no_page_that_it_does_not_need(
    run: Run, people: Gateway, limit: int, pages: int
) -> None:
    before = len(people.requests)
    assert len(run(f"contacts list 1 -q --limit {limit}").stdout.split()) == limit
    assert len(people.requests) == before + pages


def test_the_first_page_is_printed_before_the_second_has_come(people: Gateway) -> None:
    """Whoever needs no more than that ends the command: no page is asked for in vain."""
    line = [sys.executable, "-m", "smsgw_cli", *shlex.split("messages list -o ndjson")]
    shown = Barrier(2, timeout=60)

    def hold(path: str) -> str:
        if "page=" in path:
            with suppress(BrokenBarrierError):
                shown.wait()
        return path

    with lying(people.url, lambda _: None, ask=hold) as proxy:
        environment = {**os.environ, "SMSGW_SERVER": proxy.url}
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as smsgw:
            assert smsgw.stdout
            first = [smsgw.stdout.readline() for _ in range(100)]
            shown.abort()
            assert all(first)
            assert len(first + smsgw.stdout.readlines()) == 350


def test_head_ends_a_long_list_after_few_pages(run: Run, server: Gateway) -> None:
    run("contact-lists create Many")
    add(server, (f"+1202{number:07}" for number in range(5_000)))
    before = len(server.requests)
    smsgw = shlex.join([sys.executable, "-m", "smsgw_cli"])
    line = f"{smsgw} contacts list 1 -o ndjson | head -1"
    subprocess.run(["sh", "-c", line], stdout=subprocess.DEVNULL, check=True)
    assert 1 <= len(server.requests) - before <= 8


def test_an_import_reads_the_list_while_it_checks_the_file(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Its fields, which the check needs, and its contacts are asked for at the same time."""
    meeting = Meeting("/contacts$", "/fields$")
    (home / "more.csv").write_text("phone\n+12025550123\n")
    with lying(people.url, lambda _: None, ask=meeting) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        run("contacts import People more.csv")
    assert meeting.were_asked_together


def test_a_bad_row_is_told_without_waiting_for_a_list_that_hangs(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(contact_index, "SHUTDOWN_TIMEOUT", 0.0)
    told = Event()

    def hang(path: str) -> str:
        if path.endswith("/contacts"):
            told.wait(timeout=60)
        return path

    with lying(people.url, lambda _: None, ask=hang) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        (home / "bad.csv").write_text("phone\n+12025550123\n12\n")
        assert "1 invalid row" in run("contacts import People bad.csv", code=2).stderr
        told.set()
    assert not any(each.startswith("POST") for each in proxy.asked)
