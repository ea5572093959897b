"""Kills a mailing of different texts at random moments and resumes it: what was lost and doubled.

The server answers at once, and remembers what it was sent. A line a run: until it was killed, or
had sent all. Usage: python -m tests.benchmarks.mailing_kills [ROWS [KILLS [SEED]]]
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from tests.benchmarks.import_rate import Gateway
from tests.benchmarks.mailing_rate import FIRST, server, written

DEFAULTS = (50_000, 10, 1)  # rows, kills, seed
POLL = 0.05  # seconds
PER_PAGE = 100
COUNTS = "/counts"
PAGE = re.compile(rb"[?&]page=(\d+)")
NAMES: list[str] = []  # of the campaigns, in the server's process
TIMES: Counter[int] = Counter()  # how often each row came
COUNTED: Counter[str] = Counter(posts=0, gets=0, rows=0, doubled=0)


class Remembering(Gateway):
    """Counts what it is sent, and lists the campaigns, newest first."""

    def said(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        path = head.split(b" ", 2)[1]
        if path == COUNTS.encode():
            return b"200 OK", json.dumps(COUNTED).encode()
        COUNTED["posts" if body else "gets"] += 1
        if body:
            return b"201 Created", _sent(body)
        return (b"200 OK", _page(path)) if b"/campaigns" in path else super().said(head, body)


def _sent(body: bytes) -> bytes:
    request = json.loads(body)
    for number in request["mobile_numbers"]:
        row = int(number.removeprefix("+1202")) - FIRST
        assert request["message"] == f"Code {row}"
        TIMES[row] += 1
        COUNTED["rows" if TIMES[row] == 1 else "doubled"] += 1
    NAMES.append(request["name"])
    return json.dumps({"id": len(NAMES), "name": request["name"], "type": "SMS"}).encode()


def _page(path: bytes) -> bytes:
    found, total = PAGE.search(path), len(NAMES)
    number = int(found[1]) if found else 1
    newest, last = total - (number - 1) * PER_PAGE, max(1, -(-total // PER_PAGE))
    meta = {"current_page": number, "last_page": last, "total": total, "per_page": PER_PAGE}
    data = [
        {"id": each, "name": NAMES[each - 1], "type": "SMS", "status": "Completed"}
        for each in range(newest, max(newest - PER_PAGE, 0), -1)
    ]
    return json.dumps({"data": data, "links": {}, "meta": meta}).encode()


def counted(url: str) -> dict[str, int]:
    with urllib.request.urlopen(url + COUNTS) as answer:
        found: dict[str, int] = json.load(answer)
    return found


def run(line: list[str], url: str, most: int) -> int:
    """Run it until the server got so many requests; prints what that took, returns the code."""
    before, began, first = counted(url), time.monotonic(), 0.0
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        posts = counted(url)["posts"]
        first = first or (time.monotonic() - began) * (posts > before["posts"])
        if posts >= most:
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(POLL)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    after, usage = counted(url), ended[2]
    print(
        f"| {process.returncode} | {after['posts'] - before['posts']:,} "
        f"| {after['gets'] - before['gets']:,} | {first:.1f} | {time.monotonic() - began:.1f} "
        f"| {usage.ru_utime + usage.ru_stime:.1f} | {usage.ru_maxrss / 1024:.1f} |",
        flush=True,
    )
    return process.returncode


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    rows, kills, seed = *given, *DEFAULTS[len(given) :]
    moments = sorted(random.Random(seed).sample(range(1, rows), kills))
    print("| exit code | sends | reads | s until the first send | s | s of CPU | MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name, server(0.0, Remembering) as url:
        os.environ |= {"SMSGW_SERVER": url, "SMSGW_TOKEN": "t", "XDG_STATE_HOME": name}
        file = written(Path(name) / "codes.csv", rows)
        line = [
            *(sys.executable, "-m", "smsgw_cli", "messages", "send", "--csv", str(file), "-q"),
            *("-m", "Code {code}", "--yes", "--workers", "32", "--settle", "2"),
        ]
        for most in moments:
            run(line, url, most)
        while run(line, url, 2 * rows):
            pass
        found = counted(url)
    print(f"{rows:,} rows: {rows - found['rows']} lost, {found['doubled']} doubled")


if __name__ == "__main__":
    main()
