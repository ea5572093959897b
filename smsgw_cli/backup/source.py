"""A backup to restore: verified against its checksums and its manifest before it is used."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from smsgw_cli.backup.layout import MANIFEST, SUMS, is_known
from smsgw_cli.backup.manifest import Manifest, manifest_of
from smsgw_cli.backup.ndjson import records
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record

PIECE = 1 << 18  # bytes
LARGEST = 1 << 26  # bytes of a manifest, or of its checksums
_SUM = re.compile(r"([0-9a-f]{64})  (\S+)")
DAMAGED_HINT = "use another backup; nothing was changed"


class Backup(NamedTuple):
    """A verified backup in a folder; `digests` are the SHA-256 of its files."""

    folder: Path
    manifest: Manifest
    digests: dict[str, str]

    def has(self, name: str) -> bool:
        return name in self.manifest.records

    def records(self, name: str) -> Iterator[Record]:
        """The records of a file. Raises Usage for a line that is not a record."""
        if self.has(name):
            with _opened(self.folder, name) as file:
                yield from records(file, name)


def verified(folder: Path) -> Backup:
    """The backup in a folder. Raises Usage if there is none, or it is incomplete or damaged."""
    if folder.is_file():
        raise Usage(f"{folder} is not a folder", hint=f"smsgw backup restore - < {folder}")
    if not folder.is_dir():
        raise Usage(f"{folder} is not a folder")
    if not (folder / MANIFEST).exists():
        raise Usage(
            f"{folder} has no complete backup: {MANIFEST}, which is written last, is missing",
            hint="use another backup; nothing was changed",
        )
    sums = _sums(_content(folder, SUMS))
    content = _content(folder, MANIFEST)
    if hashlib.sha256(content).hexdigest() != sums.get(MANIFEST):
        raise _differs(MANIFEST)
    found = Backup(folder, manifest_of(content), sums)
    for name, count in found.manifest.records.items():
        _verify(found, name, count)
    return found


def _verify(backup: Backup, name: str, count: int) -> None:
    digest, lines = hashlib.sha256(), 0
    with _opened(backup.folder, name) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
    if digest.hexdigest() != backup.digests.get(name):
        raise _differs(name)
    if lines != count:
        raise Usage(f"{name} has {lines:,} records, not {count:,}", hint=DAMAGED_HINT)


def _differs(name: str) -> Usage:
    return Usage(f"{name} differs from its checksum in {SUMS}", hint=DAMAGED_HINT)


def _sums(content: bytes) -> dict[str, str]:
    found = (_SUM.fullmatch(line) for line in content.decode("utf-8", "replace").splitlines())
    return {match[2]: match[1] for match in found if match and is_known(match[2])}


def _content(folder: Path, name: str) -> bytes:
    with _opened(folder, name) as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Usage(f"{name} is too large", hint=DAMAGED_HINT)
    return content


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[BinaryIO]:
    """A plain file of the folder. Raises Usage if it is missing, or is a link or a device."""
    path = folder / name
    inside = (path, *path.parents[: len(Path(name).parts) - 1])
    if any(each.is_symlink() for each in inside) or not path.is_file():
        raise Usage(f"{name} of the backup is missing, or is not a file", hint=DAMAGED_HINT)
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise Usage(f"cannot read {path}: {error.strerror or error}") from error
