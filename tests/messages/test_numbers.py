"""NUMBERS, one grammar for --to, --exclude, suppress add and suppress remove."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ANN, BOB, CY = "+12025550123", "+12025550124", "+12025550125"
FILE = f"# since May\n\n{BOB}  # Bob\n+1 202 555 0125#Cy\n"
TABLE = f"Name,Phone 1,Land\nBob,{BOB},\nCy,202 555 0125,us\n"
GIVEN = [f"{ANN},{BOB} {CY}", f"{ANN} @numbers.txt", f"{ANN} -"]


@pytest.fixture
def files(home: Path) -> Path:
    (home / "numbers.txt").write_text(FILE)
    (home / "numbers.csv").write_text(TABLE)
    return home


def reached(server: Gateway) -> list[str]:
    return sorted(row["to_number"] for row in server.store.rows("messages"))


def options(name: str, given: str) -> str:
    return " ".join(f"{name} {each}" for each in given.split())


@pytest.mark.parametrize("given", GIVEN)
def test_they_are_whom_a_send_goes_to(run: Run, server: Gateway, files: Path, given: str) -> None:
    run(f"messages send -m Hi {options('--to', given)}", input=FILE)
    assert reached(server) == [ANN, BOB, CY]


@pytest.mark.parametrize("given", GIVEN)
def test_they_are_whom_a_send_leaves_out(
    run: Run, server: Gateway, files: Path, given: str
) -> None:
    other = "+12025550199"
    everyone = f"--to {ANN},{BOB},{CY},{other}"
    run(f"messages send -m Hi {everyone} {options('--exclude', given)}", input=FILE)
    assert reached(server) == [other]


@pytest.mark.parametrize("given", GIVEN)
def test_they_are_who_is_suppressed_and_no_longer(run: Run, files: Path, given: str) -> None:
    run(f"suppress add {given}", input=FILE)
    assert run("suppress list -q").stdout.split() == [ANN, BOB, CY]
    run(f"suppress remove {given}", input=FILE)
    assert run("suppress list -o json").json == []


def test_a_column_of_a_file_is_read(run: Run, server: Gateway, files: Path) -> None:
    maps = "--map 'phone 1=mobile_number' --map Land=region"
    run(f"messages send -m Hi --to @numbers.csv {maps}")
    assert reached(server) == [BOB, CY]
    run(f"messages send -m Hi --to {ANN},{BOB} --exclude @numbers.csv {maps}")
    assert reached(server) == [ANN, BOB, CY]
    run(f"suppress add @numbers.csv {maps}")
    run(f"suppress add - {maps} --reason asked", input=TABLE.replace(BOB, ANN))
    found = {each["number"]: each["reason"] for each in run("suppress list -o json").json}
    assert found == {ANN: "asked", BOB: "from numbers.csv", CY: "from numbers.csv"}
    run(f"suppress remove @numbers.csv {maps}")
    assert run("suppress list -q").stdout.split() == [ANN]


def test_a_plain_file_of_numbers_is_left_out_beside_a_mapped_table(
    run: Run, server: Gateway, files: Path
) -> None:
    line = "messages send --csv numbers.csv --map 'Phone 1=mobile_number' --map Land=region -m Hi"
    (files / "no.txt").write_text(f"{BOB}\n")
    run(f"{line} --exclude no.txt")
    assert reached(server) == [CY]


@pytest.mark.parametrize("name", ["2026-11-27", "12"])
def test_a_bare_path_that_looks_like_a_number_is_a_file(
    run: Run, server: Gateway, home: Path, name: str
) -> None:
    (home / name).write_text(f"{ANN}\n")
    run(f"messages send --to {ANN},{BOB} -m Hi --exclude {name}")
    assert reached(server) == [BOB]


LINES = [
    "messages send -m Hi --to {}",
    "messages send -m Hi --to +12025550199 --exclude {}",
    "suppress add {}",
    "suppress remove {}",
]


@pytest.mark.parametrize("line", LINES)
def test_every_invalid_number_is_named(run: Run, server: Gateway, home: Path, line: str) -> None:
    (home / "a.txt").write_text(f"{ANN}\nnobody\n555 1234\n")
    refused = run(f"{line.format('@a.txt')} -o json", code=2).error
    assert list(refused["errors"]) == ["a.txt, line 2", "a.txt, line 3"]
    assert "nobody" in refused["errors"]["a.txt, line 2"][0]
    (home / "a.txt").write_text(f"{ANN}\nnobody\n")
    assert "a.txt, line 2: 'nobody'" in run(line.format("@a.txt"), code=2).stderr
    assert "'0000' is not" in run(line.format("0000") + " --set region=US", code=2).stderr
    assert "cannot read nowhere.txt" in run(line.format("@nowhere.txt"), code=2).stderr
    assert server.requests == []
    assert run("suppress list -o json").json == []


@pytest.mark.parametrize("line", LINES)
def test_standard_input_is_named_and_may_not_be_empty(run: Run, server: Gateway, line: str) -> None:
    told = run(line.format("-"), code=2, input="nobody\n").stderr
    assert "standard input, line 1: 'nobody'" in told
    run(line.format("-"), code=2, input="\n# none\n")
    assert server.requests == []


def test_a_number_with_an_extension_is_not_shortened_to_another(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "a.txt").write_text(f"{ANN}#5\n")
    assert "not a valid phone number" in run("messages send -m Hi --to @a.txt", code=2).stderr
    assert server.requests == []


@pytest.mark.parametrize("line", ["--to -", "--csv -", f"--to {ANN} --message-file -"])
def test_standard_input_is_read_for_one_thing(run: Run, server: Gateway, line: str) -> None:
    text = "" if "file" in line else "-m Hi"
    refused = run(f"messages send {text} {line} --exclude -", code=2, input=f"{ANN}\n").stderr
    assert "standard input" in refused
    assert server.requests == []


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        ("--map nowhere=mobile_number", "no column 'nowhere'"),
        ("--map Land=mobile_number:text", "only a field has a type"),
        ("--map 'Phone 1=mobile_number' --map Land=x:text", "contacts import and sync"),
        ("--map 'Phone 1=' --map Land=region", "no column for the mobile number"),
    ],
)
def test_a_map_that_makes_no_sense_is_refused(run: Run, files: Path, maps: str, said: str) -> None:
    assert said in run(f"suppress add @numbers.csv {maps}", code=2).stderr
    assert run("suppress list -o json").json == []


# Each pair of lines leaves the same do-not-contact list.
PAIRS = [
    ("suppress import numbers.txt", "suppress add @numbers.txt"),
    (
        "suppress import numbers.csv --column 'phone 1' --reason gone",
        "suppress add @numbers.csv --map 'phone 1=mobile_number' --reason gone",
    ),
    ("suppress import - --reason asked", "suppress add - --reason asked"),
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_an_old_line_suppresses_whom_the_new_one_does(
    run: Run, files: Path, old: str, new: str
) -> None:
    kept = []
    for line in (old, new):
        run(f"{line} --set region=US", input=FILE)
        kept.append(
            [(each["number"], each["reason"]) for each in run("suppress list -o json").json]
        )
        run(f"suppress remove {BOB} {CY}")
    assert kept[0] == kept[1]
    assert len(kept[0]) == 2


def test_stop_words_are_a_setting(run: Run, server: Gateway, tmp_path: Path) -> None:
    for number, text in ((ANN, "stop"), (BOB, "Arret "), (CY, "hello there")):
        to = ["--to", "1", "--db", str(tmp_path / "gateway.db")]
        run("sandbox receive", "--from", number, "-m", text, *to)
    line = "suppress from-replies -n -o json"
    assert run(line).json["found"] == 2
    assert run(f"{line} --set stop_words='Hello there'").json["found"] == 3
    for only in ("--set stop_words==ARRET", "--keyword ARRET"):
        assert run(f"{line} {only}").json["found"] == 1
    assert run(f"{line} --keyword arret --keyword 'hello there'").json["found"] == 2
    assert "--keyword is empty" in run(f"{line} --keyword ''", code=2).stderr
