"""Everyday commands through each proxy: all is there, once."""

import csv
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import SPEED, Run
from tests.middleware import programs
from tests.middleware.conftest import NUMBER, campaigns, contacts, numbers, sends, write_people

Running = AbstractContextManager[str]
REVERSE: dict[str, Callable[[Path, str], Running]] = {
    "nginx": programs.nginx,
    "haproxy": programs.haproxy,
    "varnish": programs.varnish,
}
FORWARD: dict[str, Callable[[Path], Running]] = {
    "squid": programs.squid,
    "tinyproxy": programs.tinyproxy,
}
FORWARDED = [f"{program} {scheme}" for program in FORWARD for scheme in ("http", "https")]
ROWS = 500
Variable = Callable[[str, str], None]


def own_address() -> str:
    """This machine's address in its network: no proxy is used for a loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        try:
            unused.connect(("198.51.100.1", 9))  # sends nothing, only chooses the address
        except OSError:
            pytest.skip("needs a network")
        return str(unused.getsockname()[0])


@contextmanager
def reverse(program: str, folder: Path, set_variable: Variable) -> Iterator[Gateway]:
    """The gateway behind a reverse proxy, which the environment names as the server."""
    gateway = Gateway(Settings(folder / "gateway.db", speed=SPEED))
    with gateway, REVERSE[program](folder, gateway.url) as proxy:
        set_variable("SMSGW_SERVER", proxy)
        set_variable("SMSGW_TOKEN", gateway.token)
        yield gateway


@contextmanager
def forward(program: str, scheme: str, folder: Path, set_variable: Variable) -> Iterator[Gateway]:
    """The gateway as the environment's server, reached through the environment's proxy."""
    settings = Settings(folder / "gateway.db", own_address(), speed=SPEED, tls=scheme == "https")
    with Gateway(settings) as gateway, FORWARD[program](folder) as proxy:
        set_variable("SMSGW_SERVER", gateway.url)
        set_variable("SMSGW_TOKEN", gateway.token)
        set_variable(f"{scheme.upper()}_PROXY", proxy)
        if gateway.certificate:
            set_variable("SMSGW_CA_BUNDLE", str(gateway.certificate.ca))
        yield gateway


@pytest.fixture(params=[*REVERSE, *FORWARDED])
def behind(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Gateway]:
    """The gateway behind each proxy in turn."""
    program, _, scheme = request.param.partition(" ")
    reached = (
        forward(program, scheme, tmp_path, monkeypatch.setenv)
        if scheme
        else reverse(program, tmp_path, monkeypatch.setenv)
    )
    with reached as gateway:
        yield gateway


def test_a_send_goes_out_once_and_its_message_is_shown_once(behind: Gateway, run: Run) -> None:
    for _ in range(2):
        assert run(f"messages send --to {NUMBER} -m Hi --once key -q").stdout == "1\n"
    assert (sends(behind), len(campaigns(behind))) == (1, 1)
    shown = run("messages tail --since 1h --no-follow -o ndjson").stdout.splitlines()
    assert [json.loads(line)["to"] for line in shown] == [NUMBER]


def test_a_list_is_filled_and_read_whole(behind: Gateway, run: Run, home: Path) -> None:
    run("contact-lists create People")
    write_people(home / "people.csv", ROWS)
    run("contacts import People people.csv")
    assert contacts(behind) == numbers(ROWS)

    listed = run("contacts list People -o ndjson").stdout.splitlines()
    assert sorted(json.loads(line)["mobile_number"] for line in listed) == numbers(ROWS)
    run("contacts export People people-now.csv")
    with (home / "people-now.csv").open() as file:
        assert sorted(row["mobile_number"] for row in csv.DictReader(file)) == numbers(ROWS)


@pytest.mark.parametrize("way", FORWARDED)
def test_nothing_goes_past_a_forward_proxy(
    way: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, scheme = way.split()
    with forward(program, scheme, tmp_path, monkeypatch.setenv) as gateway:
        run("contact-lists list")
        before = len(gateway.requests)
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", "http://127.0.0.1:1")
        run("contact-lists list --set retries=0", code=6)
        assert len(gateway.requests) == before > 0
