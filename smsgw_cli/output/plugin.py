"""The output of a monitoring plug-in: a line with performance data, and more lines below.

As in the Monitoring Plugins Development Guidelines.
"""

import re
from collections.abc import Iterable, Sequence

from smsgw_cli.output.cells import visible

PIPE = "¦"  # in place of `|`, which separates the text from performance data
LONGEST_NAME = 60  # characters
LONGEST_LINE = 500
_UNSAFE = re.compile(r"[^\w .:-]")  # in a label
NAME = "SMSGW"
UNKNOWN = "UNKNOWN"


def output(
    status: str, summary: str, perfdata: Sequence[str] = (), details: Iterable[str] = ()
) -> str:
    """The whole output of a plug-in; perfdata as of `perfdata`."""
    data = f"|{' '.join(perfdata)}" if perfdata else ""
    first = f"{NAME} {status} - {safe(summary, LONGEST_LINE)}{data}"
    return "".join(f"{line}\n" for line in (first, *(safe(each, LONGEST_LINE) for each in details)))


def perfdata(label: str, value: str, unit: str, ranges: Sequence[str], minimum: str) -> str:
    """A label and its value: `'device 7 age'=11520s;1800;3840;0`."""
    fields = f"{value}{unit};{';'.join((*ranges, minimum))}".rstrip(";")
    return f"'{_UNSAFE.sub('_', label)}'={fields}"


def safe(text: str, longest: int = LONGEST_NAME) -> str:
    """A text as part of a line: nothing in it is taken for performance data, or by a terminal."""
    shown = visible(text).replace("|", PIPE)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
