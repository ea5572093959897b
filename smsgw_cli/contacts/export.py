"""The file of an export: its format, its columns, and its atomic replacement."""

import gzip
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from smsgw_cli.errors import Partial, SmsgwError, Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField, Record
from smsgw_cli.storage.atomic_write import atomic_write

EXCEL = "excel"  # CSV too
FORMATS = ("csv", "ndjson", "json", EXCEL)
_ENDINGS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json"}
_BEFORE_FIELDS = (MOBILE_NUMBER, SUBSCRIBED)
_AFTER_FIELDS = ("id", "created_at", "updated_at")


def format_of(path: Path | None, asked: str | None) -> str:
    """The format `asked` for, else that of the file name, else CSV.

    Raises Usage for an unsupported format or file name.
    """
    if asked is not None:
        if asked not in FORMATS:
            raise Usage(f"cannot export as {asked}", hint=f"-o {', '.join(FORMATS)}")
        if asked == EXCEL and path and _ENDINGS.get(_ending(path), "csv") != "csv":
            raise Usage(
                f"-o excel writes CSV, not {_ending(path)}", hint="use a file name ending in .csv"
            )
        return asked
    if path is None:
        return "csv"
    if _ending(path) not in _ENDINGS:
        raise Usage(
            f"cannot determine the format from the name {path.name}",
            hint=f"use {', '.join(_ENDINGS)}, or set the format with -o",
        )
    return _ENDINGS[_ending(path)]


def _ending(path: Path) -> str:
    return (path.with_suffix("").suffix if is_packed(path) else path.suffix).lower()


def is_packed(path: Path) -> bool:
    """Whether the file name asks for compression."""
    return path.suffix.lower() == ".gz"


def columns(fields: Iterable[ContactField]) -> list[str]:
    """The columns of a list's contacts, with its fields in order of creation."""
    tags = [str(field["tag"]) for field in sorted(fields, key=lambda field: int(field["id"]))]
    return [*_BEFORE_FIELDS, *tags, *_AFTER_FIELDS]


def refuse_new_fields(records: Iterable[Record], columns: Iterable[str]) -> None:
    """Raise Partial if a record has a field without a column, created during the export."""
    known = set(columns)
    for record in records:
        if new := record.keys() - known:
            raise Partial(
                f"fields were added to the list during the export: {', '.join(sorted(new))}",
                hint="run it again",
            )


def refuse_special(path: Path) -> None:
    """Raise Usage for a folder, a device or a pipe."""
    if path.exists() and not path.is_file():
        raise Usage(f"{path} is not a file", hint="omit FILE for standard output")


@contextmanager
def file(path: Path) -> Iterator[TextIO]:
    """A text file that replaces `path` when the block succeeds; gzipped if its name ends in .gz.

    Adds to the SmsgwErrors of the block that the file is unchanged. Raises SmsgwError if it cannot
    be written.
    """
    try:
        # A symbolic link is kept, and its target replaced.
        with atomic_write(path.resolve()) as raw, _text(raw, packed=is_packed(path)) as text:
            yield text
    except SmsgwError as error:
        error.message += f"; {path} is unchanged"
        raise
    except OSError as error:
        raise SmsgwError(
            f"cannot write {path}: {error.strerror or error}; it is unchanged"
        ) from error


@contextmanager
def _text(raw: BinaryIO, *, packed: bool) -> Iterator[TextIO]:
    """A text stream over a binary one; flushed, not closed, when the block succeeds."""
    # Without name and time, so that the same contacts result in the same bytes.
    target = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if packed else raw
    # JSON can contain lone surrogates, which UTF-8 cannot encode.
    text = io.TextIOWrapper(target, "utf-8", errors="backslashreplace", newline="")
    yield text
    text.flush()
    if packed:
        target.close()
    else:
        text.detach()
