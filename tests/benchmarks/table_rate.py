"""Prints the CPU time and peak memory for reading tables of 1,000,000 rows.

Each is read in a process of its own, whose peak of resident memory is measured; a workbook is as
large as its rows. Usage: python -m tests.benchmarks.table_rate [ROWS]
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from smsgw_cli.tables import reader

ROWS = 1_000_000
HEADER = ("phone", "first_name", "last_name", "city", "note")


def row(number: int) -> tuple[str, ...]:
    return f"+1202{number:07}", f"Jörg{number % 97}", "Müller", f"Köln, {number % 13}", "some text"


def write(folder: Path, rows: int) -> None:
    """Write the files, which are called by what they are."""
    lines = [",".join(HEADER)]
    lines += ['{},{},{},"{}",{}'.format(*row(number)) for number in range(rows)]
    text = "\n".join(lines)
    files = {"UTF-8": text.encode(), "cp1252": text.encode("cp1252")}
    files["UTF-16"] = text.encode("utf-16")
    files["blanks before quotes"] = text.replace(',"', ', "').encode()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with xlsxwriter.Workbook(folder / "workbook", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(rows):
            sheet.write_row(number + 1, 0, row(number))


def read(path: str) -> None:
    """Read a table, and print what that took."""
    before, started = _peak(), time.process_time()
    table = reader.table(path)
    opened = time.process_time()
    count = sum(1 for _ in table.rows())
    ended = time.process_time()
    print(
        f"{count:,} rows: opened in {opened - started:.2f} s, read in {ended - opened:.2f} s, "
        f"at most {_peak():.0f} MiB ({before:.0f} before)"
    )


def _peak() -> float:
    unit = 1 << 10 if sys.platform == "linux" else 1 << 20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    rows = int(sys.argv[1]) if sys.argv[1:] else ROWS
    with tempfile.TemporaryDirectory() as folder:
        # A process has the peak of the one that started it, so the files are written by another.
        itself("write", folder, str(rows))
        for path in sorted(Path(folder).iterdir()):
            print(path.name, end=": ", flush=True)
            itself("read", str(path))


def itself(*arguments: str) -> None:
    """Run this module with other arguments in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.table_rate", *arguments]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        read(sys.argv[2])
    elif sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
