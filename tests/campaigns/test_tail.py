"""Tail tells each new message once: in bursts, late, with older dates, across runs and kills."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.api.paging import Page
from smsgw_cli.api.parallel_pages import ParallelReader
from smsgw_cli.campaigns import cursor as cursors
from smsgw_cli.campaigns.follow import SLOWEST, follow
from smsgw_cli.campaigns.tail import FULL_SCAN_EVERY, Tail
from smsgw_cli.errors import Unavailable, Usage
from smsgw_cli.sandbox import instants
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.store import Store
from smsgw_cli.sms.durations import duration
from smsgw_cli.sms.times import past
from tests.api.in_order import reading
from tests.conftest import Run
from tests.output.terminal import on_terminal

NOON = datetime(2030, 6, 3, 12, tzinfo=UTC)
PER_PAGE = 10


def receive(gateway: Gateway, *texts: str, ago: list[float] | None = None) -> None:
    """Make messages arrive that were sent so many seconds ago, in one transaction."""
    now = instants.from_datetime(datetime.now(UTC))
    moments = ("sent_at", "queued_at", "processed_at", "transmitted_at", "done_at")
    with closing(Store(gateway.settings.db)) as store, store.writing():
        for text, seconds in zip(texts, ago or [0.0] * len(texts), strict=True):
            message = {
                "sim_id": 1, "from_number": "+12025550188", "to_number": "+12025550141",
                "content": text, "type": "SMS", "attachments": "[]", "outcome": "Received",
                **dict.fromkeys(moments, now - int(seconds * 1000)),
            }  # fmt: skip
            store.insert("messages", message)


@contextmanager
def tailing(*options: str) -> Iterator[subprocess.Popen[str]]:
    """`messages tail -o ndjson` as a process, which is ended with the block."""
    line = [sys.executable, "-m", "smsgw_cli", "messages", "tail", "-o", "ndjson", *options]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str], count: int) -> list[str]:
    """The contents of the next so many lines."""
    assert process.stdout
    return [json.loads(process.stdout.readline())["content"] for _ in range(count)]


def test_each_of_2000_messages_in_bursts_with_shuffled_times_is_told_once(server: Gateway) -> None:
    dice = random.Random(5)
    texts = [f"reply {number}" for number in range(2_000)]
    receive(server, "before the tail began", ago=[40])
    with tailing("--status", "Received", "--since", "20h", "--interval", "1") as tail:
        seen = told(tail, 1)
        for start in range(0, 2_000, 500):
            burst = texts[start : start + 500]
            receive(server, *burst, ago=[dice.uniform(0, 70_000) for _ in burst])
            seen += told(tail, 500)
        receive(server, "the last one")
        seen += told(tail, 1)
        tail.send_signal(signal.SIGINT)
        rest, _ = tail.communicate()
    assert rest == ""
    assert tail.returncode == 130
    assert sorted(seen) == sorted(["before the tail began", *texts, "the last one"])


def test_without_since_only_what_comes_from_now_on_is_new(run: Run, server: Gateway) -> None:
    receive(server, "old")
    line = "messages tail --cursor c --no-follow -o json"
    assert run(line).json == []
    receive(server, "late", "new", ago=[3600, 0])
    assert [each["content"] for each in run(line).json] == ["late", "new"]
    assert run(line).json == []


def test_a_cursor_goes_on_where_the_last_run_ended(run: Run, server: Gateway) -> None:
    line = "messages tail --status Received --cursor c --no-follow --since 1d -o ndjson"
    seen = []
    for turn in range(4):
        receive(server, *(f"{turn}.{n}" for n in range(30)), ago=[60.0 * n for n in range(30)])
        seen += [json.loads(each)["content"] for each in run(line).stdout.splitlines()]
    assert sorted(seen) == sorted(f"{turn}.{n}" for turn in range(4) for n in range(30))
    assert seen[0] == "0.29", "oldest first"


def test_a_run_that_is_killed_repeats_at_most_the_line_it_was_at(server: Gateway) -> None:
    # More than a pipe holds, so that it is killed while it writes.
    texts = [f"reply {number}" for number in range(1_500)]
    receive(server, *texts, ago=[1_500.0 - n for n in range(1_500)])
    options = ("--cursor", "c", "--since", "1d", "--no-follow")
    seen: list[str] = []
    for _ in range(3):
        with tailing(*options) as tail:
            assert tail.stdout
            lines = list(islice(tail.stdout, 50))
            tail.kill()
            lines += tail.stdout  # what it had written when it was killed counts
            seen += [json.loads(line)["content"] for line in lines]
    with tailing(*options) as tail:
        seen += [json.loads(line)["content"] for line in tail.communicate()[0].splitlines()]
    assert set(seen) == set(texts)
    assert len(seen) - len(texts) <= 3


def test_a_reader_that_has_enough_loses_nothing_for_the_next_run(server: Gateway) -> None:
    receive(server, *(f"reply {n}" for n in range(20)), ago=[100.0 - n for n in range(20)])
    with tailing("--cursor", "c", "--since", "1d", "--interval", "1") as tail:
        first = told(tail, 20)
        assert tail.stdout
        tail.stdout.close()
        receive(server, "nobody reads this")
        assert tail.wait(timeout=30) == 141
        assert tail.stderr
        assert tail.stderr.read() == ""
    with tailing("--cursor", "c", "--no-follow") as tail:
        assert told(tail, 1) == ["nobody reads this"]
    assert len(set(first)) == 20


def test_a_message_that_comes_to_the_status_later_is_told_then(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123,+12025550124 -m Hi --delivery-report")
    far = 4_102_444_800_000
    with server.store.writing():
        server.store.connection.execute("UPDATE messages SET done_at = ? WHERE id = 1", (far,))
    line = "messages tail --status Delivered --cursor c --no-follow --since 1d -o json"
    assert [each["id"] for each in run(line).json] == [2]
    with server.store.writing():
        server.store.connection.execute("UPDATE messages SET done_at = sent_at WHERE id = 1")
    assert [each["id"] for each in run(line).json] == [1]


def test_two_runs_with_one_cursor_do_not_get_in_each_others_way(run: Run, server: Gateway) -> None:
    receive(server, "one")
    with tailing("--cursor", "c", "--since", "1h") as tail:
        assert told(tail, 1) == ["one"]
        second = run("messages tail --cursor c --no-follow -o json")
    assert (second.stdout, second.exit_code) == ("", 0)
    assert "another run is using this cursor" in second.stderr


def test_a_cursor_is_for_one_choice_of_messages_and_private(
    run: Run, server: Gateway, home: Path
) -> None:
    run("messages tail --cursor c --no-follow")
    assert (home / "c").stat().st_mode & 0o777 == 0o600
    refused = run("messages tail --cursor c --no-follow --status Received", code=2)
    assert "is a cursor for" in refused.stderr


def test_a_file_that_is_no_cursor_is_left_alone(run: Run, server: Gateway, home: Path) -> None:
    (home / "letter.txt").write_text("Dear Sir or Madam, " * 100)
    refused = run("messages tail --cursor letter.txt --no-follow", code=2)
    assert "cannot be used: file is not a database" in refused.stderr
    assert "use a file that does not exist yet" in refused.stderr
    assert (home / "letter.txt").read_text() == "Dear Sir or Madam, " * 100


def test_another_programs_database_is_left_alone(run: Run, server: Gateway, home: Path) -> None:
    with closing(sqlite3.connect(home / "history.db")) as db:
        db.execute("CREATE TABLE urls (url TEXT)")
    before = (home / "history.db").read_bytes()
    run("messages tail --cursor history.db --no-follow", code=2)
    assert (home / "history.db").read_bytes() == before


@pytest.mark.parametrize("options", ["--interval 0", "--since yesterdayish", "--cursor ''",
                                     "--look-back long", "--query '[0]' --no-follow"])  # fmt: skip
def test_what_makes_no_sense_is_refused(run: Run, server: Gateway, options: str) -> None:
    run(f"messages tail {options}", code=2)


def test_a_run_without_following_fails_if_the_server_does_and_forgets_nothing(
    run: Run, server: Gateway
) -> None:
    line = "messages tail --cursor c --no-follow --since 1d --retries 0 -o ndjson"
    receive(server, "one")
    run(line)
    receive(server, "two")
    server.faults.add("503 GET /messages times=1")
    run(line, code=6)
    assert json.loads(run(line).stdout)["content"] == "two"


def test_a_terminal_gets_lines_that_do_nothing(server: Gateway) -> None:
    receive(server, "\x1b]0;owned\x07[red]x[/red]", "two\nlines", ago=[2, 1])
    shown = on_terminal("messages tail --since 1h --no-follow").shown
    first, second = (line for line in shown.splitlines() if "+12025550188" in line)
    assert first.endswith(r"\x1b]0;owned\x07[red]x[/red]")
    assert second.endswith(r"two\nlines")
    assert "\x1b" not in shown


# What follows looks at the reading itself, against a list that changes as a test wants it.


class List:
    """Messages of a server: pages of them, sorted by date, the newest first."""

    def __init__(self) -> None:
        self.messages: dict[int, dict[str, Any]] = {}
        self.next_id = 1
        self.asked = 0
        self.down = False
        self.days_begin = timedelta()

    def arrive(self, *ages: float) -> None:
        """Messages that were sent so many hours ago."""
        for age in ages:
            sent = (NOON - timedelta(hours=age)).isoformat().replace("+00:00", ".000000Z")
            self.messages[self.next_id] = {"id": self.next_id, "sent_at": sent}
            self.next_id += 1

    def page(self, path: str, query: Any = None, number: int = 1) -> Page:
        if self.down:
            raise Unavailable("down")
        self.asked += 1
        first = datetime.fromisoformat(f"{query['after']}T00:00:00+00:00") + self.days_begin
        listed = [
            each
            for each in self.messages.values()
            if datetime.fromisoformat(each["sent_at"]) >= first
        ]
        listed.sort(key=lambda each: (each["sent_at"], each["id"]), reverse=True)
        start = (number - 1) * PER_PAGE
        last = max(1, -(-len(listed) // PER_PAGE))
        return Page(listed[start : start + PER_PAGE], last, len(listed))

    def reading(self, path: str, query: Any = None) -> ParallelReader:
        return reading(lambda number: self.page(path, query, number))

    def pages(self, path: str, query: Any = None) -> Iterator[dict[str, Any]]:
        number, page = 1, self.page(path, query)
        yield from page.records
        while number < page.last:
            number += 1
            page = self.page(path, query, number)
            yield from page.records


class Time:
    """The time of day, and a sleep that makes it pass."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@contextmanager
