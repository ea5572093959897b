"""A backup as a tar archive (POSIX.1-2001 pax) on a stream, which cannot be rewound."""

import io
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

from smsgw_cli.backup.layout import MANIFEST
from smsgw_cli.storage.private_file import OWNER_ALONE

MOST_IN_MEMORY = 1 << 22  # bytes of a file; tar needs its size before its content


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
