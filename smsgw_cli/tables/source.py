"""The bytes of a file or of standard input, and their encoding."""

import codecs
import gzip
import hashlib
import io
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from smsgw_cli.errors import Usage

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
GZIP_MARK = b"\x1f\x8b"
PIECE = 1 << 18  # bytes read at a time
MOST_IN_MEMORY = 1 << 22  # bytes of a copy


@dataclass(frozen=True)
class Source:
    """A copy of a file, read repeatedly: the file itself may be replaced or cut meanwhile.

    `digest` is the SHA-256 of the uncompressed bytes, `lines` the number of lines.
    """

    name: str
    encoding: str
    digest: str
    lines: int
    _copy: IO[bytes]

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        """The text from the start. Raises Usage if it cannot be decoded."""
        with _opened(self._copy) as content:
            wrapped = io.TextIOWrapper(content, encoding=self.encoding, newline="")
            try:
                yield wrapped
            except (UnicodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise Usage(
                    f"{self.name} is not {self.encoding} text: {error}",
                    hint="set another one with --encoding",
                ) from error
            finally:
                wrapped.detach()


def source(name: str, encoding: str | None = None) -> Source:
    """The file of this name; `-` is standard input, gzip files are decompressed.

    Raises Usage if it cannot be read or its encoding is unknown.
    """
    _refuse_unknown(encoding)
    copy = cast("IO[bytes]", tempfile.SpooledTemporaryFile(MOST_IN_MEMORY))  # noqa: SIM115
    try:
        _fill(copy, name)
        digest, found, lines = _scanned(name, copy)
    except BaseException:
        copy.close()
        raise
    made = Source(name, encoding or found, digest, lines, copy)
    weakref.finalize(made, copy.close)
    return made


def detected(pieces: Iterator[bytes]) -> str:
    """UTF-16 with a byte order mark, else UTF-8 if valid, else cp1252 (of older spreadsheets)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, first = True, b""
    for piece in pieces:
        first = first or piece[:2]
        try:
            is_utf8 = is_utf8 and decoder.decode(piece) is not None
        except UnicodeDecodeError:
            is_utf8 = False
    if first.startswith(UTF16_MARKS):
        return "utf-16"
    # A file that ends in the middle of a character is not UTF-8.
    return "utf-8-sig" if is_utf8 and not decoder.getstate()[0] else "cp1252"


def _scanned(name: str, copy: IO[bytes]) -> tuple[str, str, int]:
    """Digest, encoding and number of lines, from a single pass."""
    digest, lines = hashlib.sha256(), 0

    def pieces(content: BinaryIO) -> Iterator[bytes]:
        nonlocal lines
        while piece := content.read(PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
            yield piece

    try:
        with _opened(copy) as content:
            found = detected(pieces(content))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Usage(f"cannot decompress {name}: {error}") from error
    return digest.hexdigest(), found, lines


def _refuse_unknown(encoding: str | None) -> None:
    try:
        b" ".decode(encoding or "utf-8")  # codecs.lookup knows hex and base64 as well
    except (LookupError, ValueError) as error:
        raise Usage(
            f"unknown encoding {encoding!r}", hint="use one such as cp1252 or latin-1"
        ) from error


@contextmanager
def _opened(copy: IO[bytes]) -> Iterator[BinaryIO]:
    """The uncompressed bytes from the start."""
    copy.seek(0)
    packed = copy.read(2) == GZIP_MARK
    copy.seek(0)
    yield cast(BinaryIO, gzip.open(copy) if packed else copy)  # noqa: SIM115


def _fill(copy: IO[bytes], name: str) -> None:
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as content:
            shutil.copyfileobj(content, copy)
    except OSError as error:
        raise Usage(f"cannot read {name}: {error.strerror or error}") from error
