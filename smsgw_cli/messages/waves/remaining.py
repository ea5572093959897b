"""The file of the recipients that no wave was sent to: to read, not to send."""

import csv
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

from smsgw_cli.errors import Usage
from smsgw_cli.storage.atomic_write import atomic_text
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
    """Write rows to a file, each with the command of the mailing that they are of, and note where,
    or warn why not: the ledger has them too. Without rows that of an earlier run is deleted."""
    first = next(rows := iter(rows), None)
    try:
        path = writable_path(path)
        if first is None:
            return path.unlink(missing_ok=True)
        with atomic_text(path, OWNER_ALONE) as text:
            writer = csv.writer(text)
            writer.writerow([MAILING, *columns])
            writer.writerows([command, *row] for row in chain([first], rows))
    except OSError as error:
        return warn(f"warning: cannot list the recipients left in {path}: {error.strerror}")
    return note(f"note: the recipients not sent to yet are listed in {path}")


def refuse(table: Table) -> None:
    """Raise Usage for such a file: what is left is known to the ledger alone."""
    if MAILING not in table.columns:
        return
    found = next((row.cells[MAILING] for row in table.rows()), "")
    raise Usage(
        f"{table.source.name} only lists the recipients left in a mailing; nothing was sent",
        hint=f"resume the mailing with the command that started it: {found} --waves …",
    )
