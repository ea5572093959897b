"""Answers of a proxy after which nobody knows whether the gateway took a request."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.middleware.conftest import NUMBER, campaigns, contacts, numbers, sends, write_people
from tests.middleware.programs import nginx, varnish

SEND = f"messages send --to {NUMBER} -m Hi --once key"


@pytest.fixture
def behind_varnish(
    server: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Gateway]:
    with varnish(tmp_path, server.url) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy)
        yield server


@pytest.fixture
def behind_nginx(
    server: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Gateway]:
    """An nginx that waits a second for an answer, and takes no body above 1 KiB."""
    limits = "proxy_read_timeout 1s; client_max_body_size 1k;"
    with nginx(tmp_path, server.url, limits) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy)
        yield server


def answers(folder: Path, status: int) -> int:
    """How many requests nginx answered with this status."""
    return (folder / "access.log").read_text().count(f'HTTP/1.1" {status} ')


def assert_sent_once_and_found(gateway: Gateway, run: Run) -> None:
    for _ in range(2):
        assert run(f"{SEND} -q").stdout == "1\n"
        assert (sends(gateway), len(campaigns(gateway))) == (1, 1)


def test_a_send_that_varnish_lost_the_answer_to_is_found(behind_varnish: Gateway, run: Run) -> None:
    """It answers 503 with Retry-After, as if the request could simply be made again."""
    behind_varnish.faults.add("drop-after POST /messages/send times=1")
    assert_sent_once_and_found(behind_varnish, run)


def test_rows_that_varnish_lost_the_answer_to_are_found(
    behind_varnish: Gateway, run: Run, home: Path
) -> None:
    run("contact-lists create People")
    write_people(home / "people.csv", 30)
    behind_varnish.faults.add("drop-after POST /contact-lists/*/contacts times=2")
    run("contacts import People people.csv --settle 0")
    assert contacts(behind_varnish) == numbers(30)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("drop-after POST /messages/send times=1", 502),
        ("latency POST /messages/send delay=2 times=1", 504),
    ],
)
def test_a_send_whose_answer_nginx_did_not_get_is_found(
    behind_nginx: Gateway, run: Run, tmp_path: Path, fault: str, status: int
) -> None:
    behind_nginx.faults.add(fault)
    assert_sent_once_and_found(behind_nginx, run)
    assert answers(tmp_path, status) == 1


def test_a_send_that_nginx_finds_too_large_is_refused(
    behind_nginx: Gateway, run: Run, tmp_path: Path
) -> None:
    told = run(f"messages send --to {NUMBER} --once key -m", "long " * 250, "--yes", code=5)
    assert "too large" in told.stderr
    assert (answers(tmp_path, 413), sends(behind_nginx)) == (1, 0)
