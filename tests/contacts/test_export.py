"""Contacts exported whole or not at all, whatever happens on the way."""

import csv
import gzip
import io
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.contacts.field_values import TYPES
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.store import Store
from tests.conftest import Run
from tests.output.terminal import on_terminal

MANY = 950  # ten pages, the last one not full
CONTACTS = "/contact-lists/*/contacts"
BEFORE = "what stood there before\n"
TO_FILE = "contacts export People --to people.csv --yes"

Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def people(run: Run, server: Gateway) -> Gateway:
    """A gateway with a list `People` of `MANY` contacts, ids from 1, and the field `name`."""
    run("contact-lists create People")
    run("fields create People --label Name --tag name --type text")
    with closing(Store(server.settings.db)) as store, store.writing():
        for each in range(MANY):
            add(store, each)
    return server


def add(store: Store, number: int) -> None:
    contact = {"mobile_number": f"+1202555{number:04}", "subscribed": 1, "custom": '{"1": "Ann"}'}
    times = {"created_at": number, "updated_at": number}
    store.insert("contacts", {"contact_list_id": 1, **contact, **times})


def meanwhile(gateway: Gateway, acts: dict[int, Callable[[Store], None]]) -> None:
    """Let things happen in the gateway just before it answers the so-manyth page of contacts."""
    strike, turn = gateway.faults.strike, 0

    def strike_after_acting(method: str, path: str) -> Any:
        nonlocal turn
        if path.endswith("/contacts"):
            turn += 1
            if act := acts.get(turn):
                act(gateway.store)
        return strike(method, path)

    gateway.faults.strike = strike_after_acting  # type: ignore[method-assign]


def ids(content: str) -> list[int]:
    return [int(row["id"]) for row in csv.DictReader(io.StringIO(content))]


def folder(home: Path) -> set[str]:
    return {each.name for each in home.iterdir()}


@pytest.fixture
def before(home: Path) -> Path:
    """A file that stands where the export is to go."""
    path = home / "people.csv"
    path.write_text(BEFORE)
    return path


def as_it_was(path: Path) -> bool:
    return path.read_text() == BEFORE and folder(path.parent) == {path.name}


def test_all_contacts_come_newest_first_and_are_said_to_be_all(run: Run, people: Gateway) -> None:
    exported = run("contacts export People")
    assert exported.stdout.startswith("mobile_number,subscribed,name,id,created_at,updated_at\n")
    assert ids(exported.stdout) == list(range(MANY, 0, -1))
    assert exported.stderr.splitlines()[-1] == "950 contacts, all of them"


def test_a_list_without_contacts_is_a_header(run: Run, server: Gateway) -> None:
    run("contact-lists create Nobody")
    exported = run("contacts export Nobody")
    assert exported.stdout == "mobile_number,subscribed,id,created_at,updated_at\n"
    assert exported.stderr.endswith("0 contacts, all of them\n")


@pytest.mark.parametrize("workers", [1, 2, 64])
def test_any_number_of_workers_makes_the_same_file(run: Run, people: Gateway, workers: int) -> None:
    assert ids(run(f"contacts export People --workers {workers}").stdout) == list(
        range(MANY, 0, -1)
    )
    pages = [path for _, path, _ in people.requests if path.endswith("/contacts")]
    assert len(pages) == 10


@pytest.mark.parametrize("ending", ["csv", "ndjson", "jsonl", "json", "csv.gz", "JSON.GZ"])
def test_the_name_of_the_file_says_the_format(
    run: Run, people: Gateway, home: Path, ending: str
) -> None:
    run(f"contacts export People --to people.{ending}")
    content = (home / f"people.{ending}").read_bytes()
    text = (gzip.decompress(content) if ending.lower().endswith("gz") else content).decode()
    read: dict[str, Callable[[], Any]] = {
        "c": lambda: ids(text),
        "n": lambda: [json.loads(line)["id"] for line in text.splitlines()],
        "j": lambda: [each["id"] for each in json.loads(text)],
    }
    kind = "n" if ending == "jsonl" else ending[0].lower()
    assert read[kind]() == list(range(MANY, 0, -1))


def test_the_format_asked_for_counts_more_than_the_name(
    run: Run, people: Gateway, home: Path
) -> None:
    run("contacts export People --to people.txt -o ndjson")
    assert json.loads((home / "people.txt").read_text().splitlines()[0])["name"] == "Ann"


