"""Prints the time and peak memory for reading a list of 1,000,000 messages or contacts.

Memory is the peak of resident memory of the process `smsgw`. An import is of one row. Usage:
python -m tests.benchmarks.list_memory [RECORDS]
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measured import measured
from tests.benchmarks.pageserver import pages
from tests.benchmarks.sync_memory import CONTACT

RECORDS = 1_000_000
MOST_MEBIBYTES = 64
OF_MESSAGES = (
    "messages list -o json",
    "messages list -o ndjson",
    "messages list -o csv",
    "campaigns report 1",
    "messages tail --no-follow",
)
OF_CONTACTS = ("contacts import 1 {file} --dry-run", "messages preview --list 1 -m Hi")

MESSAGE = json.dumps(
    {
        "id": "ID",
        "from": "+12025550101",
        "to": "+12025550123",
        "content": "Dear Ann, your order is ready, and waits for you until Saturday: ขอบคุณ 🙏",
        "type": "SMS",
        "attachments": [],
        "status": "Delivered",
        "response": [],
        "messenger": "Sim #1",
        "sent_at": "2025-09-07T08:20:33.000000Z",
        "delivered_at": "2025-09-07T08:20:39.000000Z",
    }
).replace('"ID"', "%d")


def measure(line: str, server: dict[str, str]) -> None:
    found = measured(line.split(), server)
    verdict = "" if found.mebibytes < MOST_MEBIBYTES else ": TOO MUCH"
    print(f"{line}: {found.lines:,} lines in {found}{verdict}", flush=True)


def main() -> None:
    total = int(sys.argv[1]) if sys.argv[1:] else RECORDS
    with tempfile.TemporaryDirectory() as state:
        file = Path(state) / "people.csv"
        file.write_text("phone\n+14045550123\n")
        for lines, record in ((OF_MESSAGES, MESSAGE), (OF_CONTACTS, CONTACT)):
            with pages(total, record) as server:
                for line in lines:
                    measure(line.format(file=file), {**server, "XDG_STATE_HOME": state})


if __name__ == "__main__":
    main()
