"""Where a backup is written: a new folder, or a tar archive."""

import io
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from smsgw_cli.backup.layout import FOLDERS, LOCK, MANIFEST, is_known
from smsgw_cli.errors import Usage
from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.storage.locks import Busy, locked
from smsgw_cli.storage.private_file import OWNER_ALONE, give_to_owner, make_folder

MOST_IN_MEMORY = 1 << 22  # bytes of a file; tar needs its size before its content
# Windows translates line ends of files that are not binary.
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class FolderTarget:
    """Writes to a folder, in which no file is replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        path = self._folder / name
        make_folder(path.parent)
        handle = os.open(path, NEW_FILE, OWNER_ALONE)
        give_to_owner(path)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)

    def finish(self, manifest: bytes) -> None:
        with atomic_write(self._folder / MANIFEST, OWNER_ALONE) as file:
            file.write(manifest)


@contextmanager
def target(folder: Path) -> Iterator[FolderTarget]:
    """A folder for a backup: a new one, an empty one, or one with the backup of a killed process,
    which is replaced. After an error nothing of the backup stays.

    Raises Usage if anything else is in it, or another process writes to it, OSError if it cannot
    be used.
    """
    _refuse_used(folder)
    try:
        with locked(folder / LOCK, lambda error: error, is_removed=True):
            if (folder / MANIFEST).exists():
                raise _has_backup(folder)
            _discard(folder)
            try:
                yield FolderTarget(folder)
            except BaseException:
                _discard(folder)
                raise
    except Busy as error:
        raise Usage(f"another process is writing a backup to {folder}") from error


def _refuse_used(folder: Path) -> None:
    """Raise Usage for a folder with files, unless they are those of a killed process."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Usage(f"{folder} is not a folder", hint="an archive: smsgw backup create - > FILE")
    if (folder / MANIFEST).exists():
        raise _has_backup(folder)
    found = sorted(each.name for each in folder.iterdir())
    if found and LOCK not in found:
        raise _not_empty(folder, found[0])


def _has_backup(folder: Path) -> Usage:
    return Usage(f"{folder} already contains a backup", hint="use a folder for each backup")


def _not_empty(folder: Path, name: str) -> Usage:
    return Usage(f"{folder} is not empty: {name}", hint="choose an empty or new folder")


def _leftovers(folder: Path) -> list[Path]:
    """The files of an unfinished backup. Raises Usage if there are others."""
    kept = {folder / LOCK, *(folder / each for each in FOLDERS if _is_folder(folder / each))}
    found = [each for each in sorted(folder.rglob("*")) if each not in kept]
    for each in found:
        name = each.relative_to(folder).as_posix()
        if not (is_known(name) or _is_part(name)) or not each.is_file() or each.is_symlink():
            raise _not_empty(folder, name)
    return found


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_part(name: str) -> bool:
    """Whether it is the temporary file of a manifest, as `atomic_write` names it."""
    return name.startswith(f"{MANIFEST}.") and name.endswith(".part")


def _discard(folder: Path) -> None:
    """Remove the files of an unfinished backup, which could be taken for one. Raises OSError."""
    for each in _leftovers(folder):
        each.unlink()
    for name in FOLDERS:
        with suppress(FileNotFoundError):
            (folder / name).rmdir()


class TarTarget:
    """Writes an archive to a stream."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|")  # noqa: SIM115  # ended by `finish`
        self._started = int(time.time())

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        with tempfile.SpooledTemporaryFile(MOST_IN_MEMORY) as content:
            yield cast(BinaryIO, content)
            size = content.tell()
            content.seek(0)
            self._add(name, size, cast(BinaryIO, content))

    def finish(self, manifest: bytes) -> None:
        self._add(MANIFEST, len(manifest), io.BytesIO(manifest))
        self._tar.close()

    def _add(self, name: str, size: int, content: BinaryIO) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, OWNER_ALONE, self._started
        self._tar.addfile(member, content)
