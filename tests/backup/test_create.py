"""What a backup is: private, complete, checked by other programs, and whole or none."""

import json
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from resource import RLIMIT_FSIZE, setrlimit
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.backup.conftest import create, held
from tests.commands.conftest import seeded
from tests.conftest import Run
from tests.lying import Exchange, lying
from tests.output.terminal import on_terminal

__all__ = ["seeded"]


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_backup_is_what_the_server_says(run: Run, seeded: Gateway, home: Path) -> None:
    printed = run("backup create b -o json").json
    for path in ("devices", "campaigns", "messages", "calls", "ussd-pulls", "sender-ids"):
        assert lines(home / f"b/{path}.ndjson") == run(f"{path} list -o json").json
        assert printed[path.replace("-", "_")] == len(lines(home / f"b/{path}.ndjson"))
    for each in lines(home / "b/contact-lists.ndjson"):
        listed = run(f"contacts list {each['id']} -o json").json
        assert lines(home / f"b/contacts/{each['id']}.ndjson") == listed
        fields = run(f"fields list {each['id']} -o json").json
        assert lines(home / f"b/fields/{each['id']}.ndjson") == fields


def test_a_backup_is_private_and_checked_by_sha256sum(
    run: Run, seeded: Gateway, home: Path
) -> None:
    os.umask(0)
    run("backup create deep/b")
    for each in [home / "deep", *(home / "deep").rglob("*")]:
        assert each.stat().st_mode & 0o777 == (0o700 if each.is_dir() else 0o600), each
    folder = home / "deep/b"
    checked = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True,
                             capture_output=True, text=True)  # fmt: skip
    files = {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}
    assert len(checked.stdout.splitlines()) == len(files - {"SHA256SUMS"})
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, count in manifest["records"].items():
        assert len(lines(folder / name)) == count
    assert any("API" in each for each in manifest["not_included"])


def test_secrets_are_left_out_unless_they_are_asked_for(
    run: Run, seeded: Gateway, home: Path
) -> None:
    run("profiles add work https://sms.example.com --token-stdin region=DE", input="s3cret-token\n")
    run("profiles add ops https://ops.example.com token_command='echo h1dden-token'")
    run("backup create b")
    run("backup create c --show-secrets")
    config = [each["config"] for each in run("sending-servers list -o json").json]
    secret = next(each["auth_token"] for each in config if "auth_token" in each)
    assert [each["config"] for each in lines(home / "c/sending-servers.ndjson")] == config
    for folder, shown in (("b", False), ("c", True)):
        texts = "".join(each.read_text() for each in (home / folder).rglob("*") if each.is_file())
        assert "s3cret-token" not in texts
        assert "h1dden-token" not in texts
        assert (secret in texts) == shown
        assert seeded.token not in texts
    assert lines(home / "b/local/profiles.ndjson")[0] == {
        "name": "work",
        "settings": {"server": "https://sms.example.com", "region": "DE"},
    }


def test_an_archive_is_read_by_tar(seeded: Gateway, home: Path, process: Any) -> None:
    made = process("backup create -", text=False)
    assert made.returncode == 0
    (home / "b.tar").write_bytes(made.stdout)
    (home / "out").mkdir()
    subprocess.run(["tar", "xf", "../b.tar"], cwd=home / "out", check=True)
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=home / "out", check=True)
    with tarfile.open(home / "b.tar") as archive:
        assert archive.getnames()[-2:] == ["SHA256SUMS", "manifest.json"]
        assert {each.mode for each in archive} == {0o600}


def test_a_dry_run_counts_and_writes_nothing(run: Run, seeded: Gateway, home: Path) -> None:
    counts = {each["file"]: each["records"] for each in run("backup create b -n -o json").json}
    assert not (home / "b").exists()
    run("backup create b")
    assert json.loads((home / "b/manifest.json").read_text())["records"] == counts


def test_lists_alone_have_nothing_else(run: Run, seeded: Gateway, home: Path) -> None:
    run("backup create b --list Members --list 2 --list Customers")
    files = {str(each.relative_to(home / "b")) for each in (home / "b").rglob("*.ndjson")}
    assert {each.partition("/")[0] for each in files} == {
        "contact-lists.ndjson",
        "contacts",
        "fields",
    }
    assert len(files) == 5
    run("backup create c --list Nobody", code=4)
    assert not (home / "c").exists()


