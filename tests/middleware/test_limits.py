"""Imports through a rate limit: what is refused goes out again, and no row is lost or doubled."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.middleware.conftest import contacts, numbers, write_people
from tests.middleware.programs import limited_haproxy, limited_nginx


@pytest.mark.parametrize("status", [503, 429])
def test_nginx_limits_the_rate(
    people: Gateway,
    run: Run,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
) -> None:
    write_people(home / "people.csv", 50)
    with limited_nginx(tmp_path, people.url, 20, status) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy)
        run("contacts import People people.csv")
    assert f" {status} " in (tmp_path / "access.log").read_text()
    assert contacts(people) == numbers(50)


def test_haproxy_limits_the_rate_over_a_sliding_window(
    people: Gateway, run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_people(home / "people.csv", 110)
    with limited_haproxy(tmp_path, people.url, 10) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy)
        run("contacts import People people.csv")
    assert " 429 " in (tmp_path / "output.log").read_text()
    assert contacts(people) == numbers(110)
