"""Writes contacts to a file atomically: format and columns."""

import gzip
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from smsgw_cli.errors import Partial, SmsgwError, Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField, Record
from smsgw_cli.storage.atomic_write import atomic_write

FORMATS = ("csv", "ndjson", "json")
_ENDINGS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json"}
_BEFORE_FIELDS = (MOBILE_NUMBER, SUBSCRIBED)
_AFTER_FIELDS = ("id", "created_at", "updated_at")


def format_of(path: Path | None, asked: str | None) -> str:
    """The format asked for, or what the file's name ends in; CSV where neither says one.

    Raises Usage for one that contacts are not exported in, and for an ending that says none.
    """
    if asked is not None:
        if asked not in FORMATS:
            raise Usage(f"cannot export as {asked}", hint=f"-o {', '.join(FORMATS)}")
        return asked
    if path is None:
        return "csv"
    ending = path.with_suffix("").suffix if is_packed(path) else path.suffix
    if ending.lower() not in _ENDINGS:
        raise Usage(
            f"cannot determine the format from the name {path.name}",
            hint=f"use {', '.join(_ENDINGS)}, or set the format with -o",
        )
    return _ENDINGS[ending.lower()]


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
        raise Usage(f"{path} is not a file", hint="omit --to for standard output")


@contextmanager
def file(path: Path) -> Iterator[TextIO]:
    """The file that stands at `path` once the block has ended well; until then what was there.

    Raises what the block raises, saying that the file is unchanged; SmsgwError if it cannot
    be written.
    """
    try:
        # The folder may be a link's: a link stays one, and what it leads to is replaced.
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
    """Text on its way into a binary file, all of it there when the block has ended well."""
    # Without name and time, so that the same contacts give the same file.
    target = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if packed else raw
    # Lone halves of surrogate pairs, which JSON can hold, are no text that UTF-8 could.
    text = io.TextIOWrapper(target, "utf-8", errors="backslashreplace", newline="")
    yield text
    text.flush()
    if packed:
        target.close()
    else:
        text.detach()
