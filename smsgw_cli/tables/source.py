"""The bytes of a file or of standard input, what kind of file they are, and their encoding."""

import codecs
import gzip
import hashlib
import io
import re
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast

from smsgw_cli.errors import Usage
from smsgw_cli.tables import encoding as encodings
from smsgw_cli.tables import file_kind
from smsgw_cli.tables.encoding import UTF8, Guess
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.wording import pluralize

GZIP_MARK = b"\x1f\x8b"
PIECE = 1 << 18  # bytes read at a time
MOST_IN_MEMORY = 1 << 22  # bytes of a copy
CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_C1 = re.compile(rb"\xc2[\x80-\x9f]")  # the other control characters, in UTF-8


@dataclass(frozen=True)
class Source:
    """A copy of a file, read repeatedly: the file itself may be replaced or cut meanwhile.

    `digest` is the SHA-256 of the uncompressed bytes, `lines` the number of lines. `guess` is set
    if the encoding is one. `unusual` is whether there may be control characters, or blanks before
    quotes. Of a workbook the copy is CSV, and `note` is what is to be said of it.
    """

    name: str
    encoding: str
    digest: str
    lines: int
    copy: IO[bytes]
    guess: Guess | None = None
    unusual: bool = True
    errors: str = "strict"
    is_workbook: bool = False
    note: str = ""

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        """The text from the start. Raises Usage if it cannot be decoded."""
        with opened(self.copy) as content:
            wrapped = io.TextIOWrapper(
                content, encoding=self.encoding, errors=self.errors, newline=""
            )
            try:
                yield wrapped
            except (UnicodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise Usage(
                    f"{self.name} is not {self.encoding} text{self._where}: {error}",
                    hint="set another one with --encoding",
                ) from error
            finally:
                wrapped.detach()

    @property
    def has_mark(self) -> bool:
        """Whether the file begins with the byte order mark of UTF-8."""
        with opened(self.copy) as content:
            return content.read(3) == codecs.BOM_UTF8

    @property
    def _where(self) -> str:
        """The first line that cannot be decoded, if lines can be told apart in the bytes."""
        if self.encoding.startswith(("utf-16", "utf-32")):
            return ""
        with opened(self.copy) as content:
            for number, line in enumerate(content, start=1):
                try:
                    line.decode(self.encoding)
                except UnicodeError:
                    return f", line {number}"
        return ""


class Scan(NamedTuple):
    """What one pass over the bytes tells; `is_utf8` is false for a text cut inside a character."""

    digest: str
    lines: int
    start: bytes
    is_utf8: bool
    unusual: bool


def source(name: str, options: ReadOptions | None = None) -> Source:
    """The file of this name; `-` is standard input, gzip files are decompressed.

    A workbook is read as CSV. Raises Usage if it cannot be read, is no text, its encoding is
    unknown, or its lines have several.
    """
    options = options or ReadOptions()
    _refuse_unknown(options.encoding)
    with _copied(name) as copy:
        scan = _scanned(name, copy)
        kind = _kind(scan, options.encoding)
        if kind and kind.container:
            return _kept(_workbook(name, copy, scan, options))
        if kind:
            raise Usage(f"{name} is {kind.what}, not a table", hint=kind.advice)
        if options.sheet is not None:
            raise Usage(f"--sheet: {name} is not a workbook", hint="leave out --sheet")
        return _kept(_text(name, copy, scan, options.encoding))


def number_lines(name: str) -> list[str]:
    """The lines of a file of numbers, whatever its encoding: numbers are ASCII, and a comment may
    be garbled. Raises Usage if it cannot be read, or is no text."""
    with _copied(name) as copy:
        scan = _scanned(name, copy)
        kind = _kind(scan, None)
        if kind and kind.container:
            with opened(copy) as content:
                import_module("smsgw_cli.tables.workbook_file").check(name, content)
            raise Usage(
                f"{name} is a workbook, not a list of numbers",
                hint="name its column with --map COLUMN=mobile_number",
            )
        if kind:
            raise Usage(f"{name} is {kind.what}, not a list of numbers", hint=kind.advice)
        known = encodings.of_start(scan.start) or (UTF8 if scan.is_utf8 else encodings.WESTERN)
        found = _kept(Source(name, known, scan.digest, scan.lines, copy, errors="replace"))
    with found.text() as text:
        return text.read().splitlines()


def digest_of(name: str, sheet: str | None = None) -> str:
    """The digest of a file, or of a sheet of it. Raises Usage if it cannot be read."""
    with _copied(name) as copy:
        found = _scanned(name, copy).digest
        copy.close()
    return sheet_digest(found, sheet)


def sheet_digest(digest: str, sheet: str | None) -> str:
    """The digest of a sheet; that of the file if the sheet is not named."""
    return digest if sheet is None else hashlib.sha256(f"{digest} {sheet}".encode()).hexdigest()


def _text(name: str, copy: IO[bytes], scan: Scan, encoding: str | None) -> Source:
    guess = None
    unusual = scan.unusual or encoding is not None or not scan.is_utf8
    if encoding is None:
        encoding = encodings.of_start(scan.start) or (UTF8 if scan.is_utf8 else None)
    if encoding is None:
        guess = _guessed(name, copy)
        encoding = guess.name
    return Source(name, encoding, scan.digest, scan.lines, copy, guess, unusual)


def _guessed(name: str, copy: IO[bytes]) -> Guess:
    """The likely encoding. Raises Usage if some lines are UTF-8 and others are not."""
    with opened(copy) as content:
        census = encodings.census(content)
    if not census.is_mixed:
        return encodings.guess(census.sample)
    other, utf8 = census.first_other, census.first_utf8
    if census.utf8 < census.other:
        lines = pluralize(census.other, "other line is", "other lines are")
        what = f"line {utf8} is UTF-8, but {lines} not (first: line {other})"
    else:
        lines = pluralize(census.utf8, "other line is", "other lines are")
        what = f"line {other} is not UTF-8, but {lines} (first: line {utf8})"
    raise Usage(
        f"{name}: {what}",
        hint="correct that line, or set the encoding of the whole file, as with --encoding cp1252",
    )


def _kind(scan: Scan, encoding: str | None) -> file_kind.Kind | None:
    is_wide = (encoding or "").lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    wide = encoding if is_wide else encodings.of_start(scan.start)
    return file_kind.of_start(scan.start, wide, is_utf8=scan.is_utf8)


def _workbook(name: str, copy: IO[bytes], scan: Scan, options: ReadOptions) -> Source:
    workbook = import_module("smsgw_cli.tables.workbook")
    found: Source = workbook.source(name, copy, scan, options)
    return found


def _scanned(name: str, copy: IO[bytes]) -> Scan:
    """A single pass over the uncompressed bytes. Raises Usage if they cannot be decompressed."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    lines, start, is_utf8, unusual = 0, b"", True, False
    try:
        with opened(copy) as content:
            while piece := content.read(PIECE):
                digest.update(piece)
                lines += piece.count(b"\n")
                start += piece[: file_kind.START - len(start)]
                unusual = unusual or _is_unusual(piece)
                try:
                    is_utf8 = is_utf8 and decoder.decode(piece) is not None
                except UnicodeDecodeError:
                    is_utf8 = False
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Usage(f"cannot decompress {name}: {error}") from error
    # A file that ends in the middle of a character is not UTF-8.
    is_utf8 = is_utf8 and not decoder.getstate()[0]
    return Scan(digest.hexdigest(), lines, start, is_utf8, unusual)


def _is_unusual(piece: bytes) -> bool:
    """Whether there are control characters but tab and line breaks, or blanks before quotes."""
    has_controls = len(piece.translate(None, CONTROLS)) < len(piece)
    return has_controls or b' "' in piece or (b"\xc2" in piece and _C1.search(piece) is not None)


def _refuse_unknown(encoding: str | None) -> None:
    try:
        b" ".decode(encoding or "utf-8")  # codecs.lookup knows hex and base64 as well
    except (LookupError, ValueError) as error:
        raise Usage(
            f"unknown encoding {encoding!r}", hint="use one such as cp1252 or latin-1"
        ) from error


@contextmanager
def opened(copy: IO[bytes]) -> Iterator[BinaryIO]:
    """The uncompressed bytes from the start."""
    copy.seek(0)
    packed = copy.read(2) == GZIP_MARK
    copy.seek(0)
    yield cast(BinaryIO, gzip.open(copy) if packed else copy)  # noqa: SIM115


@contextmanager
def _copied(name: str) -> Iterator[IO[bytes]]:
    """A copy of the file, closed after an error. Raises Usage if the file cannot be read."""
    copy = cast("IO[bytes]", tempfile.SpooledTemporaryFile(MOST_IN_MEMORY))  # noqa: SIM115
    try:
        _fill(copy, name)
        yield copy
    except BaseException:
        copy.close()
        raise


def _kept(made: Source) -> Source:
    weakref.finalize(made, made.copy.close)
    return made


def _fill(copy: IO[bytes], name: str) -> None:
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as content:
            shutil.copyfileobj(content, copy)
    except OSError as error:
        raise Usage(f"cannot read {name}: {error.strerror or error}") from error
