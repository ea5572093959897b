"""What an import may be asked for beside the plain thing, and what can be done with it after."""

import csv
import gzip
import json
import random
import subprocess
from pathlib import Path

import pytest

from smsgw_cli.contacts.field_plan import TypeInference
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sms.number_map import NumberMap
from smsgw_cli.tables.shard import Shard
from tests.conftest import Run
from tests.contacts.conftest import Import, answers, each_once, file_of, on_list
from tests.test_main_job import customers

__all__ = ["customers"]  # 500 rows as people have them

PEOPLE = "phone,name\n+12025550123,Ann\n+12025550124,Bob\n"


@pytest.fixture
def file(home: Path) -> Path:
    path = home / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_contacts_on_the_list_are_skipped_changed_or_refused(
    run: Run, people: Gateway, file: Path
) -> None:
    run("contacts create People +12025550123 --field name=Anna --unsubscribed")
    refused = run(f"contacts import People {file} --existing fail -o json", code=2).error
    assert refused["errors"] == {"row 2": ["+12025550123 is contact 1"]}
    assert on_list(people) == 1

    told = run(f"contacts import People {file} -o json").json
    assert (told["created"], told["updated"], told["skipped"]) == (1, 0, 1)
    assert run("contacts get 1 -o json").json["name"] == "Anna"

    told = run(f"contacts import People {file} --existing update -o json").json
    assert (told["created"], told["updated"], told["skipped"]) == (0, 1, 1)
    ann = run("contacts get 1 -o json").json
    assert (ann["name"], ann["subscribed"]) == ("Ann", False)


def test_wrong_rows_are_left_out_and_can_be_mended_and_fed_back_in(
    run: Run, people: Gateway, file: Path, home: Path
) -> None:
    file.write_text(PEOPLE + "555-1234,Cy\n+12025550123,Again\n+12025550125,Di,too,much\n")
    told = run(f"contacts import People {file} --skip-bad -o json", code=7)
    assert (told.json["rows"], told.json["created"], told.json["failed"]) == (5, 2, 3)
    rejects = home / "people.csv.rejects.csv"
    with rejects.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["phone"] for row in rows] == ["555-1234", "+12025550123", "+12025550125"]
    assert "no country code" in rows[0]["smsgw_reason"]
    assert "is a duplicate of row 2" in rows[1]["smsgw_reason"]
    assert "4 values for 2 columns" in rows[2]["smsgw_reason"]
    mended = rejects.read_text().replace("555-1234", "+12025551234").replace(",too,much", "")
    rejects.write_text(mended)
    told = run(f"contacts import People {rejects} -o json").json
    assert (told["created"], told["skipped"]) == (2, 1)


def test_each_of_ten_mistakes_in_500_rows_is_named_and_nothing_is_sent(
    run: Run, people: Gateway, customers: Path
) -> None:
    run("fields create People --label Email --tag email --type email")
    with customers.open(newline="") as lines:
        header, *rows = csv.reader(lines)
    wrong = sorted(random.Random(2).sample(range(1, 500), 10))
    kinds = ["", "555", "+1 202", "12", "not a number", "email", "email", "double", "long", "+999"]
    for place, kind in zip(wrong, kinds, strict=True):
        _spoil(rows, place, kind, header.index("email"), header.index("phone1"))
    with customers.open("w", newline="") as lines:
        csv.writer(lines).writerows([header, *rows])
    line = f"contacts import People {customers} --map phone1=mobile_number --create-fields"
    for extra in ("", "--dry-run"):
        failed = run(f"{line} --region US -o json {extra}", code=2).error
        named = {int(key.split(",")[0].removeprefix("row ")) for key in failed["errors"]}
        assert named == {place + 2 for place in wrong}
    assert on_list(people) == 0
    assert len(people.store.rows("fields")) == 2


def _spoil(rows: list[list[str]], place: int, kind: str, email: int, phone: int) -> None:
    if kind == "email":
        rows[place][email] = "nobody at example"
    elif kind == "double":
        rows[place][phone] = rows[0][phone]
    elif kind == "long":
        rows[place].append("too much")
    else:
        rows[place][phone] = kind


def test_a_packed_file_is_unpacked(run: Run, people: Gateway, home: Path) -> None:
    (home / "people.csv.gz").write_bytes(gzip.compress(PEOPLE.encode()))
    run("contacts import People people.csv.gz")
    assert on_list(people) == 2
    (home / "torn.csv.gz").write_bytes(gzip.compress(PEOPLE.encode())[:-9])
    assert "cannot decompress" in run("contacts import People torn.csv.gz", code=2).stderr


def test_four_shards_side_by_side_import_each_contact_once(
    run: Run, people: Gateway, home: Path, importer: Import
) -> None:
    file = file_of(home, 400)
    shards = [importer(file, "--shard", f"{each}/4", "-o", "json") for each in (1, 2, 3, 4)]
    told = [json.loads(_ended(shard)) for shard in shards]
    assert sum(each["created"] for each in told) == 400
    assert min(each["created"] for each in told) > 50
    assert each_once(people, 400)
    assert answers(people) == {201: 400}
    assert len(run("imports list -o json").json) == 4