def test_no_file_of_somebody_is_touched(run: Run, server: Gateway, home: Path) -> None:
    run("backup create b")
    before = {each: each.read_bytes() for each in (home / "b").rglob("*") if each.is_file()}
    assert "already contains a backup" in run("backup create b", code=2).stderr
    assert before == {each: each.read_bytes() for each in (home / "b").rglob("*") if each.is_file()}
    (home / "mine").mkdir()
    (home / "mine/notes.txt").write_text("mine")
    assert "not empty: notes.txt" in run("backup create mine", code=2).stderr
    assert [each.name for each in (home / "mine").iterdir()] == ["notes.txt"]
    (home / "exports").mkdir()
    (home / "exports/messages.ndjson").write_text("mine")
    run("backup create exports", code=2)
    assert (home / "exports/messages.ndjson").read_text() == "mine"
    (home / "file").write_text("mine")
    assert "is not a folder" in run("backup create file", code=2).stderr
    (home / "trap").mkdir()
    (home / "trap/contacts").symlink_to(home / "mine")
    run("backup create trap", code=2)
    assert [each.name for each in (home / "mine").iterdir()] == ["notes.txt"]


def test_an_unfinished_backup_is_none_and_is_replaced(
    run: Run, seeded: Gateway, home: Path
) -> None:
    seeded.faults.add("latency GET /messages delay=60")
    line = [sys.executable, "-m", "smsgw_cli", "backup", "create", "b"]
    with subprocess.Popen(line, stderr=subprocess.PIPE) as running:
        while not (home / "b/messages.ndjson").exists():
            assert running.poll() is None
        assert "another process is writing a backup" in run("backup create b", code=2).stderr
        running.send_signal(signal.SIGKILL)
    assert "no complete backup" in run("backup restore b", code=2).stderr
    seeded.faults.clear()
    run("backup create b")
    assert run("backup restore b -n -o json").json


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_stays_of_a_backup_that_is_stopped(
    seeded: Gateway, home: Path, number: signal.Signals
) -> None:
    seeded.faults.add("latency GET /messages delay=60")
    line = [sys.executable, "-m", "smsgw_cli", "backup", "create", "b"]
    with subprocess.Popen(line, stderr=subprocess.PIPE) as running:
        while not (home / "b/messages.ndjson").exists():
            assert running.poll() is None
        running.send_signal(number)
    assert running.returncode == 128 + number
    assert list((home / "b").iterdir()) == []


def test_nothing_stays_of_a_backup_on_a_full_disk(
    run: Run, seeded: Gateway, home: Path, process: Any
) -> None:
    small = process("backup create b", preexec_fn=lambda: setrlimit(RLIMIT_FSIZE, (10_000,) * 2))
    assert (small.returncode, "File too large; no backup was created" in small.stderr) == (1, True)
    assert list((home / "b").iterdir()) == []
    with Path("/dev/full").open("wb") as full:
        ended = process("backup create -", capture_output=False, stdout=full, text=False)
    assert ended.returncode == 1


@pytest.mark.parametrize("line", ["backup create b", "backup create b --list Customers"])
def test_nothing_stays_of_a_backup_from_a_server_that_dies(
    run: Run, seeded: Gateway, home: Path, line: str
) -> None:
    seeded.faults.add("500 GET /contact-lists/*/contacts")
    run(f"{line} --retries 0", code=6)
    assert list((home / "b").iterdir()) == []


def test_what_a_token_may_not_read_is_missing_and_said(
    run: Run, seeded: Gateway, home: Path
) -> None:
    seeded.faults.add("403 GET /calls")
    told = run("backup create b -o json", code=7)
    assert list(told.error["errors"]) == ["calls.ndjson"]
    assert json.loads((home / "b/manifest.json").read_text())["missing"].keys() == {"calls.ndjson"}
    assert "calls.ndjson" in run("backup restore b -n").stderr


def test_a_list_that_cannot_be_proven_whole_is_no_whole_backup(
    run: Run, gateway: Gateway, home: Path, against: Any
) -> None:
    create(gateway, "A", [], [{"mobile_number": f"+120255501{each}"} for each in range(10, 13)])

    def hide(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/contacts"):
            body = exchange.json
            body["data"] = body["data"][:-1]
            exchange.json = body

    os.environ["SMSGW_TOKEN"] = gateway.token
    with lying(gateway.url, hide) as proxy:
        against(proxy.url)
        os.environ["SMSGW_TOKEN"] = gateway.token
        told = run("backup create b -o json", code=7)
    assert "1 of 3 records are missing" in str(told.error["errors"])
    assert held(gateway)


def test_an_archive_is_not_written_to_a_terminal(server: Gateway) -> None:
    seen = on_terminal("backup create -")
    assert (seen.exit_code, "terminal" in seen.shown) == (2, True)
    assert on_terminal("backup create -", only="stderr").exit_code == 0
