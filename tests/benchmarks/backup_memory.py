"""Prints the time and peak memory of a backup of a list of 999,999 contacts, and of its reading.

Memory is the peak resident memory of the process `smsgw`. The backup is written to a folder and to
an archive, and read by a dry run, for which the server's list has the same contacts. Usage: python
-m tests.benchmarks.backup_memory [CONTACTS]
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measured import measured
from tests.benchmarks.pageserver import pages
from tests.benchmarks.sync_memory import CONTACT, ROWS

MOST_MEBIBYTES = 150


def measure(line: str, server: dict[str, str]) -> None:
    found = measured(line.split(), server)
    verdict = "" if found.mebibytes < MOST_MEBIBYTES else ": TOO MUCH"
    print(f"{line.split()[1]}: {found}{verdict}")


def main() -> None:
    contacts = int(sys.argv[1]) if sys.argv[1:] else ROWS
    with tempfile.TemporaryDirectory() as name, pages(contacts, CONTACT) as server:
        folder = Path(name) / "backup"
        measure(f"backup create {folder} --list 1", server)
        measure("backup create - --list 1", server)
        measure(f"backup restore {folder} --dry-run", server)


if __name__ == "__main__":
    main()
