"""Parts of a file, sent by machines that know nothing of each other: each row goes out once."""

import csv
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import smsgw_cli
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.lying import Exchange, lying

LINE = "messages send --csv codes.csv -m 'Code {code}' --once monday --settle 0"
PARTS = 4
OnHost = Callable[[str], None]


@pytest.fixture
def on_host(home: Path, monkeypatch: pytest.MonkeyPatch) -> OnHost:
    """Goes on with the state of a host of this name, which has none at first."""
    return lambda name: monkeypatch.setenv("XDG_STATE_HOME", str(home / "state" / name))


@pytest.fixture(autouse=True)
def codes(home: Path) -> Path:
    """Forty rows, ten texts."""
    path = home / "codes.csv"
    path.write_text("phone,code\n" + "".join(map(row, range(40))))
    return path


def row(number: int, text: int | None = None) -> str:
    return f"+120255501{number:02},{number % 10 if text is None else text}\n"


def sent(server: Gateway) -> Counter[tuple[str, str]]:
    found = server.store.rows("messages")
    return Counter((each["to_number"], each["content"]) for each in found)


def each_once(server: Gateway, count: int = 40) -> bool:
    return len(sent(server)) == count == sum(sent(server).values())


def results(home: Path) -> Iterator[dict[str, str]]:
    for path in sorted(home.glob("codes.csv.*-of-*.results.csv")):
        with path.open() as file:
            yield from csv.DictReader(file)


def test_all_parts_together_are_the_file(
    run: Run, server: Gateway, home: Path, on_host: OnHost
) -> None:
    for part in range(1, PARTS + 1):
        on_host(str(part))
        run(f"{LINE} --shard {part}/{PARTS}")
    assert each_once(server)
    told = list(results(home))
    assert sorted(each["phone"] for each in told) == [f"+120255501{n:02}" for n in range(40)]
    assert {each["status"] for each in told} == {"accepted"}
    names = {each["name"].rsplit(" ", 1)[0] for each in server.store.rows("campaigns")}
    assert names == {f"monday {part}/{PARTS}" for part in range(1, PARTS + 1)}
    rows = len((home / "codes.csv.4-of-4.results.csv").read_text().splitlines()) - 1
    reported = run("campaigns report 'monday 4/4' -o json").json["campaigns"]
    assert sum(each["total"] for each in reported) == rows


def test_parts_may_share_a_machine(run: Run, server: Gateway) -> None:
    for part in (1, 2, 1):
        run(f"{LINE} --shard {part}/2")
    assert each_once(server)


def test_a_part_is_as_for_imports(run: Run, server: Gateway, home: Path, codes: Path) -> None:
    run("contact-lists create Customers")
    run(f"contacts import Customers {codes} --shard 2/3 --map code=")
    run(f"{LINE} --shard 2/3")
    imported = {each["mobile_number"] for each in server.store.rows("contacts")}
    assert imported == {to for to, _ in sent(server)}


def test_a_part_that_lost_its_state_sends_nothing_again(
    run: Run, server: Gateway, on_host: OnHost
) -> None:
    on_host("first")
    server.faults.add("429 POST /messages/send after=4 times=1 retry-after=9999")
    run(f"{LINE} --shard 1/1", code=7)
    server.faults.clear()
    for host in ("second", "third", "third"):
        on_host(host)
        shown = run(f"{LINE} --shard 1/1 -q").stdout.split()
        assert len(shown) == 10
    assert each_once(server)


def test_a_part_that_is_killed_and_started_elsewhere_sends_each_row_once(
    run: Run, server: Gateway, home: Path, on_host: OnHost
) -> None:
    on_host("killed")
    server.faults.add("latency POST /messages/send after=3 delay=60")
    line = ["messages", "send", "--csv", "codes.csv", "-m", "Code {code}", "--once", "monday"]
    with subprocess.Popen([sys.executable, "-m", "smsgw_cli", *line, "--shard", "1/1"]) as running:
        while len(server.store.rows("campaigns")) < 3:
            time.sleep(0.01)
        running.kill()
    server.faults.clear()
    on_host("next")
    run(f"{LINE} --shard 1/1")
    assert each_once(server)
    assert {each["status"] for each in results(home)} == {"accepted"}


def test_what_is_on_its_way_from_elsewhere_is_waited_for(
    run: Run, server: Gateway, on_host: OnHost
) -> None:
    server.faults.add("429 POST /messages/send after=4 times=1 retry-after=9999")
    on_host("first")
    assert "waiting" not in run(f"{LINE} --shard 1/1", code=7).stderr
    server.faults.clear()
    line = f"{LINE} --shard 1/1".replace("--settle 0", "--settle 0.1")
    on_host("second")
    assert "but has no record here; waiting 0.1 s" in run(line).stderr
    on_host("third")
    assert "waiting" not in run(line).stderr  # as nothing is left
    assert each_once(server)


