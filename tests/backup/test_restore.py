"""A backup is verified first; restoring it adds, never removes, and can always be run again."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.backup.conftest import Use, create, held, writes
from tests.conftest import Run

PERSON = {"mobile_number": "+12025550100"}
NAME = {"label": "Name", "tag": "name", "type": "text"}


def change(folder: Path, name: str, content: bytes) -> None:
    """Replace a file of a backup, with its checksum, as an attacker would."""
    (folder / name).write_bytes(content)
    rows = [line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines()]
    sums = {file: digest for digest, file in rows}
    sums[name] = hashlib.sha256(content).hexdigest()
    if name != "manifest.json":
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["records"][name] = content.count(b"\n")
        change(folder, "manifest.json", json.dumps(manifest).encode())
        sums["manifest.json"] = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    text = "".join(f"{digest}  {file}\n" for file, digest in sums.items())
    (folder / "SHA256SUMS").write_text(text)


def change_records(folder: Path, name: str, **values: Any) -> None:
    """Give each record of a file these values."""
    records = [json.loads(line) for line in (folder / name).read_text().splitlines()]
    lines = [json.dumps({**each, **values}) for each in records]
    change(folder, name, "".join(f"{line}\n" for line in lines).encode())


@pytest.fixture
def backup(run: Run, use: Use, gateway: Gateway, other: Gateway, home: Path) -> Path:
    """A backup of a list with two contacts; the server is another one from now on."""
    create(gateway, "A", [NAME], [{**PERSON, "name": "Ann"}, {"mobile_number": "+12025550101",
                                                              "subscribed": False}])  # fmt: skip
    use(gateway)
    run("backup create b")
    use(other)
    return home / "b"


HOSTILE = {"table": "suppressed", "number": "%", "reason": None, "since": "x"}
SAVED = "contact-lists.ndjson"
DAMAGES: dict[str, Callable[[Path], object]] = {
    "no complete backup": lambda b: (b / "manifest.json").unlink(),
    "SHA256SUMS of the backup is missing": lambda b: (b / "SHA256SUMS").unlink(),
    "contacts/1.ndjson of the backup is missing": lambda b: (b / "contacts/1.ndjson").unlink(),
    "contacts/1.ndjson differs": lambda b: (b / "contacts/1.ndjson").write_text("{}\n"),
    "manifest.json differs": lambda b: (b / "manifest.json").write_text("{}"),
    "has no format": lambda b: change(b, "manifest.json", b"[]"),
    "newer version": lambda b: change(b, "manifest.json", b'{"format": 99}'),
    "line 2: not a JSON object": lambda b: change(b, "contacts/1.ndjson", b"{}\n[]\n"),
    "longer than 16,777,216 bytes": lambda b: change(
        b, "contacts/1.ndjson", b'{"id":"%b"}\n' % (b"x" * (1 << 24))
    ),
    "contacts/1.ndjson, line 1": lambda b: change(b, "contacts/1.ndjson", b"{\n"),
    "without an id": lambda b: change(b, SAVED, b'{"id":"../1","name":"A"}\n'),
    "has no name": lambda b: change(b, SAVED, b'{"id":1,"name":7}\n'),
    "invalid field '../x'": lambda b: change_records(b, "fields/1.ndjson", tag="../x"),
    "invalid field 'name'": lambda b: change_records(b, "fields/1.ndjson", type="shell"),
    "record of the do-not-contact": lambda b: change(
        b, "local/suppression-list.ndjson", f"{json.dumps(HOSTILE)}\n".encode()
    ),
    "invalid record of sends": lambda b: change(b, "local/ledger.ndjson", b'{"table":"sends"}\n'),
    "invalid profile: '../x'": lambda b: change(
        b, "local/profiles.ndjson", b'{"name":"../x","settings":{}}\n'
    ),
}


def test_a_damaged_backup_changes_nothing(run: Run, backup: Path, other: Gateway) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    change(backup, "manifest.json", json.dumps({**manifest, "server": other.url}).encode())
    for number, (told, damage) in enumerate(DAMAGES.items()):
        damaged = Path(shutil.copytree(backup, f"damaged-{number}"))
        damage(damaged)
        assert told in run(f"backup restore {damaged}", code=2).stderr
        assert writes(other) == []
    assert run("suppress list -o json").json == []


def test_a_dry_run_says_what_would_be_and_changes_nothing(
    run: Run, backup: Path, other: Gateway, home: Path
) -> None:
    before = {each: each.stat().st_mtime_ns for each in home.rglob("*")}
    rows = run("backup restore b -n -o json").json
    assert rows[-1] == {
        "what": "contact list", "name": "A", "rows": 2, "create": 2, "update": 0, "skip": 0,
        "fields": ["name"],
    }  # fmt: skip
    assert len(rows) == 1
    assert writes(other) == []
    assert before == {each: each.stat().st_mtime_ns for each in home.rglob("*")}


def test_contacts_that_are_there_stay_or_are_updated_and_nobody_is_subscribed_again(
    run: Run, backup: Path, other: Gateway
) -> None:
    create(other, "A", [NAME], [{**PERSON, "name": "Anna", "subscribed": False}])
    (row,) = (each for each in run("backup restore b -o json").json if each["name"] == "A")
    assert (row["created"], row["skipped"]) == (1, 1)
    assert held(other)["A"]["contacts"][0] == {**PERSON, "name": "Anna", "subscribed": False}
    (row,) = (each for each in run("backup restore b --existing update -o json").json
              if each["name"] == "A")  # fmt: skip
    assert (row["updated"], row["skipped"]) == (1, 1)
    assert held(other)["A"]["contacts"] == [
        {**PERSON, "name": "Ann", "subscribed": False},
        {"mobile_number": "+12025550101", "name": None, "subscribed": False},
    ]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ({"type": "number"}, "has the type number, not text"),
        ({"type": "dropdown", "options": [{"label": "x", "value": "x"}]}, "has the type dropdown"),
    ],
    ids=["number", "dropdown"],
)
def test_fields_of_another_type_are_refused_before_anything_is_written(
    run: Run, backup: Path, other: Gateway, field: dict[str, Any], told: str
) -> None:
    create(other, "A", [{**NAME, **field}])
    before = len(writes(other))
    assert told in run("backup restore b", code=2).stderr
    assert len(writes(other)) == before


def test_options_that_the_server_lacks_are_named(
    run: Run, use: Use, gateway: Gateway, other: Gateway
) -> None:
    size = {"label": "Size", "tag": "size", "type": "dropdown"}
    create(gateway, "A", [{**size, "options": [{"label": v, "value": v} for v in "sml"]}])
    create(other, "A", [{**size, "options": [{"label": v, "value": v} for v in "ls"]}])
    use(gateway)
    run("backup create b")
    use(other)
    assert "lacks the options m" in run("backup restore b", code=2).stderr


def test_a_required_field_that_the_backup_lacks_is_named(
    run: Run, backup: Path, other: Gateway
) -> None:
    create(other, "A", [NAME, {**NAME, "tag": "city", "required": True}])
    assert "A, city: is required" in run("backup restore b", code=2).stderr


def test_a_name_that_several_lists_have_is_refused(run: Run, backup: Path, other: Gateway) -> None:
    for _ in range(2):
        create(other, "A")
    assert "2 lists named 'A', the backup 1" in run("backup restore b", code=2).stderr


def test_contacts_that_the_server_refuses_are_in_a_file_and_the_exit_code_says_so(
    run: Run, backup: Path, other: Gateway, home: Path
) -> None:
    with (backup / "contacts/1.ndjson").open() as file:
        lines = [*file, '{"id": 9, "mobile_number": "12", "name": "x"}\n', '{"id": 10}\n']
    change(backup, "contacts/1.ndjson", "".join(lines).encode())
    told = run("backup restore b -o json", code=7)
    assert "2 contacts not restored" in told.error["message"]
    rejects = (home / "contacts-1.rejects.csv").read_text().splitlines()
    assert rejects[0] == "mobile_number,subscribed,name,smsgw_reason"
    assert rejects[1].startswith("12,,x,")
    assert "is missing" in rejects[2]
    assert len(held(other)["A"]["contacts"]) == 2
    assert sorted(each.name for each in (backup / "contacts").iterdir()) == ["1.ndjson"]


def test_a_server_that_dies_leaves_what_can_be_finished(
    run: Run, use: Use, gateway: Gateway, other: Gateway
) -> None:
    for name in ("A", "B", "C"):
        create(gateway, name, [NAME], [{"mobile_number": f"+120255501{n}"} for n in range(10, 40)])
    use(gateway)
    run("backup create b")
    use(other)
    other.faults.add("500 POST /contact-lists/*/contacts after=40")
    options = "--retries 0 --set settle=0 --set workers=1"
    told = run(f"backup restore b -o json {options}", code=7)
    assert "not restored: B, C" in told.error["message"]
    assert [each["name"] for each in told.json if each["what"] == "contact list"] == ["A"]
    assert "backup restore" in run("imports resume 2", code=2).stderr
    other.faults.clear()
    run(f"backup restore b {options}")
    assert held(other) == held(gateway)


def test_a_server_that_is_not_there_changes_nothing(
    run: Run, backup: Path, other: Gateway, home: Path
) -> None:
    other.faults.add("503")
    run("suppress add +12025550199")
    run("backup restore b --retries 0", code=6)
    assert [each["number"] for each in run("suppress list -o json").json] == ["+12025550199"]


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", "500"])
def test_a_list_and_a_field_are_created_once_though_the_answers_are_lost(
    run: Run, backup: Path, gateway: Gateway, other: Gateway, fault: str
) -> None:
    for path in ("/contact-lists", "/contact-lists/*/fields"):
        other.faults.add(f"{fault} POST {path} times=1")
    run("backup restore b --set settle=0 --retries 0")
    assert held(other) == held(gateway)


LATE = {"tag": "late", "required": True, "default_value": "x"}
PEOPLE = [{"mobile_number": f"+12025{550_000 + each}", "late": "y"} for each in range(60)]


def contacts(gateway: Gateway) -> int:
    return len(gateway.store.rows("contacts"))


@pytest.mark.parametrize(
    ("fault", "is_time"),
    [
        ("drip POST /contact-lists", lambda other: other.store.rows("contact_lists")),
        ("drip POST /contact-lists/*/fields", lambda other: other.store.rows("fields")),
        ("drop-after POST /contact-lists/*/contacts rate=3%", lambda other: contacts(other) > 20),
        ("latency PUT /fields/*", lambda other: contacts(other) == len(PEOPLE)),
    ],
    ids=["list", "field", "contacts", "end"],
)
def test_everything_is_restored_once_though_the_process_is_killed(
    run: Run, use: Use, gateway: Gateway, other: Gateway, fault: str, is_time: Any
) -> None:
    create(gateway, "A", [NAME, {**NAME, **LATE}], PEOPLE)
    use(gateway)
    run("backup create b")
    use(other)
    other.faults.add(f"{fault} delay=60" if "drop" not in fault else fault)
    line = [sys.executable, "-m", "smsgw_cli", "backup", "restore", "b", "--set", "settle=0"]
    with subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        while not is_time(other):
            assert running.poll() is None, running.communicate()
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
    other.faults.clear()
    run("backup restore b --set settle=0")
    assert held(other) == held(gateway)
    assert not any(status == 422 for _, _, status in other.requests)


def test_a_restore_is_undone_as_an_import_is(run: Run, backup: Path, other: Gateway) -> None:
    other.faults.add("400 POST /contact-lists/*/contacts times=1")
    run("backup restore b", code=7)
    (record,) = run("imports list -o json").json
    assert (record["kind"], record["rows"]) == ("restore", 2)
    run(f"imports undo {record['id']} --yes")
    assert held(other)["A"] == {"fields": [], "contacts": []}


def test_the_terminal_and_a_file_are_no_archive(run: Run, backup: Path, home: Path) -> None:
    (home / "b.tar").write_bytes(b"")
    assert "backup restore - < b.tar" in run("backup restore b.tar", code=2).stderr
    assert "not a complete backup" in run("backup restore -", code=2).stderr
    run("backup restore nowhere", code=2)


def test_nothing_but_the_lists_is_restored_to_the_server(
    run: Run, backup: Path, other: Gateway
) -> None:
    run("backup restore b")
    assert {path.removeprefix("/api/v1").split("/")[1] for _, path, _ in writes(other)} <= {
        "contact-lists",
        "fields",
    }
