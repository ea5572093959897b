"""Mailings that are killed, and run twice at once: each row gets its message exactly once."""

import csv
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from tests.messages.processes import CONTEXT, GatewayProcess, Started, start

ROWS, TEXTS = 400, 300  # so that some rows share a text
KILLS = 10
MENDED = 120  # rows
MOST_RUNS = 20
RUNS_END_IN = {0, 2, 7, 8}
SETTLE = "1.5"


def file_of(home: Path, rows: Iterable[int], name: str = "codes.csv") -> Path:
    """A row each, with a number of its own."""
    path = home / name
    lines = [f"+1202{2_000_000 + row},{row % TEXTS}" for row in rows]
    path.write_text("\n".join(["phone,code", *lines]) + "\n")
    return path


def line(file: Path, *options: str) -> list[str]:
    given = ["--csv", str(file), "-m", "Code {code}", "--settle", SETTLE, "--ask-above", "9999"]
    return ["messages", "send", *given, *options]


def held(tmp_path: Path, table: str) -> int:
    with closing(sqlite3.connect(tmp_path / "outside.db")) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def messages(tmp_path: Path) -> Counter[tuple[str, str]]:
    """How often each number got each text."""
    with closing(sqlite3.connect(tmp_path / "outside.db")) as db:
        return Counter(db.execute("SELECT to_number, content FROM messages").fetchall())


def each_once(tmp_path: Path, rows: Iterable[int]) -> bool:
    wanted = {(f"+1202{2_000_000 + row}", f"Code {row % TEXTS}"): 1 for row in rows}
    return messages(tmp_path) == wanted


def assert_results_are_true(tmp_path: Path, file: Path) -> None:
    """Accepted: there, in that campaign. Refused, not sent: not there. Unknown: at most once."""
    got = messages(tmp_path)
    with closing(sqlite3.connect(tmp_path / "outside.db")) as db:
        texts = dict(db.execute("SELECT id, message FROM campaigns").fetchall())
    with Path(f"{file}.results.csv").open() as results:
        for row in csv.DictReader(results):
            count = got[row["phone"], f"Code {row['code']}"]
            status, campaign = row["status"], row["campaign"]
            assert status in ("accepted", "refused", "unknown", "not sent"), row
            assert count in {"accepted": (1,), "unknown": (0, 1)}.get(status, (0,)), row
            assert not campaign or texts[int(campaign)] == f"Code {row['code']}", row


def ended(started: Started, tmp_path: Path, file: Path) -> int:
    """The exit code of a mailing, after a look at what it said of its rows."""
    code, _, errors = started.ended()
    assert "Traceback" not in errors
    assert code in RUNS_END_IN, errors
    if code != 2:
        assert_results_are_true(tmp_path, file)
    return code


def run_until_done(home: Path, tmp_path: Path, file: Path, *options: str) -> None:
    for place in range(MOST_RUNS):
        if ended(start(home / f"last {place}", *line(file, *options)), tmp_path, file) == 0:
            return
    pytest.fail("it never came to an end")


def kill_when(started: Started, tmp_path: Path, campaigns: int, delay: float) -> bool:
    """Kill it so long after there are so many campaigns, and whether it was not over by then."""
    while held(tmp_path, "campaigns") < campaigns and started.process.is_alive():
        time.sleep(0.002)
    started.process.join(delay)
    started.process.kill()
    started.process.join()
    return not started.out.with_suffix(".code").exists()


@pytest.mark.parametrize(("seed", "options"), [(2, ("--once", "codes")), (3, ("--workers", "2"))])
def test_a_mailing_killed_ten_times_sends_each_row_once(
    outside: GatewayProcess, tmp_path: Path, home: Path, seed: int, options: tuple[str, ...]
) -> None:
    file = file_of(home, range(ROWS))
    dice = random.Random(seed)
    # Some kills come before anything is sent, or while it is found out what became of the last.
    moments = sorted(dice.sample(range(TEXTS * 9 // 10), KILLS - 3)) + [0] * 3
    dice.shuffle(moments)
    kills = 0
    for place, moment in enumerate(moments):
        started = start(home / f"killed {place}", *line(file, *options))
        kills += kill_when(started, tmp_path, moment, dice.uniform(0.0, 0.4))
    assert kills > KILLS // 2
    run_until_done(home, tmp_path, file, *options)
    assert each_once(tmp_path, range(ROWS))


def test_a_mailing_that_is_killed_and_mended_in_place_sends_each_row_once(
    outside: GatewayProcess, tmp_path: Path, home: Path
) -> None:
    file = file_of(home, range(MENDED))
    whole = file.read_text()
    file.write_text(whole.replace("+12022000007", "+1202200000"))
    options = ("--skip-bad", "--workers", "2")
    for moment in (20, 60):
        started = start(home / f"killed {moment}", *line(file, *options))
        assert kill_when(started, tmp_path, moment, 0.1)
    file.write_text(whole)
    run_until_done(home, tmp_path, file, *options)
    assert each_once(tmp_path, range(MENDED))


def test_two_processes_with_the_same_mailing_send_each_row_once(
    outside: GatewayProcess, tmp_path: Path, home: Path
) -> None:
    file = file_of(home, range(ROWS))
    for place in range(MOST_RUNS):
        gate = CONTEXT.Event()
        both = [start(home / f"{place} {each}", *line(file), gate=gate) for each in "ab"]
        gate.set()
        codes = {ended(started, tmp_path, file) for started in both}
        if 0 in codes:
            break
    assert codes == {0, 2}  # the other one was refused, as this one was under way
    assert each_once(tmp_path, range(ROWS))


def test_two_files_with_rows_in_common_under_one_key_send_each_row_once(
    outside: GatewayProcess, tmp_path: Path, home: Path
) -> None:
    parts = {"a": range(250), "b": range(150, ROWS)}
    files = {name: file_of(home, rows, f"{name}.csv") for name, rows in parts.items()}
    left = set(files)
    for place in range(MOST_RUNS):
        gate = CONTEXT.Event()
        options = ("--once", "codes")
        both = {
            name: start(home / f"{place} {name}", *line(files[name], *options), gate=gate)
            for name in sorted(left)
        }
        gate.set()
        left = {name for name, each in both.items() if ended(each, tmp_path, files[name])}
        if not left:
            break
    assert not left
    assert each_once(tmp_path, range(ROWS))
