"""Every verb of every resource in every output format, against the gateway over a socket."""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.seed import seed
from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import Run

FORMATS = ("table", "json", "ndjson", "csv", "tsv")
TABLES = {
    "calls": "calls",
    "campaigns": "campaigns",
    "contact-lists": "contact_lists",
    "contacts": "contacts",
    "devices": "devices",
    "fields": "fields",
    "messages": "messages",
    "sender-ids": "sender_ids",
    "sending-servers": "sending_servers",
    "ussd-pulls": "ussd_pulls",
}
UNDER_A_LIST = ("contacts", "fields")
CREATIONS = {
    "contact-lists": "create Fresh",
    "fields": "create 1 --label Fresh --tag fresh --type text",
    "contacts": "create 2 +12025550177 --field first_name=Ann",
    "sending-servers": "create --name Fresh --driver twilio --type SMS --config sid=x",
    "sender-ids": "create 1 Fresh",
    "messages": "send --to +12025550177 -m Fresh",
    "ussd-pulls": "send --code '*123#'",
}
UPDATES = {
    "campaigns": ("update 1 --name Fresh", "name"),
    "contact-lists": ("update 1 --name Fresh", "name"),
    "devices": ("update 1 --name Fresh", "name"),
    "fields": ("update 1 --label Fresh", "label"),
    "sending-servers": ("update 1 --name Fresh", "name"),
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with something of everything in it."""
    path = tmp_path_factory.mktemp("history") / "seeded.db"
    seed(path)
    return path


@pytest.fixture
def seeded(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    copy = tmp_path / "seeded.db"
    shutil.copy(history, copy)
    with Gateway(Settings(db=copy, speed=100_000)) as gateway:
        monkeypatch.setenv("SMSGW_SERVER", gateway.url)
        monkeypatch.setenv("SMSGW_TOKEN", gateway.token)
        yield gateway


def from_csv(text: str, delimiter: str = ",") -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def from_table(text: str) -> list[dict[str, Any]]:
    """A table's rows, or one thing's lines, by what stands first in them."""
    lines = [line.split() for line in text.splitlines() if line.strip() and "──" not in line]
    if lines[0][0] == "ID":
        return [{"id": line[0]} for line in lines[1:]]
    return [{line[0]: " ".join(line[1:]) for line in lines}]


def from_json(text: str) -> list[dict[str, Any]]:
    read = json.loads(text)
    return read if isinstance(read, list) else [read]


READ: dict[str, Callable[[str], list[dict[str, Any]]]] = {
    "table": from_table,
    "json": from_json,
    "ndjson": lambda text: [json.loads(line) for line in text.splitlines()],
    "csv": from_csv,
    "tsv": lambda text: from_csv(text, "\t"),
}


def ids(text: str, format: str) -> list[int]:
    return [int(record["id"]) for record in READ[format](text)]


def listing(noun: str) -> str:
    return f"{noun} list {'1 ' if noun in UNDER_A_LIST else ''}"


def held(gateway: Gateway, noun: str) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in gateway.store.rows(TABLES[noun])}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("noun", TABLES)
def test_a_list_shows_what_the_server_holds(
    run: Run, seeded: Gateway, noun: str, format: str
) -> None:
    shown = run(f"{listing(noun)} -o {format} --limit 120", *["-c", "id"] * (format == "table"))
    rows = held(seeded, noun)
    if noun in UNDER_A_LIST:
        rows = {key: row for key, row in rows.items() if row["contact_list_id"] == 1}
    listed = ids(shown.stdout, format)
    assert len(listed) == len(set(listed)) == min(len(rows), 120)
    assert set(listed) <= rows.keys()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("noun", [noun for noun in TABLES if noun != "calls"])
def test_one_thing_is_shown(run: Run, seeded: Gateway, noun: str, format: str) -> None:
    assert ids(run(f"{noun} get 1 -o {format}").stdout, format) == [1]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("noun", CREATIONS)
def test_what_is_created_is_shown_and_held(
    run: Run, seeded: Gateway, noun: str, format: str
) -> None:
    table = "campaigns" if noun in ("messages", "ussd-pulls") else noun
    before = held(seeded, table).keys()
    shown = run(f"{noun} {CREATIONS[noun]} -o {format}")
    assert ids(shown.stdout, format) == sorted(held(seeded, table).keys() - before)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("noun", UPDATES)
def test_what_is_updated_is_told_and_held(
    run: Run, seeded: Gateway, noun: str, format: str
) -> None:
    line, key = UPDATES[noun]
    shown = READ[format](run(f"{noun} {line} -o {format}").stdout)[0]
    assert (int(shown["id"]), shown["result"]) == (1, "updated")
    assert held(seeded, noun)[1][key] == "Fresh"


@pytest.mark.parametrize("format", FORMATS)
def test_a_contact_is_updated(run: Run, seeded: Gateway, format: str) -> None:
    run(f"contacts update 1 --unsubscribed -o {format}")
    assert not held(seeded, "contacts")[1]["subscribed"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("noun", TABLES)
def test_what_is_deleted_is_told_and_gone(
    run: Run, seeded: Gateway, noun: str, format: str
) -> None:
    shown = READ[format](run(f"{noun} delete 1 --yes -o {format}").stdout)[0]
    assert (int(shown["id"]), shown["result"]) == (1, "deleted")
    assert 1 not in held(seeded, noun)


@pytest.mark.parametrize("noun", TABLES)
def test_nothing_is_an_empty_list_in_every_format(run: Run, server: Gateway, noun: str) -> None:
    if noun in UNDER_A_LIST:
        run("contact-lists create Empty")
    if noun == "devices":
        run("devices delete 1 2 --yes")
    assert run(f"{listing(noun)} -o json").stdout == "[]\n"
    assert run(f"{listing(noun)} -o ndjson").stdout == ""
    assert run(f"{listing(noun)} -o csv").stdout.startswith("id,")
    assert run(f"{listing(noun)} -o csv").stdout.count("\n") == 1
    assert run(f"{listing(noun)} -q").stdout == ""
    assert run(listing(noun)).stdout == ""
