"""Everything goes wrong at once, and still every message is sent exactly once, and told so."""

import json
import random
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.conftest import Run
from tests.messages.processes import CONTEXT, DROPS, GatewayProcess, start

SENDS = 200
RACERS = 200
KILLED = 40
TIMED = "timed"
ABREAST = 4


def campaigns(tmp_path: Path) -> dict[str, list[int]]:
    """The ids of the campaigns with each text."""
    found: dict[str, list[int]] = {}
    with closing(sqlite3.connect(tmp_path / "outside.db")) as db:
        for text, number in db.execute("SELECT message, id FROM campaigns"):
            found.setdefault(text, []).append(number)
    return found


def line(text: str, *options: str) -> list[str]:
    """A send with a key of its own."""
    given = ["--to", "+12025550123", "-m", text, "--once", text, "-o", "json"]
    return ["messages", "send", *given, *options]


def send(folder: Path, text: str, *options: str) -> tuple[int, Any]:
    """Exit code, and the campaign's id if it was printed."""
    code, out, errors = start(folder / text, *line(text, *options)).ended()
    assert "Traceback" not in errors
    return code, json.loads(out)["id"] if out else None


def ledger(run: Run) -> dict[str, tuple[str, int | None]]:
    """State and campaign of the last send with each key."""
    newest_first = run("sends list -o json").json
    return {each["key"]: (each["state"], each["campaign"]) for each in reversed(newest_first)}


def duration_of_a_send(home: Path) -> float:
    """Seconds that one send takes here."""
    start = time.monotonic()
    assert send(home, TIMED, "--settle", "1.5")[0] == 0
    return time.monotonic() - start


def test_every_exit_code_tells_the_truth_and_each_is_sent_once(
    run: Run, outside: GatewayProcess, tmp_path: Path, home: Path
) -> None:
    texts = [f"text {each}" for each in range(SENDS)]
    with ThreadPoolExecutor(ABREAST) as pool:
        tries = [pool.submit(send, home, each, "--settle", "0", "--retries", "2") for each in texts]
        for part in range(1, 4):
            while sum(each.done() for each in tries) < part * SENDS // 4:
                time.sleep(0.01)
            outside.restart()
        ends = dict(zip(texts, (each.result() for each in tries), strict=True))
    assert_truth(ends, campaigns(tmp_path), ledger(run))
    outside.kill()
    outside.start()  # from now on all is well
    run("sends settle --settle 0")
    for text, (code, number) in ends.items():
        if code:
            assert send(home, text, "--settle", "0")[0] == 0
        else:
            assert ledger_agrees(campaigns(tmp_path)[text], number)
    held = campaigns(tmp_path)
    assert held.keys() == set(texts)
    assert all(len(ids) == 1 for ids in held.values())
    assert ledger(run) == {text: ("accepted", ids[0]) for text, ids in held.items()}


def ledger_agrees(ids: list[int], number: int | None) -> bool:
    """Whether there is one campaign; it was printed, but where the server hid its id."""
    return len(ids) == 1 and number in (None, ids[0])


def assert_truth(
    ends: dict[str, tuple[int, Any]],
    held: dict[str, list[int]],
    noted: dict[str, tuple[str, int | None]],
) -> None:
    """0: sent once. 6: not sent. 8: nobody knows, at most once."""
    told = Counter(code for code, _ in ends.values())
    assert set(told) <= {0, 6, 8}
    assert told[0] > SENDS * 3 // 4
    for text, (code, number) in ends.items():
        ids = held.get(text, [])
        if code == 0:
            assert ledger_agrees(ids, number), text
        assert len(ids) <= (code != 6), text
        state = {0: "accepted", 6: "refused", 8: "unknown"}[code]
        assert noted[text][0] == state, text


def test_sends_killed_at_any_moment_go_out_once_when_run_again(
    run: Run, outside: GatewayProcess, tmp_path: Path, home: Path
) -> None:
    outside.kill()
    outside.start(*DROPS)
    texts = [f"text {each}" for each in range(KILLED)]
    dice = random.Random(5)
    whole = duration_of_a_send(home)  # so that a fast machine is killed in the midst as well
    moments = {text: [0.0, *(dice.uniform(0.0, whole) for _ in range(2))] for text in texts}
    kills = 0

    def insist(text: str) -> int:
        """Run it, killed at those moments, then until it is done."""
        nonlocal kills
        for place, moment in enumerate(moments[text]):
            running = start(home / f"{text} {place}", *line(text, "--settle", "1.5"))
            running.process.join(moment)
            running.process.kill()
            running.process.join()
            kills += not running.out.with_suffix(".code").exists()
        return send(home, text, "--settle", "1.5")[0]

    with ThreadPoolExecutor(ABREAST) as pool:
        assert set(pool.map(insist, texts)) == {0}
    assert kills
    held = campaigns(tmp_path)
    assert {text: len(ids) for text, ids in held.items()} == dict.fromkeys([TIMED, *texts], 1)
    assert ledger(run) == {text: ("accepted", ids[0]) for text, ids in held.items()}


def test_two_hundred_processes_racing_with_one_key_send_once(
    run: Run, outside: GatewayProcess, tmp_path: Path, home: Path
) -> None:
    outside.kill()
    outside.start()
    gate = CONTEXT.Event()
    racers = [start(home / str(each), *line("one"), gate=gate) for each in range(RACERS)]
    gate.set()
    ends = [racer.ended() for racer in racers]
    assert {code for code, _, _ in ends} == {0}, ends[0][2]
    assert {json.loads(out)["id"] for _, out, _ in ends} == {1}
    assert campaigns(tmp_path) == {"one": [1]}
    assert ledger(run) == {"one": ("accepted", 1)}
    left = [path.name for path in home.rglob("sends/*") if path.suffix == ".lock"]
    assert left == []
