"""A record that cannot be used: one error that says what to do, and nothing is sent."""

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.storage import database
from tests.conftest import Run

Process = Callable[..., subprocess.CompletedProcess[str]]

SEND = "messages send --to +12025550123 -m Hi --once monday"
IMPORT = "contacts import People people.csv"
TAIL = "messages tail --no-follow --since 1d --cursor c"
# Of each record: where it is, what makes and uses it, its name in errors, what a damaged one exits
# with, and what is to be done about that.
RECORDS = {
    "ledger": (
        ".local/state/smsgw/sends/*.db",
        SEND,
        "the record of sends",
        1,
        "restore it from a backup, or move it away",
    ),
    "journal": (
        ".local/state/smsgw/imports/*.db",
        IMPORT,
        "the record of this import",
        1,
        "move it away and run the same command again",
    ),
    "suppressed": (
        ".local/state/smsgw/suppressed.db",
        SEND,
        "the do-not-contact list",
        1,
        "restore it from a backup, or move it away and add its numbers again",
    ),
    "cursor": ("c", TAIL, "the cursor", 2, "use a file that does not exist yet"),
}


@pytest.fixture(params=RECORDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def record(kind: str, run: Run, server: Gateway, home: Path) -> Path:
    """A record that is in use, of something that stopped before its end."""
    run("contact-lists create People")
    run("suppress add +12025550199")
    people = "".join(f"+1202555{each:04}\n" for each in range(300, 500))
    (home / "people.csv").write_text(f"phone\n{people}")
    server.faults.add("401 POST /contact-lists/*/contacts after=100")
    run(IMPORT, code=7)
    run(SEND.replace("monday", "sunday"))
    run(TAIL)
    server.faults.clear()
    (found,) = home.glob(RECORDS[kind][0])
    return found


def shown(record: Path) -> Path:
    """The path in an error: a cursor's as it was typed."""
    return Path("c") if record.name == "c" else record


def changes(server: Gateway) -> int:
    """How many requests there were that change something."""
    return sum(method != "GET" for method, _, _ in server.requests)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"Dear Sir or Madam, " * 1_000)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def cut_at_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4_096])


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE urls (url TEXT)")


def foreign_with_a_version(path: Path) -> None:
    foreign(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 1")


def emptied(path: Path) -> None:
    """Ours by its header, but without its tables."""
    with closing(sqlite3.connect(path)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f"DROP TABLE {name}")


def dangling(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("/nonexistent/of-a-share-that-is-not-mounted")


@pytest.mark.parametrize(
    "damage",
    [empty, garbage, truncated, cut_at_a_page, foreign, foreign_with_a_version, emptied],
)
def test_a_damaged_record_is_refused_and_nothing_is_sent(
    run: Run, server: Gateway, kind: str, record: Path, damage: Callable[[Path], None]
) -> None:
    _, line, name, code, remedy = RECORDS[kind]
    damage(record)
    damaged, before = record.read_bytes(), changes(server)
    failed = run(f"{line} -o json", code=code).error
    assert failed["message"].startswith(f"{name}, {shown(record)}, cannot be used: ")
    assert remedy in failed["hint"]
    assert changes(server) == before
    assert record.read_bytes() == damaged


def test_a_link_that_leads_nowhere_is_no_new_record(
    run: Run, server: Gateway, kind: str, record: Path
) -> None:
    _, line, name, _, _ = RECORDS[kind]
    dangling(record)
    before = changes(server)
    failed = run(f"{line} -o json", code=1).error
    assert failed["message"].startswith(f"{name}, {shown(record)}, cannot be used: ")
    assert "remove the link" in failed["hint"]
    assert changes(server) == before


def test_a_newer_record_is_refused(run: Run, server: Gateway, kind: str, record: Path) -> None:
    _, line, name, _, _ = RECORDS[kind]
    with closing(sqlite3.connect(record)) as db:
        db.execute("PRAGMA user_version = 99")
    before = changes(server)
    failed = run(f"{line} -o json", code=1).error
    assert (
        f"{name}, {shown(record)}, cannot be used: it was created by a newer version"
        in failed["message"]
    )
    assert "upgrade smsgw" in failed["hint"]
    assert changes(server) == before


def test_a_locked_record_is_waited_for_and_then_given_up(
    run: Run, server: Gateway, kind: str, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, line, name, _, _ = RECORDS[kind]
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    before = changes(server)
    with closing(sqlite3.connect(record)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        failed = run(f"{line} -o json", code=6 if kind == "suppressed" else 1).error
    assert f"{name}, {shown(record)}, cannot be used: database is locked" in failed["message"]
    assert "another process is using it; try again" in failed["hint"]
    assert changes(server) == before


def no_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "old"])
def test_without_room_on_the_disk_nothing_is_sent(
    process: Process, server: Gateway, kind: str, record: Path, is_new: bool
) -> None:
    _, line, name, _, _ = RECORDS[kind]
    if kind == "suppressed":
        line = "suppress add +12025550177"
    if is_new:
        record.unlink()
    before = changes(server)
    failed = process(line, preexec_fn=no_room)
    assert failed.returncode == 1, failed.stderr
    assert f"error: {name}, {shown(record)}, cannot be used: " in failed.stderr
    assert "free space on the disk" in failed.stderr
    assert changes(server) == before


def without_privileges() -> None:
    """From the next program on, root may not ignore permissions either."""
    import ctypes

    drop, override, search = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    for each in (override, search):
        ctypes.CDLL(None).prctl(drop, each)


def test_in_a_folder_that_is_read_only_nothing_is_sent(
    process: Process, server: Gateway, kind: str, record: Path
) -> None:
    _, line, name, _, _ = RECORDS[kind]
    before = changes(server)
    record.chmod(0o400)
    record.parent.chmod(0o500)
    try:
        failed = process(line, preexec_fn=without_privileges)
    finally:
        record.parent.chmod(0o700)
    assert failed.returncode == 1, failed.stderr
    assert name in failed.stderr
    assert "cannot be used: Permission denied" in failed.stderr
    assert "check the permissions of the file and of its folder" in failed.stderr
    assert changes(server) == before


def test_all_that_is_made_is_private_whatever_the_umask(
    process: Process, run: Run, server: Gateway, kind: str, record: Path, home: Path
) -> None:
    del record, kind
    shutil.rmtree(home / ".local")
    (home / "c").unlink()
    for line in (SEND, IMPORT, "suppress add +12025550177", TAIL, "-p sandbox devices list"):
        ended = process(line, preexec_fn=lambda: os.umask(0))
        assert ended.returncode == 0, ended.stderr
    found = [home / "c", home / "c.lock", *(home / ".local").rglob("*"), home / ".local"]
    modes = {str(each.relative_to(home)): oct(each.stat().st_mode & 0o777) for each in found}
    expected = {name: "0o700" if (home / name).is_dir() else "0o600" for name in modes}
    assert modes == expected