def tail_of(
    listing: List, time: Time, path: Path | None = None, days: int = 1, **settings: Any
) -> Iterator[Tail]:
    with cursors.opened(path, "test", lambda: None) as cursor:
        assert cursor
        yield Tail(listing, cursor, {}, now=time, look_back=timedelta(days=days), **settings)


def ids(tail: Tail) -> list[int]:
    return [record["id"] for record in tail.new_messages()]


def test_one_request_is_enough_while_nothing_comes_or_what_comes_is_young() -> None:
    listing, time = List(), Time()
    listing.arrive(*range(1, 20))
    with tail_of(listing, time) as tail:
        assert ids(tail) == []
        before = listing.asked
        assert ids(tail) == []
        listing.arrive(0, 0.5)
        assert ids(tail) == [21, 20]
        assert listing.asked == before + 2


def test_a_late_one_deep_in_the_list_is_found_by_the_count() -> None:
    listing, time = List(), Time()
    listing.arrive(*[each / 10 for each in range(200)])
    with tail_of(listing, time) as tail:
        ids(tail)
        listing.arrive(19.95, 11.11)
        assert ids(tail) == [201, 202]


def test_a_late_one_that_hides_behind_a_deleted_one_is_found_with_the_next_whole_reading() -> None:
    listing, time = List(), Time()
    listing.arrive(*[each / 10 for each in range(200)])
    with tail_of(listing, time) as tail:
        ids(tail)
        del listing.messages[100]
        listing.arrive(15)
        assert ids(tail) == []
        time.sleep(FULL_SCAN_EVERY)
        assert ids(tail) == [201]


