"""Recognizes files that are not text tables by their first bytes, with a hint on what to do."""

import re
from typing import NamedTuple

SAVE_AS_CSV = "open it in a spreadsheet and save it as CSV (UTF-8)"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
MOST_CONTROLS = 0.1  # of the bytes of a text


class Kind(NamedTuple):
    """What a file is, and what to do with it; `container` if more than its start has to be read."""

    what: str
    advice: str
    container: bool = False


_HTML = Kind("an HTML page", SAVE_AS_CSV)
_ARCHIVE = "unpack it first"
_PICTURE = "use a CSV file"
_BY_START = (
    (OLE2, Kind("an old Excel workbook", SAVE_AS_CSV, container=True)),
    *((mark, Kind("a zip archive", _ARCHIVE, container=True)) for mark in ZIP),
    *((bytes((9, version, each, 0)), Kind("an old Excel workbook", SAVE_AS_CSV))
      for version in (0, 2, 4, 8) for each in (4, 6, 8)),
    (b"%PDF-", Kind("a PDF document", "export the table as CSV")),
    (b"{\\rtf", Kind("an RTF document", "save the table as CSV")),
    (b"SQLite format 3\0", Kind("an SQLite database", "export the table as CSV")),
    (b"PAR1", Kind("a Parquet file", "convert it to CSV")),
    (b"\x89PNG", Kind("a picture", _PICTURE)),
    (b"\xff\xd8\xff", Kind("a picture", _PICTURE)),
    (b"GIF8", Kind("a picture", _PICTURE)),
    (b"BZh", Kind("a bzip2 archive", _ARCHIVE)),
    (b"\xfd7zXZ\0", Kind("an xz archive", _ARCHIVE)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", _ARCHIVE)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _ARCHIVE)),
    (b"\x28\xb5\x2f\xfd", Kind("a zstd archive", _ARCHIVE)),
)  # fmt: skip
_BY_TEXT = (
    (r"<\?xml[^>]*>\s*<\?mso-application|<\?xml.*schemas-microsoft-com:office:spreadsheet",
     Kind("an Excel 2003 XML workbook", SAVE_AS_CSV)),
    (r"<!--|<(!doctype\s+html|html|head|meta|body|table|thead|tbody|tr|td|th|style|script|div|"
     r"span|center|font|pre|p|b|br|h\d)\b", _HTML),
    (r"<\?xml.*<html\b", _HTML),
    (r"<\?xml\b", Kind("an XML document", "convert it to CSV")),
    (r"begin:vcard", Kind("a vCard file", "import it into an address book and export that as CSV")),
    (r"begin:vcalendar", Kind("a calendar", "use a CSV file")),
    (r"(version:\s*\d+\s+)?dn::?\s",
     Kind("an LDIF file", "import it into an address book and export that as CSV")),
    (r"--\s[^\n]*\b(sql|dump)\b|/\*!\d|(insert\s+into|(create|drop)\s+table)\s",
     Kind("an SQL script", "export the table as CSV")),
    (r'\{\s*("|\})|\[\s*[\[{]|\[\s*("[^"]*"|\d+)\s*[,\]]',
     Kind("a JSON document", "convert it to CSV, as with jq -r '.[] | [.phone, .name] | @csv'")),
)  # fmt: skip
_BINARY = Kind("a binary file", "use a CSV file")
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r\x0b\x0c"})


def of_start(start: bytes, encoding: str | None, *, is_utf8: bool) -> Kind | None:
    """The kind of a file by its first bytes; None for text that may be a table.

    `encoding` is UTF-16 or UTF-32, if it is known to be that, `is_utf8` whether all of it is UTF-8.
    """
    found = next((kind for mark, kind in _BY_START if start.startswith(mark)), None)
    if found:
        return found
    text = start.decode(encoding or "utf-8-sig", "replace").lstrip("\ufeff \t\r\n")
    flags = re.IGNORECASE | re.DOTALL
    found = next((kind for pattern, kind in _BY_TEXT if re.match(pattern, text, flags)), None)
    if found or encoding:
        return found
    # In text that is UTF-8 the others may be delimiters.
    controls = len(start) - len(start.translate(None, b"\0" if is_utf8 else _CONTROLS))
    return _BINARY if controls > MOST_CONTROLS * len(start) else None
