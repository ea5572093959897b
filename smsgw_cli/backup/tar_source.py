"""Takes a backup out of a tar archive that may be anybody's: known names, plain files, nothing
else."""

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from smsgw_cli.backup.layout import FOLDERS, is_known
from smsgw_cli.errors import Usage
from smsgw_cli.storage.private_file import OWNER_ALONE, make_folder

HINT = "use the uncompressed output of 'smsgw backup create -'"


@contextmanager
def extracted(stream: IO[bytes]) -> Iterator[Path]:
    """A temporary folder, private to the user, with the files of an archive.

    Raises Usage if it is none, is cut off, or has anything that no backup has.
    """
    with tempfile.TemporaryDirectory(prefix="smsgw-") as name:
        folder = Path(name)
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    _take(archive, member, folder)
        except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
            raise Usage(f"standard input is not a complete backup: {error}", hint=HINT) from error
        yield folder


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = member.name.removeprefix("./")
    if member.isdir() and name in (".", "", *FOLDERS):
        return
    # Only names that we choose are used as paths; a sparse file could be larger than any disk.
    if not (is_known(name) and member.type in tarfile.REGULAR_TYPES) or member.sparse is not None:
        raise Usage(f"the archive has an unexpected member: {member.name!r}", hint=HINT)
    content = archive.extractfile(member)
    path = folder / name
    make_folder(path.parent)
    if path.exists():
        raise Usage(f"the archive has {name} twice", hint=HINT)
    with path.open("xb") as file:
        path.chmod(OWNER_ALONE)
        if content is not None:
            shutil.copyfileobj(content, file)
    if path.stat().st_size != member.size:
        raise Usage(f"the archive is truncated in {member.name}", hint=HINT)