def test_what_is_older_than_is_looked_back_to_is_let_go_and_never_told_again() -> None:
    listing, time = List(), Time()
    listing.arrive(*range(20))
    with tail_of(listing, time) as tail:
        ids(tail)
        for _ in range(5):
            time.sleep(86_400)
            assert ids(tail) == []
        with tail._cursor._db.reading() as db:
            (seen,) = db.execute("SELECT COUNT(*) FROM seen").fetchone()
        assert seen == 0


@pytest.mark.parametrize("hours", [-14, -3, 5, 12])
def test_a_server_whose_days_begin_elsewhere_is_asked_no_more_and_told_no_twice(
    hours: int,
) -> None:
    listing, time, seen, again = List(), Time(), list[int](), 0
    listing.days_begin = timedelta(hours=hours)
    with tail_of(listing, time) as tail:
        ids(tail)
        for turn in range(60):
            listing.arrive(*[-2 * turn - each / 100 for each in range(15)])
            time.sleep(7_200)
            seen += ids(tail)
            before = listing.asked
            assert ids(tail) == ids(tail) == []
            again += listing.asked - before
    assert again <= 2 * 60 + 5 * 60, "a whole reading more on each of the five days"
    assert sorted(seen) == list(range(1, 901))


def test_a_run_after_a_long_pause_misses_nothing_of_the_pause(tmp_path: Path) -> None:
    listing, time = List(), Time()
    with tail_of(listing, time, tmp_path / "c") as tail:
        assert ids(tail) == []
    for day in range(6):
        listing.arrive(-24 * day)
    time.sleep(9 * 86_400)
    with tail_of(listing, time, tmp_path / "c") as tail:
        assert ids(tail) == [1, 2, 3, 4, 5, 6]
        assert ids(tail) == []


