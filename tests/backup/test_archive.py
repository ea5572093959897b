"""An archive that may be anybody's: nothing of it gets out of its folder, half of one is none."""

import io
import os
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.backup.conftest import create, writes


@pytest.fixture
def archive(server: Gateway, home: Path, process: Any) -> bytes:
    """A backup of a list, as an archive."""
    create(server, "A", [], [{"mobile_number": "+12025550100"}])
    made: bytes = process("backup create -", text=False).stdout
    return made


@pytest.fixture
def restore(process: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Restore an archive with an empty folder for temporary files; returns the refusal."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    tempfile.tempdir = None

    def refused(content: bytes) -> str:
        ended = process("backup restore -", text=False, input=content)
        assert ended.returncode == 2, ended.stderr
        assert list(folder.iterdir()) == []
        return str(ended.stderr.decode())

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


@pytest.mark.parametrize("name", HOSTILE)
def test_a_member_that_no_backup_has_is_refused(
    server: Gateway, restore: Callable[[bytes], str], name: str
) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as made:
        made.addfile(HOSTILE[name], io.BytesIO())
    assert f"member that no backup has: {name!r}" in restore(content.getvalue())
    assert writes(server) == []


def test_a_file_that_is_larger_than_any_disk_is_refused(
    server: Gateway, restore: Callable[[bytes], str]
) -> None:
    sparse = member("messages.ndjson", pax_headers={
        "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(1 << 60),
        "GNU.sparse.map": f"{1 << 60},0",
    })  # fmt: skip
    large = member("messages.ndjson", size=1 << 60)
    assert "no backup has" in restore(sparse.tobuf(tarfile.PAX_FORMAT) + bytes(1024))
    assert "not a whole backup" in restore(large.tobuf(tarfile.GNU_FORMAT) + bytes(4096))


def test_half_of_an_archive_is_none(
    server: Gateway, archive: bytes, restore: Callable[[bytes], str]
) -> None:
    before = len(writes(server))
    for length in (0, 100, 512, 700, len(archive) // 2, archive.index(b"manifest.json\0")):
        assert "whole backup" in restore(archive[:length])
    assert "whole backup" in restore(os.urandom(20_000))
    assert len(writes(server)) == before


def test_an_archive_of_another_tar_is_restored(
    server: Gateway, archive: bytes, home: Path, process: Any
) -> None:
    (home / "b").mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as made:
        made.extractall(home / "b", filter="data")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as again:
        again.add(home / "b", ".")
    ended = process("backup restore - -o json", text=False, input=packed.getvalue())
    assert ended.returncode == 0, ended.stderr


def test_links_in_a_folder_are_not_followed(
    server: Gateway, archive: bytes, home: Path, process: Any
) -> None:
    (home / "b").mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as made:
        made.extractall(home / "b", filter="data")
    (home / "b/contacts").rename(home / "elsewhere")
    (home / "b/contacts").symlink_to(home / "elsewhere")
    ended = process("backup restore b")
    assert (ended.returncode, "missing, or is no file" in ended.stderr) == (2, True)
