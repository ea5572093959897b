"""Prints how fast a list of 1,000,000 messages is printed, and in how much memory.

Memory is the peak of resident memory of
the process `smsgw`. Usage: python -m tests.benchmarks.list_memory [MESSAGES]
"""

import json
import os
import subprocess
import sys
import time

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
    command = [sys.executable, "-m", "smsgw_cli", "messages", "list", "-o", format]
    started = time.monotonic()
    lines = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **server}) as smsgw:
        assert smsgw.stdout
        while chunk := os.read(smsgw.stdout.fileno(), 1 << 20):
            lines += chunk.count(b"\n")
        _, status, usage = os.wait4(smsgw.pid, 0)
        smsgw.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss / (1 << 10 if sys.platform == "linux" else 1 << 20)
    rows = lines - (format == "csv")
    print(
        f"{format}: {rows:,} rows in {time.monotonic() - started:.1f} s "
        f"({usage.ru_utime + usage.ru_stime:.1f} s of CPU), at most {peak:.1f} MiB, "
        f"exit code {smsgw.returncode}{'' if peak < MOST_MEBIBYTES else ': TOO MUCH'}"
    )


def main() -> None:
    total = int(sys.argv[1]) if sys.argv[1:] else MESSAGES
    with pages(total, MESSAGE) as server:
        for format in ("ndjson", "csv"):
            measure(format, server)


if __name__ == "__main__":
    main()