def told_within(listing: List, time: Time, path: Path, days: int = 1) -> list[int]:
    with tail_of(listing, time, path, days) as tail:
        return ids(tail)


def test_a_longer_look_back_finds_what_came_too_late_for_a_shorter_one(tmp_path: Path) -> None:
    listing, time, path = List(), Time(), tmp_path / "c"
    listing.arrive(0, 60, 24 * 20)
    assert told_within(listing, time, path) == []
    listing.arrive(53, 1)
    assert told_within(listing, time, path) == [5]
    listing.arrive(0.5)
    assert told_within(listing, time, path) == [6]
    assert told_within(listing, time, path, days=7) == [4]
    assert told_within(listing, time, path) == []
    listing.arrive(24 * 25)
    assert told_within(listing, time, path, days=30) == [7]
    assert told_within(listing, time, path, days=90) == []


def test_a_longer_look_back_repeats_nothing_that_was_told_long_ago(tmp_path: Path) -> None:
    listing, time, path, seen = List(), Time(), tmp_path / "c", list[int]()
    listing.arrive(1, 30, 50)
    assert told_within(listing, time, path) == []
    for day in range(60):
        listing.arrive(-24 * day - 0.1, -24 * day - 0.2)
        time.sleep(86_400)
        seen += told_within(listing, time, path)
    listing.arrive(-24 * 50)
    assert told_within(listing, time, path, days=200) == [124]
    assert sorted(seen) == list(range(4, 124))


