"""What a workbook is inside: its kind, whether it is safe to open, and the places of errors.

Sources: ECMA-376 part 1 (18.3.1.4, cells), MS-CFB (old workbooks, and those with a password).
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import BinaryIO
from xml.etree import ElementTree  # expat refuses to expand entities without end

from smsgw_cli.errors import Usage
from smsgw_cli.tables.file_kind import OLE2, SAVE_AS_CSV

Place = tuple[int, int]
"""Row, counted from 1, and column, counted from 0."""

MOST_BYTES = 1 << 30  # unpacked
MOST_RATIO = 1_000  # unpacked to packed; what deflate can reach is 1,032
MOST_CELLS = 25_000_000  # in the rectangle that all cells of a sheet are in, empty ones included
PIECE = 1 << 20
BEHIND = 1_000  # bytes behind the start of a cell in which its value is looked for
# What zipfile raises; RuntimeError for archives with a password.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>')
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]*)(\d+)["']""")
# Without such a column or row, the cells of a sheet cannot be MOST_CELLS.
_FAR = re.compile(rb"""\br\s*=\s*["'](?:(?:[X-Z]|[A-Z]{2,})\d|[A-Z]*\d{7})""")
_ERROR = re.compile(rb'\bt="e"')
_VALUE = re.compile(rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_INSIDE = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("Index/", "an Apple Numbers or Pages document"),
)


def check(name: str, content: BinaryIO) -> None:
    """Raise Usage for a file that is no workbook, or not safe to open."""
    start = content.read(len(OLE2))
    content.seek(0)
    if start == OLE2:
        return _check_old(name, content.read())
    try:
        with zipfile.ZipFile(content) as archive:
            _check_kind(name, archive)
            _check_size(name, archive)
    except DAMAGED as error:
        raise Usage(
            f"{name} is a damaged workbook or archive: {error}", hint=SAVE_AS_CSV
        ) from error


def errors(content: BinaryIO, sheet: str) -> Mapping[Place, str]:
    """The cells of a sheet that are errors, such as `#N/A`, which the reader of workbooks shows as
    empty; none for kinds of workbooks that are not XML."""
    found: dict[Place, str] = {}
    content.seek(0)
    if not zipfile.is_zipfile(content):
        return found
    with zipfile.ZipFile(content) as archive:
        path = _paths(archive).get(sheet)
        for cell, rest in _cells(archive, path) if path and _has(archive, path, _ERROR) else ():
            if _ERROR.search(cell[0]):
                value = _VALUE.match(rest)
                found[int(cell[2]), _column(cell[1])] = value[1].decode() if value else "#N/A"
    return found


def _check_old(name: str, content: bytes) -> None:
    def has(text: str) -> bool:
        return text.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise Usage(f"{name} has a password", hint="save it without one")
    if not (has("Workbook") or has("Book")):
        raise Usage(f"{name} is an old Office document, not a table", hint=SAVE_AS_CSV)


def _check_kind(name: str, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if any(each.startswith("xl/") for each in names):
        return
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:100]:
        return
    for start, what in _INSIDE:
        if any(each.startswith(start) for each in names):
            raise Usage(f"{name} is {what}, not a table", hint=SAVE_AS_CSV)
    raise Usage(f"{name} is a zip archive, not a table", hint="unpack it first")


def _check_size(name: str, archive: zipfile.ZipFile) -> None:
    """Raise Usage if unpacking would need too much memory."""
    parts = archive.infolist()
    size, packed = sum(each.file_size for each in parts), sum(each.compress_size for each in parts)
    is_bomb = size > MOST_BYTES or (size > MOST_BYTES // 100 and size > MOST_RATIO * packed)
    # Sizes in the directory may be wrong: what is longer than it says is an error here.
    if is_bomb or archive.testzip():
        raise Usage(f"{name} is too large a workbook, or a damaged one", hint=SAVE_AS_CSV)
    for path in _paths(archive).values():
        if _has(archive, path, _FAR):
            _check_extent(name, archive, path)


def _check_extent(name: str, archive: zipfile.ZipFile, path: str) -> None:
    rows, columns = 0, 0
    for text in _pieces(archive, path):
        for found in _PLACE.finditer(text):
            rows, columns = max(rows, int(found[2])), max(columns, _column(found[1]) + 1)
    if rows * columns > MOST_CELLS:
        raise Usage(
            f"{name} has a sheet of {rows:,} rows and {columns:,} columns",
            hint="delete cells far outside the table, or save the table as CSV (UTF-8)",
        )


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts of the sheets by their names; empty if they are not those of .xlsx."""
    with suppress(KeyError, ElementTree.ParseError):
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {each.get("Id"): each.get("Target", "") for each in links}
        found = {
            each.get("name", ""): targets.get(each.get(_RELATION), "")
            for each in book.iter()
            if each.tag.endswith("}sheet")
        }
        paths = {n: t[1:] if t.startswith("/") else f"xl/{t}" for n, t in found.items()}
        return {n: path for n, path in paths.items() if path in archive.namelist()}
    return {}


def _has(archive: zipfile.ZipFile, path: str, pattern: re.Pattern[bytes]) -> bool:
    """Whether a part has text like that, of some bytes."""
    return any(map(pattern.search, _pieces(archive, path)))


def _pieces(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """The text of a part; a piece begins with the end of the one before it."""
    rest = b""
    with archive.open(path) as part:
        while piece := part.read(PIECE):
            yield rest + piece
            rest = piece[-BEHIND:]


def _cells(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[re.Match[bytes], bytes]]:
    """The start tags of the cells of a sheet, each with some of the text behind it."""
    rest = b""
    with archive.open(path) as part:
        while piece := part.read(PIECE):
            # A tag, and the value behind it, may be in two pieces.
            text, end = rest + piece, 0
            for found in _CELL.finditer(text, 0, max(0, len(text) - BEHIND)):
                yield found, text[found.end() : found.end() + BEHIND]
                end = found.end()
            rest = text[max(end, len(text) - 2 * BEHIND) :]
    for found in _CELL.finditer(rest):
        yield found, rest[found.end() : found.end() + BEHIND]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
