"""Everything goes wrong at once, and still every row is on the list exactly once."""

import random
import signal
import time
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway, Settings
from tests.contacts.conftest import Import, answers, each_once, file_of, on_list

ROWS = 5_000
KILLS = 10
CONTACTS = "POST /contact-lists/*/contacts"


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:  # type: ignore[misc]
    settings = Settings(db=tmp_path / "gateway.db", speed=1_000.0, rate_limit=100_000)
    with Gateway(settings) as running:
        yield running


def test_every_row_arrives_once_though_the_importer_is_killed_ten_times(
    people: Gateway, home: Path, importer: Import
) -> None:
    for fault in ("drop-before", "drop-after"):
        people.faults.add(f"{fault} {CONTACTS} rate=2%")
    for status, rate in ((500, 2), (502, 1), (503, 1), (504, 1)):
        people.faults.add(f"{status} {CONTACTS} rate={rate}%")
    file = file_of(home, ROWS)
    dice = random.Random(4)
    for row in sorted(dice.sample(range(1, ROWS * 9 // 10), KILLS)):
        kill_when(people, importer, file, row, settle=dice.choice(["0", "0.3"]))
    with importer(file, "--settle", "0.3", "-o", "json") as last:
        told, errors = last.communicate(timeout=60)
    assert last.returncode == 0, errors
    assert f'"created": {ROWS}' in told
    assert each_once(people, ROWS)
    # The list refuses a number it has: not one such refusal says that nothing was sent twice.
    assert answers(people)[422] == 0


def kill_when(people: Gateway, importer: Import, file: Path, rows: int, settle: str) -> None:
    """Start the importer, and kill it when so many rows are on the list."""
    with importer(file, "--settle", settle) as running:
        while on_list(people) < rows and running.poll() is None:
            time.sleep(0.002)
        assert running.poll() is None, running.communicate()
        running.send_signal(signal.SIGKILL)