def test_spreadsheets_get_their_mark_and_no_formula(run: Run, people: Gateway, home: Path) -> None:
    run("contacts export People --to people.csv --excel")
    assert (home / "people.csv").read_text().splitlines()[1].startswith("'+1202555")
    assert (home / "people.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--to people.txt", "cannot determine the format"),
        ("--to people.csv -o table", "cannot export as table"),
        ("--to people.json --excel", "not .json"),
        ("--to . -o csv", "is not a file"),
        ("--to /dev/full -o csv", "is not a file"),
        ("-c id", "is complete"),
        ("--query '[]'", "is complete"),
        ("--workers 0", "workers"),
    ],
)
def test_what_makes_no_sense_is_refused(
    run: Run, people: Gateway, home: Path, options: str, said: str
) -> None:
    assert said in run(f"contacts export People {options}", code=2).stderr
    assert not folder(home)


def test_a_file_that_is_there_is_asked_about(run: Run, people: Gateway, before: Path) -> None:
    assert "Replace people.csv?" in run("contacts export People --to people.csv", code=2).stderr
    assert as_it_was(before)
    run(TO_FILE)
    assert len(ids(before.read_text())) == MANY


def test_a_link_stays_a_link(run: Run, people: Gateway, before: Path, home: Path) -> None:
    link = home / "link.csv"
    link.symlink_to(before)
    run("contacts export People --to link.csv --yes")
    assert link.is_symlink()
    assert len(ids(before.read_text())) == MANY


def test_who_may_read_the_file_is_for_the_umask_to_say(
    run: Run, people: Gateway, home: Path
) -> None:
    mask = os.umask(0o027)
    try:
        run(TO_FILE)
    finally:
        os.umask(mask)
    assert (home / "people.csv").stat().st_mode & 0o777 == 0o640


def test_quiet_prints_data_alone(run: Run, people: Gateway) -> None:
    exported = run("contacts export People -q")
    assert (len(ids(exported.stdout)), exported.stderr) == (MANY, "")
    exported = run(f"{TO_FILE} -q")
    assert (exported.stdout, exported.stderr) == ("", "")


def test_a_terminal_shows_a_bar(people: Gateway) -> None:
    assert "950/950" in on_terminal(TO_FILE, only="stderr").shown


def test_contacts_deleted_meanwhile_hide_no_other(run: Run, people: Gateway) -> None:
    gone = {940, 700, 660, 10}

    def delete(store: Store) -> None:
        for each in gone:
            store.delete("contacts", each)

    meanwhile(people, {4: delete})
    exported = run("contacts export People")
    read = ids(exported.stdout)
    assert len(read) == len(set(read))
    assert set(range(1, MANY + 1)) - gone <= set(read)
    assert "all of them, although the list changed meanwhile" in exported.stderr


def test_contacts_created_meanwhile_come_too_and_none_comes_twice(
    run: Run, people: Gateway
) -> None:
    numbers = iter(range(MANY, MANY + 3))
    meanwhile(people, dict.fromkeys((3, 6, 9), lambda store: add(store, next(numbers))))
    read = ids(run("contacts export People").stdout)
    assert len(read) == len(set(read))
    assert set(read) == set(range(1, MANY + 4))


def test_one_that_comes_for_one_that_goes_is_noticed(run: Run, people: Gateway) -> None:
    def swap(store: Store) -> None:
        store.delete("contacts", 300)
        add(store, MANY)

    meanwhile(people, {5: swap})
    exported = run("contacts export People --workers 3")
    assert {*range(1, MANY + 1)} - {300} <= set(ids(exported.stdout))
    assert "though the list changed" in exported.stderr


def test_a_list_that_moves_too_fast_proves_nothing(run: Run, people: Gateway, before: Path) -> None:
    numbers = count(MANY)

    def grow(store: Store) -> None:
        for number in islice(numbers, 100):
            add(store, number)

    meanwhile(people, dict.fromkeys(range(2, 1_000), grow))
    failed = run(f"{TO_FILE} -o csv", code=7)
    assert "changed too fast" in failed.stderr
    assert "people.csv is unchanged" in failed.stderr
    assert as_it_was(before)


def test_a_field_that_is_made_meanwhile_is_not_left_out_in_silence(
    run: Run, people: Gateway, before: Path
) -> None:
    def make_field(store: Store) -> None:
        field = {"label": "Town", "tag": "town", "type": "text", "required": 0, "created_at": 1}
        store.insert("fields", {"contact_list_id": 1, **field})

    meanwhile(people, {5: make_field})
    failed = run(TO_FILE, code=7)
    assert "fields were added to the list during the export: town" in failed.stderr
    assert as_it_was(before)


@pytest.mark.parametrize(
    ("fault", "code"), [("500", 6), ("malformed", 1), ("drop-before", 6), ("401", 3)]
)
def test_a_page_that_stays_broken_leaves_the_file_as_it_was(
    run: Run, people: Gateway, before: Path, fault: str, code: int
) -> None:
    people.faults.add(f"{fault} GET {CONTACTS} after=6")
    failed = run(f"{TO_FILE} --retries 0", code=code)
    assert "people.csv is unchanged" in failed.stderr
    assert as_it_was(before)


