"""Lines of a diff: what is added, changed and taken away, in colour on a terminal."""

from collections.abc import Iterable
from itertools import islice
from typing import TextIO

from rich.console import Console
from rich.text import Text

from smsgw_cli.output.cells import visible

STYLES = {"+": "green", "~": "yellow", "-": "red"}
AT_ONCE = 1_000  # lines held at a time
UNCUT = 1_000_000  # characters; whoever looks at it cuts lines, or wraps them


def write(lines: Iterable[str], file: TextIO) -> None:
    """Write lines whose first character says what becomes of it: `+`, `~` or `-`."""
    console = Console(file=file, width=UNCUT, highlight=False, markup=False, emoji=False)
    rest = iter(lines)
    while part := list(islice(rest, AT_ONCE)):
        # Written by us: rich would end the program by itself where nobody reads on.
        with console.capture() as captured:
            for line in part:
                console.print(Text(visible(line), style=STYLES.get(line[:1], "")))
        file.write(captured.get())
