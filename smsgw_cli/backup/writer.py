"""Writes the files of a backup one after the other, the manifest last."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import BinaryIO, Protocol

from smsgw_cli.backup.layout import MANIFEST, SUMS
from smsgw_cli.backup.manifest import Manifest
from smsgw_cli.backup.ndjson import encoded
from smsgw_cli.model import Record


class Target(Protocol):
    """Where a backup is written: a folder, or a tar archive."""

    def file(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file, which is in the backup when the block succeeds. Raises OSError."""

    def finish(self, manifest: bytes) -> None:
        """Write the manifest, which makes the backup whole. Raises OSError."""


class Writer:
    """`records` counts those written, by file."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._sums: dict[str, str] = {}
        self.records: dict[str, int] = {}

    def write(self, name: str, batches: Iterable[Sequence[Record]]) -> None:
        """Write records to a file. Raises what reading them raises, and OSError."""
        digest, count = hashlib.sha256(), 0
        with self._target.file(name) as file:
            for batch in batches:
                lines = b"".join(map(encoded, batch))
                file.write(lines)
                digest.update(lines)
                count += len(batch)
        self._sums[name], self.records[name] = digest.hexdigest(), count

    def finish(self, manifest: Manifest) -> Manifest:
        """Write checksums and manifest; returns the manifest with the counts. Raises OSError."""
        whole = replace(manifest, records=self.records)
        content = whole.as_json()
        sums = {**self._sums, MANIFEST: hashlib.sha256(content).hexdigest()}
        with self._target.file(SUMS) as file:
            # As sha256sum writes and checks them (GNU coreutils, "md5sum invocation").
            file.write("".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode())
        self._target.finish(content)
        return whole
