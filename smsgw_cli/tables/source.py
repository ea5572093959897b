"""The text of a file or of standard input: what kind of file it is, and its encoding."""

import codecs
import hashlib
import io
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from smsgw_cli.errors import Usage
from smsgw_cli.tables import encoding as encodings
from smsgw_cli.tables import file_kind
from smsgw_cli.tables.encoding import UTF8, Guess
from smsgw_cli.tables.file_copy import DAMAGED, Scan, copied, opened, scanned
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.wording import pluralize


@dataclass(frozen=True)
class Source:
    """A copy of a file, read repeatedly: the file itself may be replaced or cut meanwhile.

    `digest` is the SHA-256 of the uncompressed bytes, `lines` the number of lines. `guess` is set
    if the encoding is one. `controls` is whether there may be control characters, `spaced` whether
    there may be blanks before quotes. Of a workbook the copy is CSV, and `note` is what is to be
    said of it.
    """

    name: str
    encoding: str
    digest: str
    lines: int
    copy: IO[bytes]
    guess: Guess | None = None
    controls: bool = True
    spaced: bool = True
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
            except (UnicodeError, *DAMAGED) as error:
                encoding = self.encoding.removesuffix("-sig")
                raise Usage(
                    f"{self.name} is not {encoding} text{self._where}: {error}",
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


def source(name: str, options: ReadOptions | None = None) -> Source:
    """The file of this name; `-` is standard input, gzip files are decompressed.

    A workbook is read as CSV. Raises Usage if it cannot be read, is no text, its encoding is
    unknown, or its lines have several.
    """
    options = options or ReadOptions()
    given = _known(options.encoding)
    with copied(name) as copy:
        scan = scanned(name, copy)
        kind = _kind(scan, given)
        if kind and kind.container:
            return _kept(_workbook(name, copy, scan, options))
        if kind:
            raise Usage(f"{name} is {kind.what}, not a table", hint=kind.advice)
        if options.sheet is not None:
            raise Usage(f"--sheet: {name} is not a workbook", hint="omit --sheet")
        return _kept(_text(name, copy, scan, given))


def utf8_source(name: str) -> Source:
    """A file that is UTF-8 for certain. Raises Usage if it cannot be read."""
    with copied(name) as copy:
        return _kept(_text(name, copy, scanned(name, copy), UTF8))


def number_lines(name: str) -> list[str]:
    """The lines of a file of numbers, whatever its encoding: numbers are ASCII, and a comment may
    be garbled. Raises Usage if it cannot be read, or is no text."""
    with copied(name) as copy:
        scan = scanned(name, copy)
        kind = _kind(scan, None)
        if kind and kind.container:
            with opened(copy) as content:
                import_module("smsgw_cli.tables.workbook_file").check(name, content)
            raise Usage(
                f"{name} is a workbook, not a list of numbers",
                hint="name its column with --map COLUMN=mobile_number, and its sheet with --sheet "
                "if there are several",
            )
        if kind:
            raise Usage(f"{name} is {kind.what}, not a list of numbers", hint=kind.advice)
        known = encodings.of_start(scan.start) or (UTF8 if scan.is_utf8 else encodings.WESTERN)
        found = _kept(Source(name, known, scan.digest, scan.lines, copy, errors="replace"))
    with found.text() as text:
        return text.read().splitlines()


def digest_of(name: str, sheet: str | None = None) -> str:
    """The digest of a file, or of a sheet of it. Raises Usage if it cannot be read."""
    with copied(name) as copy:
        found = scanned(name, copy).digest
        copy.close()
    return sheet_digest(found, sheet)


def sheet_digest(digest: str, sheet: str | None) -> str:
    """The digest of a sheet; that of the file if the sheet is not named."""
    return digest if sheet is None else hashlib.sha256(f"{digest} {sheet}".encode()).hexdigest()


def _text(name: str, copy: IO[bytes], scan: Scan, encoding: str | None) -> Source:
    guess = None
    is_plain = encoding is None and scan.is_utf8  # else the bytes do not tell
    if encoding is None:
        encoding = encodings.of_start(scan.start) or (UTF8 if scan.is_utf8 else None)
    elif codecs.lookup(encoding).name == "utf-16":  # in which order is not said
        encoding = encodings.of_start(scan.start) or encoding
    if encoding is None:
        guess = _guessed(name, copy)
        encoding = guess.name
    controls, spaced = scan.controls or not is_plain, scan.spaced or not is_plain
    return Source(name, encoding, scan.digest, scan.lines, copy, guess, controls, spaced)


def _guessed(name: str, copy: IO[bytes]) -> Guess:
    """The likely encoding. Raises Usage if some lines are UTF-8 and others are not."""
    foreign = import_module("smsgw_cli.tables.foreign_encoding")
    with opened(copy) as content:
        census = foreign.census(content)
    if not census.is_mixed:
        guess: Guess = foreign.guess(census.sample)
        return guess
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


def _known(encoding: str | None) -> str | None:
    """The encoding as it is used; UTF-8 without its mark. Raises Usage if it is unknown."""
    if encoding is None:
        return None
    try:
        " ".encode(encoding)  # codecs.lookup knows hex and base64 as well
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if not name or name in encodings.OF_PYTHON:
        raise Usage(f"unknown encoding {encoding!r}", hint="use one such as cp1252 or latin-1")
    return UTF8 if name == "utf-8" else encoding


def _kept(made: Source) -> Source:
    weakref.finalize(made, made.copy.close)
    return made
