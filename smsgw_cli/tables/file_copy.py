"""Copies files, which may be replaced or truncated while they are read, and scans their bytes."""

import codecs
import gzip
import hashlib
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast

from smsgw_cli.errors import Usage

GZIP_MARK = b"\x1f\x8b"
PIECE = 1 << 18  # bytes read at a time
START = 8192  # bytes
MOST_IN_MEMORY = 1 << 22  # bytes of a copy
CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_C1 = re.compile(rb"\xc2[\x80-\x9f]")  # the other control characters, in UTF-8
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)  # raised while a gzip file is decompressed


class Scan(NamedTuple):
    """What one pass over the bytes tells.

    `digest` is the SHA-256 of the uncompressed bytes. `is_utf8` is false for a text cut inside a
    character, `controls` whether there may be control characters but tab and line breaks, `spaced`
    whether there may be blanks before quotes.
    """

    digest: str
    lines: int
    start: bytes
    is_utf8: bool
    controls: bool
    spaced: bool


@contextmanager
def copied(name: str) -> Iterator[IO[bytes]]:
    """A copy of a file; `-` is standard input. It is closed after an error.

    Raises Usage if the file cannot be read.
    """
    copy = empty()
    try:
        _fill(copy, name)
        yield copy
    except BaseException:
        copy.close()
        raise


def empty() -> IO[bytes]:
    """An empty file, in memory unless it becomes large."""
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(MOST_IN_MEMORY))


@contextmanager
def opened(copy: IO[bytes]) -> Iterator[BinaryIO]:
    """The uncompressed bytes from the start."""
    copy.seek(0)
    packed = copy.read(2) == GZIP_MARK
    copy.seek(0)
    yield cast(BinaryIO, gzip.open(copy) if packed else copy)  # noqa: SIM115


def scanned(name: str, copy: IO[bytes]) -> Scan:
    """A single pass over the uncompressed bytes. Raises Usage if they cannot be decompressed."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    lines, start, is_utf8, controls, spaced = 0, b"", True, False, False
    try:
        with opened(copy) as content:
            while piece := content.read(PIECE):
                digest.update(piece)
                lines += piece.count(b"\n")
                start += piece[: START - len(start)]
                controls = controls or _has_controls(piece)
                spaced = spaced or b' "' in piece
                try:
                    is_utf8 = is_utf8 and decoder.decode(piece) is not None
                except UnicodeDecodeError:
                    is_utf8 = False
    except DAMAGED as error:
        raise Usage(f"cannot decompress {name}: {error}") from error
    # A file that ends in the middle of a character is not UTF-8.
    is_utf8 = is_utf8 and not decoder.getstate()[0]
    return Scan(digest.hexdigest(), lines, start, is_utf8, controls, spaced)


def _has_controls(piece: bytes) -> bool:
    if len(piece.translate(None, CONTROLS)) < len(piece):
        return True
    return b"\xc2" in piece and _C1.search(piece) is not None


def _fill(copy: IO[bytes], name: str) -> None:
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as content:
            shutil.copyfileobj(content, copy)
    except (OSError, ValueError) as error:  # the latter for a name with NUL
        reason = getattr(error, "strerror", None) or error
        raise Usage(f"cannot read {name}: {reason}") from error
