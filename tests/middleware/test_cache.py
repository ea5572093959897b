"""Lists from a cache: Varnish, told to keep everybody's answers for everybody."""

from pathlib import Path

import httpx
import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.middleware.conftest import contacts, numbers, write_people
from tests.middleware.programs import nginx, varnish

CACHE = """
sub vcl_recv { if (req.method == "GET") { return (hash); } }
sub vcl_backend_response { set beresp.ttl = 120s; return (deliver); }
"""
HEEDFUL = """
sub vcl_recv { if (req.http.Cache-Control ~ "no-cache") { set req.hash_always_miss = true; } }
"""
IMPORT = "contacts import People people.csv"


def fill_and_age(proxy: str, gateway: Gateway, run: Run) -> None:
    """Let the cache have what an import asks for, and wait until its copies have an age."""
    run("contacts list People")
    run(f"{IMPORT} --dry-run")
    lists = f"{proxy}/api/v1/contact-lists"
    while int(httpx.get(lists, headers=token_of(gateway)).headers["Age"]) < 1:
        pass


def token_of(gateway: Gateway) -> dict[str, str]:
    return {"Authorization": f"Bearer {gateway.token}"}


def test_a_list_from_a_cache_is_told_and_decides_nothing(
    people: Gateway, run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_people(home / "people.csv", 10)
    with varnish(tmp_path, people.url, CACHE) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy)
        fill_and_age(proxy, people, run)
        assert "a copy that is" in run(IMPORT, code=6).stderr
        assert "a copy that is" in run("contacts list 1 -q", code=6).stderr
    assert contacts(people) == []


def test_a_cache_that_heeds_that_a_fresh_answer_is_asked_for_does_no_harm(
    people: Gateway, run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_people(home / "people.csv", 10)
    with varnish(tmp_path, people.url, HEEDFUL + CACHE) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy)
        fill_and_age(proxy, people, run)
        run(IMPORT)
        assert len(run("contacts list People -q").stdout.splitlines()) == 10
    assert contacts(people) == numbers(10)


def test_a_cache_that_hides_itself_does_not_hide_a_send(
    server: Gateway, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = f"proxy_cache_path {tmp_path}/cache keys_zone=all:1m;"
    cache = "proxy_cache all; proxy_cache_valid 200 120s; proxy_ignore_headers Cache-Control;"
    with nginx(tmp_path, server.url, cache, zone) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy)
        assert run("campaigns list -o json").json == []
        server.faults.add("drop-after POST /messages/send times=1")
        run("messages send --to +12025550123 -m Hi --settle 0 --timeout 5s")
        assert run("campaigns list -o json").json == []  # the cache still has its copy
    assert len(server.store.rows("campaigns")) == 1
