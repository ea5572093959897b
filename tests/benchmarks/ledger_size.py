"""Prints what a send and a list take with a ledger of many sends, and with an empty one.

In turn, against a sandbox. Usage: python -m tests.benchmarks.ledger_size [SENDS [ROUNDS]]
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from smsgw_cli.messages import ledger_writes
from smsgw_cli.messages.ledger import Ledger, path_for
from smsgw_cli.messages.ledger_entry import ACCEPTED
from smsgw_cli.messages.ledger_writes import EndedSend, NewSend
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.sandbox.server import Gateway, Settings
from smsgw_cli.storage.batches import batched
from tests.benchmarks.measured import measured

DEFAULTS = (1_000_000, 15)  # sends, rounds
LINES = {
    "send --once": "messages send --to +12025550123 -m Hi --once key{}",
    "sends list --limit 5": "sends list --limit 5",
}


def fill(path: Path, sends: int) -> None:
    """Write so many sends of a mailing, each with a text of its own."""
    book = Ledger(path)
    for part in batched(range(sends), 10_000):
        new = [
            NewSend(
                MESSAGES,
                {
                    "name": f"smsgw-{each:010}",
                    "mobile_numbers": [f"+1202{2_000_000 + each}"],
                    "message": f"Your parcel {each} comes on Monday between 8 and 12.",
                },
                f"mailing 1/{each * 0x9E3779B97F4A7C15 % (1 << 64):016x}",
                is_unique=True,
            )
            for each in part
        ]
        with book.writing() as db:
            numbers = ledger_writes.begin(db, new, lock="mailing-1")
            campaign = {"name": "smsgw-", "status": "Queued", "type": "SMS", "options": {}}
            known = [each for each in numbers if each is not None]
            ended = (EndedSend(each, ACCEPTED, {"id": each, **campaign}) for each in known)
            ledger_writes.finish(db, ended)
    book.close()


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    sends, rounds = *given, *DEFAULTS[len(given) :]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Gateway(Settings(db=folder / "gateway.db")) as gateway:
            os.environ["XDG_STATE_HOME"] = str(folder / "full")
            started = time.monotonic()
            path = path_for(gateway.url)
            fill(path, sends)
            size = path.stat().st_size / sends
            print(f"{sends:,} sends in {time.monotonic() - started:.0f} s, {size:.0f} bytes each")
            server = {"SMSGW_SERVER": gateway.url, "SMSGW_TOKEN": gateway.token}
            for what, line in LINES.items():
                taken: dict[str, list[float]] = {"empty": [], "full": []}
                for place in range(rounds + 1):  # the first one compiles and reads from disk
                    for state, seconds in taken.items():
                        environment = {**server, "XDG_STATE_HOME": str(folder / state)}
                        found = measured(line.format(place).split(), environment)
                        assert found.code == 0
                        seconds += [found.seconds] * (place > 0)
                full, empty = median(taken["full"]), median(taken["empty"])
                print(f"{what}: {full * 1000:.0f} ms, {full / empty:.2f} times an empty ledger")
        shutil.rmtree(folder / "full")


if __name__ == "__main__":
    main()
