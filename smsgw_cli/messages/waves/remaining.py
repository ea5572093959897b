"""The file of the recipients that no wave was sent to: to read, not to send."""

import csv
import io
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

from smsgw_cli.errors import Usage
from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.storage.private_file import OWNER_ALONE
from smsgw_cli.tables.names import MAILING
from smsgw_cli.tables.reader import Table
from smsgw_cli.tables.rejects import writable_path

LONGEST_NAME = 60  # characters


def command(file: str, once: str | None) -> str:
    """The command of a mailing, as its user knows it by the file or the key."""
    option = f"--once {shlex.quote(once)}" if once else f"--csv {shlex.quote(file)}"
    return f"smsgw messages send {option}"


def name_of(once: str) -> str:
    """The file that is named for a key, where there is no other one."""
    return re.sub(r"[^\w-]+", "-", once)[:LONGEST_NAME]


def is_ours(text: str) -> bool:
    """Whether a file that begins with this text is one of these."""
    return not text or text.startswith(MAILING)


def show(
    path: Path,
    command: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    note: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Write rows to a file as `write` does, and tell where, or why not: the ledger has them too."""
    try:
        if written := write(path, command, columns, rows):
            note(f"note: who is left is in {written}, to be read")
    except OSError as error:
        warn(f"warning: who is left cannot be written to {path}: {error.strerror}")


def write(
    path: Path, command: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Path | None:
    """Write rows to a file, each with the command of the mailing that they are of.

    Returns its path. Without rows the file of an earlier run is deleted, and the result is None.
    Raises OSError.
    """
    path, rows = writable_path(path), iter(rows)
    first = next(rows, None)
    if first is None:
        path.unlink(missing_ok=True)
        return None
    with atomic_write(path, OWNER_ALONE) as raw:
        text = io.TextIOWrapper(raw, "utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow([MAILING, *columns])
        writer.writerows([command, *row] for row in chain([first], rows))
        text.flush()
        text.detach()  # the caller closes it
    return path


def refuse(table: Table) -> None:
    """Raise Usage for such a file: what is left is known to the ledger alone."""
    if MAILING not in table.columns:
        return
    found = next((row.cells[MAILING] for row in table.rows()), "")
    raise Usage(
        f"{table.source.name} only shows who is left of a mailing; nothing was sent",
        hint=f"the mailing goes on with the command that began it: {found} --waves …",
    )
