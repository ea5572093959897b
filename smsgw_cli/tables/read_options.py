"""How a file is to be read, where that is not left to detection."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """What is None is detected; `skip_lines` counts lines above the header.

    `sheet` is the name of a workbook's sheet.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip_lines: int = 0
    sheet: str | None = None
