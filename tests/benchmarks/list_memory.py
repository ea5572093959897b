"""Prints the time and peak memory for printing a list of 1,000,000 messages.

Memory is the peak of resident memory of
the process `smsgw`. Usage: python -m tests.benchmarks.list_memory [MESSAGES]
"""

import json
import sys

from tests.benchmarks.measured import measured
from tests.benchmarks.pageserver import pages

MESSAGES = 1_000_000
MOST_MEBIBYTES = 80

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


def measure(format: str, server: dict[str, str]) -> None:
    found = measured(["messages", "list", "-o", format], server)
    rows = found.lines - (format == "csv")
    verdict = "" if found.mebibytes < MOST_MEBIBYTES else ": TOO MUCH"
    print(f"{format}: {rows:,} rows in {found}{verdict}")


def main() -> None:
    total = int(sys.argv[1]) if sys.argv[1:] else MESSAGES
    with pages(total, MESSAGE) as server:
        for format in ("ndjson", "csv"):
            measure(format, server)


if __name__ == "__main__":
    main()
