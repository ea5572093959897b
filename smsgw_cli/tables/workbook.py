"""Reads workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) as CSV, with the extra `xlsx`."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import IO, Any, BinaryIO, cast

from smsgw_cli.errors import Usage
from smsgw_cli.tables.cell_flaws import AS_SHOWN, TOO_LONG
from smsgw_cli.tables.file_copy import Scan, empty, opened
from smsgw_cli.tables.file_kind import SAVE_AS_CSV
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.source import Source, sheet_digest
from smsgw_cli.tables.workbook_file import Place, check, errors


def source(name: str, copy: IO[bytes], scan: Scan, options: ReadOptions) -> Source:
    """A sheet of a workbook as CSV. Raises Usage if there is none, or more than one to read."""
    with opened(copy) as content:
        check(name, content)
        calamine = _calamine(name)
        content.seek(0)
        try:
            book = calamine.load_workbook(content)
            sheet = _sheet(name, book, options.sheet)
        except calamine.PasswordError as error:
            raise Usage(f"{name} has a password", hint="save it without one") from error
        except calamine.CalamineError as error:
            raise Usage(f"{name} cannot be read: {error}", hint=SAVE_AS_CSV) from error
        found = _Csv(errors(content, sheet.name), (sheet.start or (0, 0))[1])
        written = empty()
        found.write(sheet.iter_rows(), written, options.skip_lines)
    copy.close()
    return Source(
        name,
        "utf-8",
        sheet_digest(scan.digest, options.sheet),
        found.rows,
        written,
        is_workbook=True,
        note=found.note,
    )


def _calamine(name: str) -> ModuleType:
    try:
        return import_module("python_calamine")
    except ModuleNotFoundError as error:
        raise Usage(
            f"{name} is a workbook; reading it needs the package python-calamine",
            hint="pip install 'smsgw-cli[xlsx]', or save the sheet as CSV (UTF-8)",
        ) from error


def _sheet(name: str, book: Any, wanted: str | None) -> Any:
    """The sheet of this name, or the only one with rows that is not hidden."""
    names = list(book.sheet_names)
    if wanted is not None:
        if wanted not in names:
            raise Usage(f"{name} has no sheet {wanted!r}", hint=f"sheets: {', '.join(names)}")
        return book.get_sheet_by_name(wanted)
    visible = import_module("python_calamine").SheetVisibleEnum.Visible
    shown = {each.name for each in book.sheets_metadata if each.visible == visible}
    filled = [each for each in map(book.get_sheet_by_name, names) if each.start is not None]
    found = [each for each in filled if each.name in shown] or filled
    if not found:
        raise Usage(f"{name} is empty", hint="the first row must have the column names")
    if len(found) > 1:
        raise Usage(
            f"{name} has several sheets with rows: {', '.join(each.name for each in found)}",
            hint=f"choose one, as with --sheet {found[0].name!r}",
        )
    return found[0]


@dataclass
class _Csv:
    """Writes the rows of a sheet as CSV, and counts its cells and those that are numbers."""

    errors: Mapping[Place, str]
    first_column: int
    rows: int = 0
    cells: int = 0
    numbers: int = 0

    def write(self, rows: Iterable[list[Any]], to: IO[bytes], skipped: int) -> None:
        """Write all rows; skipped ones are empty, so that the others keep their numbers."""
        text = io.TextIOWrapper(cast(BinaryIO, to), "utf-8", newline="")
        writer = csv.writer(text)
        is_header = True
        for row in rows:
            self.rows += 1
            cells = list(self._cells(row, count=not is_header)) if self.rows > skipped else []
            is_header = is_header and not any(cells)
            writer.writerow(cells)
        text.flush()
        text.detach()

    @property
    def note(self) -> str:
        if not self.numbers:
            return ""
        return (
            f"{self.numbers:,} of {self.cells:,} cells are numbers: leading zeros are lost in the "
            "file itself"
        )

    def _cells(self, row: list[Any], *, count: bool) -> Iterator[str]:
        for place, value in enumerate(row):
            text = self.errors.get((self.rows, self.first_column + place)) or _text(value)
            self.cells += count and text != ""
            self.numbers += count and isinstance(value, int | float) and value not in (True, False)
            yield text


def _text(value: Any) -> str:
    """A cell as it is written in CSV: whole numbers without a point, dates as ISO 8601, and numbers
    of more digits than a spreadsheet keeps so that they are found."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and abs(value) >= TOO_LONG:
        return f"{value:{AS_SHOWN}}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat() if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("minutes") if not value.second else value.isoformat()
    return str(value)