def _ended(shard: "subprocess.Popen[str]") -> str:
    printed, errors = shard.communicate(timeout=60)
    assert shard.returncode == 0, errors
    return printed


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/0"])
def test_a_shard_that_is_none_is_refused(run: Run, people: Gateway, file: Path, text: str) -> None:
    run(f"contacts import People {file} --shard {text}", code=2)


def test_the_parts_of_a_file_are_the_same_for_ever() -> None:
    numbers = range(12025550100, 12025550108)
    parts = [next(i for i in (1, 2, 3, 4) if Shard(i, 4).has(each)) for each in numbers]
    assert parts == [3, 1, 3, 1, 4, 2, 4, 2]


def test_an_import_can_be_looked_at_undone_and_forgotten(
    run: Run, people: Gateway, file: Path
) -> None:
    run("contacts create People +12025550123")
    run(f"contacts import People {file}")
    shown = run("imports show 1 -o json").json
    assert (shown["state"], shown["created"], shown["skipped"]) == ("finished", 1, 1)
    assert "nothing left to do" in run("imports resume 1", code=2).stderr
    assert "cannot ask for confirmation" in run("imports undo 1", code=2).stderr
    planned = run("contacts import --undo 1 --dry-run").json
    assert [each["path"] for each in planned] == ["/api/v1/contacts/2"]
    people.faults.add("500 DELETE times=2")
    assert run("contacts import --undo 1 --yes -o json").json["deleted"] == 1
    assert [each["id"] for each in people.store.rows("contacts")] == [1]
    assert run("imports show 1 -o json").json["state"] == "undone"
    run("imports remove 1")
    assert run("imports list -o json").json == []
    run("imports show 1", code=4)


def test_imports_have_the_verbs_of_all_groups(run: Run, people: Gateway, file: Path) -> None:
    run(f"contacts import People {file}")
    assert run("imports get 1 -o json").json == run("imports show 1 -o json").json
    planned = run("imports undo 1 --dry-run").json
    assert planned == run("contacts import --undo 1 --dry-run").json
    assert run("contacts import --undo x", code=2)
    assert run("contacts import --undo 0", code=4)
    assert "missing argument FILE" in run("contacts import People", code=2).stderr
    assert "missing argument LIST" in run("contacts import", code=2).stderr


def test_past_imports_are_listed_without_a_profile(run: Run) -> None:
    assert run("imports list -o json").json == []
    assert run("imports get 1 -o json", code=4).error["kind"] == "not_found"


def test_settings_of_an_import_come_from_any_source(
    run: Run, people: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "de.csv").write_bytes("phone,name\n0170 1234567,Jörg\n".encode("cp850"))
    monkeypatch.setenv("SMSGW_REGION", "DE")
    run("contacts import People de.csv --set encoding=cp850 --set workers=2 --set settle=0")
    (found,) = people.store.rows("contacts")
    assert found["mobile_number"] == "+491701234567"
    assert run("contacts list People -o json").json[0]["name"] == "Jörg"
    for wrong in ("--set workers=0", "--workers x", "--region Germany", "--settle never"):
        run(f"contacts import People de.csv {wrong}", code=2)


def test_an_import_is_resumed_by_its_number(run: Run, people: Gateway, home: Path) -> None:
    file = file_of(home, 100)
    people.faults.add("401 POST /contact-lists/*/contacts after=10")
    run(f"contacts import People {file}", code=7)
    people.faults.clear()
    assert run("imports resume 1 -o json").json["created"] == 100
    assert each_once(people, 100)


def test_a_run_with_another_server_is_left_alone(
    run: Run, people: Gateway, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(f"contacts import People {file}")
    monkeypatch.setenv("SMSGW_SERVER", "http://127.0.0.1:9")
    assert "not http://127.0.0.1:9" in run("imports undo 1 --yes", code=2).stderr


def test_a_limit_of_ones_own_is_kept(run: Run, people: Gateway, home: Path) -> None:
    assert "--rate" in run(f"contacts import People {file_of(home, 3)} --rate x", code=2).stderr
    run(f"contacts import People {file_of(home, 3)} --rate 600/min")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "20", "-3.5", ""], "number"),
        (["07116", "1"], "text"),
        (["1234567890123456"], "text"),
        (["1e5"], "text"),
        (["a@b.cd", " c@d.ef "], "email"),
        (["2031-01-31"], "date"),
        (["2031-02-31"], "text"),
        (["", " "], "text"),
    ],
)
def test_the_type_of_a_new_field_is_guessed_with_care(values: list[str], kind: str) -> None:
    guess = TypeInference()
    for value in values:
        guess.observe(value)
    assert guess.kind == kind


def test_numbers_are_kept_as_a_dictionary_would() -> None:
    dice, kept, expected = random.Random(3), NumberMap(), dict[int, int]()
    for place in range(20_000):
        key = dice.randrange(1, 15_000) * 10 ** dice.randrange(3)
        assert kept.setdefault(key, place) == expected.setdefault(key, place)
    assert len(kept) == len(expected)
    assert all(kept.get(key) == expected.get(key) for key in range(15_000))
