"""Diff lines (added, changed, removed), coloured on a terminal."""

from collections.abc import Iterable
from itertools import islice
from typing import TextIO

from rich.console import Console
from rich.text import Text

from smsgw_cli.output.cells import visible

STYLES = {"+": "green", "~": "yellow", "-": "red"}
AT_ONCE = 1_000  # lines held at a time
UNCUT = 1_000_000  # characters; lines are not wrapped here, the terminal or pager does that


def write(lines: Iterable[str], file: TextIO) -> None:
    """Write lines that start with `+` (added), `~` (changed) or `-` (removed)."""
    console = Console(file=file, width=UNCUT, highlight=False, markup=False, emoji=False)
    rest = iter(lines)
    while part := list(islice(rest, AT_ONCE)):
        # Written here: rich would exit the program on a broken pipe.
        with console.capture() as captured:
            for line in part:
                console.print(Text(visible(line), style=STYLES.get(line[:1], "")))
        file.write(captured.get())
