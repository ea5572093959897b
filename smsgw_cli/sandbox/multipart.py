"""Bodies of the type multipart/form-data (RFC 7578), which PHP reads for POST.

Written out because it is short: on the machine at hand the import of python-multipart takes 12 ms,
that of the standard library's email.parser 5 ms, and the latter decodes transfer encodings, which
PHP does not.
"""

import re
from collections.abc import Iterator
from typing import Any

from smsgw_cli.sandbox.php_variables import UploadedFile, Variables, gather

BOUNDARY = re.compile(rb'boundary=(?:"([^"]+)"|([^;,\s]+))', re.IGNORECASE)
PARAMETER = re.compile(r';\s*(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')
DISPOSITION = "content-disposition"


def parse_multipart(raw: bytes, content_type: bytes) -> Variables:
    """The variables of a body. Without a boundary there are none, as in PHP."""
    boundary = BOUNDARY.search(content_type)
    if boundary is None:
        return Variables({}, "multipart/form-data is ignored without its boundary=")
    return gather(_fields(raw, boundary[1] or boundary[2]))


def _fields(raw: bytes, boundary: bytes) -> Iterator[tuple[str, Any]]:
    """Name and value of each part; `raw` begins with a delimiter, without the line before it."""
    for part in (b"\r\n" + raw).split(b"\r\n--" + boundary)[1:]:
        if part.startswith(b"--"):
            return
        head, _, content = part.partition(b"\r\n\r\n")
        names = _disposition(head.decode("utf-8", "replace"))
        if "name" in names:
            yield names["name"], _value(content, names.get("filename"))


def _value(content: bytes, filename: str | None) -> Any:
    if filename is None:
        return content.decode("utf-8", "replace")
    return UploadedFile() if filename else None  # no name: a form's input without a file chosen


def _disposition(head: str) -> dict[str, str]:
    """The parameters of the header Content-Disposition in the head of a part."""
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == DISPOSITION:
            return {
                key.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare
                for key, quoted, bare in PARAMETER.findall(value)
            }
    return {}