def test_a_cursor_that_began_with_an_empty_list_has_old_messages_too(tmp_path: Path) -> None:
    listing, time, path = List(), Time(), tmp_path / "c"
    listing.arrive(80, 90)
    assert told_within(listing, time, path) == []
    listing.arrive(70)
    assert told_within(listing, time, path, days=7) == [3]


def test_a_cursor_of_0_1_0_repeats_nothing(tmp_path: Path) -> None:
    listing, time, path = List(), Time(), tmp_path / "c"
    listing.arrive(1, 2, 70)
    assert told_within(listing, time, path) == []
    listing.arrive(0.5)
    assert told_within(listing, time, path) == [4]
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM facts WHERE name = 'first_id'")
    listing.arrive(71)
    assert told_within(listing, time, path, days=7) == [5]


def test_it_asks_less_often_when_nothing_comes_and_soon_when_something_does() -> None:
    listing, time = List(), Time()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) in (20, 23):
            listing.arrive(0)

    with tail_of(listing, time) as tail:
        stream = follow(tail, 2, lambda _: None, sleep)
        assert [next(stream)["id"], next(stream)["id"]] == [1, 2]
    assert time.slept[:3] == [3, 4.5, 6.75]
    assert time.slept[19] == 2 * SLOWEST
    assert time.slept[20:23] == [2, 3, 4.5]


def test_trouble_is_told_once_and_waited_out() -> None:
    listing, time, notes = List(), Time(), list[str]()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        listing.down = len(time.slept) < 4
        if not listing.down and len(time.slept) == 5:
            listing.arrive(0)

    with tail_of(listing, time) as tail:
        ids(tail)
        listing.down = True
        assert next(follow(tail, 5, notes.append, sleep))["id"] == 1
    assert notes == ["down; retrying until the server responds", "the server is available again"]
    assert time.slept[:4] == [15, 30, 60, 120]


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.lists(st.floats(0, 23), min_size=1, max_size=15)),
        st.tuples(st.just("delete"), st.integers(1, 40)),
        st.just(("wait", 400)),
        st.just(("poll", 0)),
        st.just(("restart", 0)),
    ),
    max_size=25,
)


@given(CHANGES)
def test_whatever_happens_each_that_stays_is_told_once(changes: list[tuple[str, Any]]) -> None:
    listing, time, seen = List(), Time(), list[int]()
    with tail_of(listing, time) as tail:
        ids(tail)
        for change, what in [*changes, ("wait", FULL_SCAN_EVERY), ("poll", 0)]:
            if change == "arrive":
                listing.arrive(*what)
            elif change == "delete":
                listing.messages.pop(what, None)
            elif change == "wait":
                time.sleep(what)
            elif change == "restart":
                tail = Tail(listing, tail._cursor, {}, now=time)
            else:
                seen += ids(tail)
    assert len(seen) == len(set(seen))
    assert set(seen) >= listing.messages.keys()


def test_moments_gone_by_are_read_as_people_write_them() -> None:
    assert past("2h", NOON) == NOON - timedelta(hours=2)
    assert past("1d12h", NOON) == NOON - timedelta(hours=36)
    assert past("2030-06-03T09:00:00Z", NOON) == NOON - timedelta(hours=3)
    assert duration("90m") == timedelta(minutes=90)
    for text in ("yesterdayish", "", "-2h"):
        with pytest.raises(Usage):
            past(text, NOON)


def test_a_clock_that_was_ahead_once_hides_no_message_for_ever(
    run: Run, server: Gateway, home: Path
) -> None:
    tail = "messages tail --no-follow --cursor replies.cursor -o json"
    assert run(tail).json == []
    with closing(sqlite3.connect(home / "replies.cursor")) as db, db:
        db.execute("UPDATE facts SET value = '2099-01-01' WHERE name = 'after'")
        db.execute("UPDATE facts SET value = '4070908800' WHERE name = 'whole_at'")
    receive(server, "after the clock was set right")
    assert [each["content"] for each in run(tail).json] == ["after the clock was set right"]
