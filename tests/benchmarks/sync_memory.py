"""Prints the time and peak memory for comparing 999,999 rows with a list of that length.

One row in ten is new, one contact in ten is missing from the file, and half of the others have
a different name. Memory is the peak resident memory of the process `smsgw`, without the
comparison's temporary file. Usage: python -m tests.benchmarks.sync_memory [ROWS]
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measured import measured
from tests.benchmarks.pageserver import pages

ROWS = 999_999  # ids of six digits
MOST_MEBIBYTES = 150
CONTACT = (
    '{"id":%d,"mobile_number":"+12022%06d","subscribed":true,"first_name":"Ann",'
    '"company":"Example","city":"Oslo","zip":"0150","email":"ann@example.com"}'
)


def write(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.write("phone,first_name,company,city,zip,email\n")
        for each in range(1, rows + 1):
            area = 404 if each % 10 == 0 else 202
            name = "Ann" if each % 2 else "Bea"
            file.write(f"+1{area}{2_000_000 + each},{name},Example,Oslo,0150,ann@example.com\n")


def measure(file: Path, server: dict[str, str]) -> None:
    options = ["--dry-run", "--max-delete", "100%", "-o", "csv"]
    found = measured(["contacts", "sync", "1", str(file), *options], server)
    verdict = "" if found.mebibytes < MOST_MEBIBYTES else ": TOO MUCH"
    print(f"{found.lines - 1:,} values change: {found}{verdict}")


def main() -> None:
    rows = int(sys.argv[1]) if sys.argv[1:] else ROWS
    with tempfile.TemporaryDirectory() as folder, pages(rows, CONTACT) as server:
        file = Path(folder) / "people.csv"
        write(file, rows)
        measure(file, server)


if __name__ == "__main__":
    main()
