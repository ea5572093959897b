"""Prints how much of a server's rate limit an import uses, and how many 429 it gets.

The sandbox with 600 requests a minute, counted as Laravel counts: in windows that begin with
their first request. Takes two minutes. Usage: python -m tests.benchmarks.limited_rate [ROWS]
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from smsgw_cli.sandbox.server import Gateway, Settings
from tests.benchmarks.import_rate import imported

PER_MINUTE = 600
ROWS = 1_795  # with the requests around them three windows, used up


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(db=folder / "gateway.db", rate_limit=PER_MINUTE)
        with Gateway(settings) as gateway:
            log = gateway._states.main.log
            log.most = log.most_bytes = sys.maxsize
            gateway.store.insert("contact_lists", {"name": "People", "created_at": 0})
            started = time.monotonic()
            imported(gateway.url, gateway.token, rows, folder, 16)
            seconds = time.monotonic() - started
            answers = Counter(status for _, _, status in gateway.requests)
    taken = sum(answers.values()) - answers[429]
    best = (taken - 1) // PER_MINUTE * 60.0
    print(f"{rows:,} rows, {PER_MINUTE} requests a minute: {seconds:.1f} s, start-up included")
    print(
        f"  {taken:,} requests taken; the limit allows that in {best:.0f} s: {best / seconds:.1%}"
    )
    print(f"  {answers[429]} answers of 429, {answers[429] * 60 / seconds:.2f} a minute")


if __name__ == "__main__":
    main()
