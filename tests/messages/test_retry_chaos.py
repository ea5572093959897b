"""Retries amid drops, errors, kills and late reports: each recipient is sent to once more."""

import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.conftest import Run
from tests.messages.processes import DROPS, ERRORS, GatewayProcess, start

AREAS = (201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218)
NUMBERS = [f"+1{area}5550199" for area in AREAS]
ROUNDS, AT_ONCE = 4, 3
RETRY = ("campaigns", "retry", "1", "--yes", "--set", "settle=1.5", "--retries", "2")


def set_outcome(db: Path, outcome: str, numbers: list[str]) -> None:
    """What became of the messages of campaign 1 to these numbers."""
    with closing(sqlite3.connect(db, timeout=30)) as connection, connection:
        connection.executemany(
            "UPDATE messages SET outcome = ? WHERE to_number = ? AND campaign_id = 1",
            [(outcome, number) for number in numbers],
        )


def sent_again(db: Path) -> Counter[str]:
    with closing(sqlite3.connect(db, timeout=30)) as connection:
        query = "SELECT to_number FROM messages WHERE campaign_id > 1"
        return Counter(number for (number,) in connection.execute(query))


def test_late_reports_and_kills_send_to_nobody_twice(
    run: Run, outside: GatewayProcess, tmp_path: Path, home: Path
) -> None:
    db, dice = tmp_path / "outside.db", random.Random(7)
    outside.kill()
    outside.start()
    run(f"messages send --to {','.join(NUMBERS)} -m Hello")
    run("campaigns watch 1 --max-failed 100%")
    set_outcome(db, "Delivered", NUMBERS)
    for turn in range(ROUNDS):
        set_outcome(db, "Failed", NUMBERS[: (turn + 1) * len(NUMBERS) // ROUNDS])
        outside.kill()
        outside.start(*DROPS, *ERRORS)
        racers = [start(home / f"{turn} {each}", *RETRY) for each in range(AT_ONCE)]
        racers[0].process.join(dice.uniform(0.0, 1.5))
        racers[0].process.kill()
        for racer in racers:
            racer.process.join()
        outside.kill()
        outside.start()
        code, out, errors = start(home / f"{turn} last", *RETRY).ended()
        assert code == 0, out + errors
        assert set(sent_again(db)) == set(NUMBERS[: (turn + 1) * len(NUMBERS) // ROUNDS])
    assert set(sent_again(db).values()) == {1}
