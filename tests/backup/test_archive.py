"""An archive that may be anybody's: nothing of it gets out of its folder, half of one is none."""

import io
import os
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from smsgw_cli.app import app
from smsgw_cli.sandbox.server import Gateway
from tests.backup.conftest import create, writes
from tests.conftest import Run


@pytest.fixture
def archive(run: Run, server: Gateway) -> bytes:
    """A backup of a list, as an archive."""
    create(server, "A", [], [{"mobile_number": "+12025550100"}])
    ended = CliRunner().invoke(app, ["backup", "create", "-"])
    assert ended.exit_code == 0
    return ended.stdout_bytes


@pytest.fixture
def refusal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], str]:
    """Why an archive is not restored; nothing of it stays in the folder of temporary files."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def refused(content: bytes) -> str:
        told = run("backup restore -", code=2, input=content)
        assert list(folder.iterdir()) == []
        return told.stderr

    return refused


def member(name: str, **values: Any) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    for key, value in values.items():
        setattr(made, key, value)
    return made


HOSTILE = {
    "../evil": member("../evil"),
    "/tmp/evil": member("/tmp/evil"),
    "contacts/../../evil": member("contacts/../../evil"),
    "contacts/1.ndjson/evil": member("contacts/1.ndjson/evil"),
    "contacts": member("contacts", type=tarfile.SYMTYPE, linkname="/etc"),
    "contacts/1.ndjson": member("contacts/1.ndjson", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
    "messages.ndjson": member("messages.ndjson", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "calls.ndjson": member("calls.ndjson", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
    "devices.ndjson": member("devices.ndjson", type=tarfile.FIFOTYPE),
    "other": member("other"),
}


def test_a_member_that_no_backup_has_is_refused(
    server: Gateway, refusal: Callable[[bytes], str]
) -> None:
    for name, hostile in HOSTILE.items():
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w") as made:
            made.addfile(hostile, io.BytesIO())
        assert f"unexpected member: {name!r}" in refusal(content.getvalue())
    assert writes(server) == []


def test_a_file_that_is_larger_than_any_disk_is_refused(
    server: Gateway, refusal: Callable[[bytes], str]
) -> None:
    sparse = member("messages.ndjson", pax_headers={
        "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(1 << 60),
        "GNU.sparse.map": f"{1 << 60},0",
    })  # fmt: skip
    large = member("messages.ndjson", size=1 << 60)
    assert "unexpected member" in refusal(sparse.tobuf(tarfile.PAX_FORMAT) + bytes(1024))
    assert "not a complete backup" in refusal(large.tobuf(tarfile.GNU_FORMAT) + bytes(4096))


def test_half_of_an_archive_is_none(
    server: Gateway, archive: bytes, refusal: Callable[[bytes], str]
) -> None:
    before = len(writes(server))
    for length in (0, 100, 512, 700, len(archive) // 2, archive.index(b"manifest.json\0")):
        assert "complete backup" in refusal(archive[:length])
    assert "complete backup" in refusal(os.urandom(20_000))
    assert len(writes(server)) == before


def test_an_archive_of_another_tar_is_restored(run: Run, archive: bytes, home: Path) -> None:
    (home / "b").mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as made:
        made.extractall(home / "b", filter="data")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as again:
        again.add(home / "b", ".")
    run("backup restore -", input=packed.getvalue())


def test_links_in_a_folder_are_not_followed(run: Run, archive: bytes, home: Path) -> None:
    (home / "b").mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as made:
        made.extractall(home / "b", filter="data")
    (home / "b/contacts").rename(home / "elsewhere")
    (home / "b/contacts").symlink_to(home / "elsewhere")
    assert "missing, or is not a file" in run("backup restore b", code=2).stderr