@pytest.mark.parametrize("text", ["Code {code}", " Code {code} \n"])
def test_rows_that_came_or_went_meanwhile_are_told_from_those_that_were_sent(
    run: Run, server: Gateway, codes: Path, on_host: OnHost, text: str
) -> None:
    line = ["messages send --csv codes.csv --once monday --shard 1/1 --settle 0 -m", text]
    on_host("first")
    run(*line, "--watch")
    lines = codes.read_text().splitlines(keepends=True)
    codes.write_text("".join([*lines[:1], *lines[3:], row(77, 5), row(78, 5)]))
    on_host("second")
    run(*line)
    assert each_once(server, 42)


def test_what_cannot_be_proven_is_not_sent(
    run: Run,
    server: Gateway,
    home: Path,
    codes: Path,
    on_host: OnHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hide(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/messages"):
            page = exchange.json
            page["meta"]["total"] += 1
            exchange.json = page

    on_host("first")
    run(f"{LINE} --shard 1/1 --watch")
    codes.write_text(codes.read_text() + row(77, 5) + row(78, 99))
    on_host("second")
    with lying(server.url, hide) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        run(f"{LINE} --shard 1/1 --retries 0", code=8)
    told = {each["phone"]: each["status"] for each in results(home)}
    assert told["+12025550177"] == "unknown"  # the campaign of that text may have it
    assert told["+12025550178"] == "accepted"
    assert each_once(server, 41)


@pytest.mark.parametrize(
    ("host", "other"),
    [
        ("first", "--shard 2/3"),
        ("first", "--shard 1/1"),
        ("first", ""),  # which only the record tells
        ("second", "--shard 2/3"),
        ("second", "--shard 1/1"),
    ],
)
def test_a_file_that_was_divided_otherwise_is_refused(
    run: Run, server: Gateway, on_host: OnHost, host: str, other: str
) -> None:
    on_host("first")
    run(f"{LINE} --shard 1/2")
    before = sent(server)
    on_host(host)
    refused = run(f"{LINE} {other}", code=2).stderr
    assert "the key 'monday' was used with --shard" in refused
    assert sent(server) == before
    on_host("third")
    run(f"{LINE} --shard 2/2")
    assert each_once(server)


def test_a_part_without_rows_is_done(run: Run, server: Gateway, home: Path, codes: Path) -> None:
    codes.write_text("phone,code\n" + row(1))
    parts = [run(f"{LINE} --shard {part}/3 -q").stdout.split() for part in (1, 2, 3)]
    assert sorted(map(len, parts)) == [0, 0, 1]
    assert each_once(server, 1)
    assert len(list(home.glob("*.results.csv"))) == 3


def test_an_invalid_row_stops_all_parts_and_is_rejected_by_one(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    codes.write_text(codes.read_text() + "555,1\n")
    for part in (1, 2):
        assert "1 invalid row, nothing was sent" in run(f"{LINE} --shard {part}/2", code=2).stderr
    assert server.requests == []
    # Row 42 is of the first part by its place, as it has no number.
    for part, code in ((1, 7), (2, 0)):
        run(f"{LINE} --shard {part}/2 --skip-bad", code=code)
    assert len(list(home.glob("codes.csv.*-of-2.rejects.csv"))) == 1
    assert len(list(results(home))) == 41


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--csv codes.csv --shard 1/2", "--shard requires --once"),
        ("--csv codes.csv --once k --shard 1/2 --name Mine", "omit --name"),
        ("--csv codes.csv --once k --shard 3/2", "--shard takes I/N"),
        ("--to +12025550123 --once k --shard 1/2", "add --csv FILE"),
    ],
)
def test_what_is_no_part_is_refused(run: Run, server: Gateway, options: str, said: str) -> None:
    assert said in run(f"messages send -m Hi {options}", code=2).stderr
    assert server.requests == []


def recipes() -> str:
    """The command lines of `help sharding` for GNU parallel, for four parts."""
    topic = (Path(smsgw_cli.__file__).parent / "commands/topics/sharding.txt").read_text()
    found = re.search(r"\nGNU parallel:.*\n((?:  seq .*\n(?:    .*\n)*)+)", topic)
    assert found
    return found[1].replace("16", "4")


def test_the_recipes_for_gnu_parallel_run_as_written(run: Run, server: Gateway, home: Path) -> None:
    people = "".join(f"+120255501{n:02},Name {n}\n" for n in range(40))
    (home / "customers.csv").write_text(f"phone,first_name\n{people}")
    run("contact-lists create Customers")
    run("fields create Customers 'First name'")
    ended = subprocess.run(["bash", "-ec", recipes()], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert len(server.store.rows("contacts")) == 40
    assert each_once(server)
    assert {each["message"] for each in server.store.rows("campaigns")} == {
        f"Hi Name {n}" for n in range(40)
    }
