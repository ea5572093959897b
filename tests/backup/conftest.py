"""Two gateways: what is backed up from one is restored to the other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import SPEED, Run

Use = Callable[[Gateway], None]
OF_SERVER = ("id", "created_at", "updated_at")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Gateway]:
    """Another gateway, with nothing on it."""
    with Gateway(Settings(db=tmp_path / "other.db", speed=SPEED)) as running:
        yield running


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Make a gateway what the environment names as the server."""

    def named(gateway: Gateway) -> None:
        monkeypatch.setenv("SMSGW_SERVER", gateway.url)
        monkeypatch.setenv("SMSGW_TOKEN", gateway.token)

    return named


def client(gateway: Gateway) -> httpx.Client:
    headers = {"Authorization": f"Bearer {gateway.token}"}
    return httpx.Client(base_url=f"{gateway.url}/api/v1", headers=headers)


def held(gateway: Gateway) -> dict[str, Any]:
    """What a gateway has on its lists, by name, without what no backup can keep: ids and times."""
    with client(gateway) as api:
        return {
            each["name"]: {
                "fields": _bare(_all(api, f"contact-lists/{each['id']}/fields"), "tag"),
                "contacts": _bare(
                    _all(api, f"contact-lists/{each['id']}/contacts"), "mobile_number"
                ),
            }
            for each in _all(api, "contact-lists")
        }


def _all(api: httpx.Client, path: str) -> list[dict[str, Any]]:
    found, page, last = [], 1, 1
    while page <= last:
        body = api.get(path, params={"page": page}).raise_for_status().json()
        found += body["data"]
        page, last = page + 1, body["meta"]["last_page"]
    return found


def _bare(records: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    bare = [{k: v for k, v in each.items() if k not in OF_SERVER} for each in records]
    return sorted(bare, key=lambda each: str(each[key]))


def create(gateway: Gateway, name: str, fields: Any = (), contacts: Any = ()) -> int:
    """A list with these fields and contacts, as the API takes them; returns its id."""
    with client(gateway) as api:
        made = api.post("contact-lists", json={"name": name}).raise_for_status().json()
        for path, records in (("fields", fields), ("contacts", contacts)):
            for each in records:
                api.post(f"contact-lists/{made['id']}/{path}", json=each).raise_for_status()
    return int(made["id"])


def writes(gateway: Gateway) -> list[tuple[str, str, int]]:
    """The requests that were to change something."""
    return [each for each in gateway.requests if each[0] != "GET"]


def copied(run: Run, use: Use, source: Gateway, target: Gateway, folder: str) -> None:
    """Back one gateway up, and restore that to another one."""
    use(source)
    run(f"backup create {folder}")
    use(target)
    run(f"backup restore {folder}")