def test_a_page_that_is_broken_for_a_while_is_read_again(run: Run, people: Gateway) -> None:
    people.faults.add(f"503 GET {CONTACTS} after=4 times=2 retry-after=0")
    assert len(ids(run("contacts export People").stdout)) == MANY


def test_a_list_deleted_half_way_is_told(run: Run, people: Gateway, before: Path) -> None:
    meanwhile(people, {5: lambda store: store.delete("contact_lists", 1)})
    assert "error: " in run(TO_FILE, code=4).stderr
    assert as_it_was(before)


@pytest.mark.parametrize("options", ["-o json", "-o csv", "-o csv --excel"])
def test_a_full_disk_is_told(process: Process, people: Gateway, before: Path, options: str) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))

    ended = process(f"{TO_FILE} {options}", preexec_fn=limit)
    assert ended.returncode == 1
    assert "cannot write people.csv: File too large; it is unchanged" in ended.stderr
    assert as_it_was(before)


def test_a_full_disk_is_told_of_a_packed_file(process: Process, people: Gateway) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))

    ended = process("contacts export People --to people.json.gz", preexec_fn=limit)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("error: cannot write people.json.gz")
    assert not Path("people.json.gz").exists()


def test_a_full_standard_output_is_told(process: Process, people: Gateway) -> None:
    with Path("/dev/full").open("w") as full:
        ended = process("contacts export People", capture_output=False, stdout=full, stderr=-1)
    assert ended.returncode == 1
    assert "No space left" in ended.stderr


def test_a_folder_that_is_not_there_is_told(run: Run, people: Gateway) -> None:
    failed = run("contacts export People --to nowhere/people.csv", code=1)
    assert "cannot write nowhere/people.csv: No such file" in failed.stderr


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_stopped_export_leaves_the_file_as_it_was(
    people: Gateway, before: Path, how: signal.Signals, code: int
) -> None:
    people.faults.add(f"latency delay=60 GET {CONTACTS} after=4")
    line = [sys.executable, "-m", "smsgw_cli", *TO_FILE.split()]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert "export: 100 of 950" in process.stderr.readline()
        process.send_signal(how)
    assert process.returncode == code
    assert before.read_text() == BEFORE
    assert how == signal.SIGKILL or as_it_was(before)  # a killed program tidies nothing up


OPTIONS = "--option 'a,b=One, with a comma' --option c=Three"
VALUES: dict[str, list[str]] = {
    "text": ['Ann "the great", O\'Hara', "  spaced  ", "=1+1"],
    "textarea": ["two\nlines\r\nthree", "👩‍👩‍👧 ขอบคุณ Zoë", "null"],
    "number": ["7", "-1.5", "0"],
    "email": ["zoë@example.com"],
    "dropdown": ["c", "a,b"],
    "radio": ["a,b"],
    "multiselect": ['["a,b","c"]', "c", "a,b"],
    "checkbox": ["yes", "no"],
    "date": ["2031-01-31"],
    "datetime-local": ["2031-01-31T17:30"],
    "time": ["17:30"],
}


@pytest.fixture
def every_type(run: Run, server: Gateway) -> Gateway:
    """Lists `Old`, with contacts that have every kind of value, or none, and `New`, empty."""
    for name in ("Old", "New"):
        run(f"contact-lists create {name}")
        for kind in TYPES:
            options = OPTIONS if kind in ("dropdown", "radio", "multiselect") else ""
            run(f"fields create {name} --label {kind}! --tag {kind[:8]} --type {kind} {options}")
    run("contacts create Old +12025550100 --unsubscribed")
    for each in range(3):
        given = [(kind[:8], VALUES[kind][each % len(VALUES[kind])]) for kind in TYPES]
        fields = [part for pair in given for part in ("--field", "=".join(pair))]
        run(f"contacts create Old +1202555011{each}", *fields)
    return server


def rows(home: Path, name: str) -> list[dict[str, str]]:
    """The rows of a file without what the server alone says, in the order of their numbers."""
    with (home / name).open(newline="") as file:
        found = [row[:-3] for row in csv.reader(file)]
    return [dict(zip(found[0], row, strict=True)) for row in sorted(found[1:])]


def test_what_is_exported_and_imported_exports_the_same(
    run: Run, every_type: Gateway, home: Path
) -> None:
    run("contacts export Old --to old.csv")
    run("contacts import New old.csv")
    run("contacts export New --to new.csv")
    assert rows(home, "new.csv") == rows(home, "old.csv")
    assert len(rows(home, "new.csv")) == 4
    first, *_, last = rows(home, "old.csv")
    assert (first["subscribed"], first["multisel"]) == ("false", "")
    assert list(last)[2:] == [kind[:8] for kind in TYPES]
