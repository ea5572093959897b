"""`messages send --csv` leaves out rows that are not subscribed."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ANN, BOB, CY = "+12025550123", "+12025550124", "+12025550125"


def write(home: Path, *lines: str) -> None:
    (home / "a.csv").write_text("\n".join(lines) + "\n")


def sent(server: Gateway) -> set[str]:
    return {row["to_number"] for row in server.store.rows("messages")}


def test_an_export_reaches_those_who_are_subscribed(run: Run, server: Gateway, home: Path) -> None:
    run("contact-lists create People")
    run("fields create People Name")
    run(f"contacts create People {ANN} --field name=Ann")
    run(f"contacts create People {BOB} --field name=Bob --unsubscribed")
    for output in ("csv", "excel"):
        exported = run(f"contacts export People -o {output}").stdout
        said = run("messages send --csv - -m 'Hi {name}' --allow repeat", input=exported).stderr
        assert "1 row skipped: not subscribed" in said
        assert sent(server) == {ANN}
    shown = run("messages preview --csv - -m 'Hi {name}' -o json", input=exported).json
    assert shown["recipients"] == 1


@pytest.mark.parametrize(
    ("header", "options", "cells"),
    [
        ("phone,Subscribed", "", ("yes", "no", "")),
        ("phone,subscribed", "", ("WAHR", "FALSCH", "WAHR")),
        ("phone,state", "--map state=subscribed", ("subscribed", "unsubscribed", "")),
        ("phone,out", "--map out=unsubscribed", ("0", "1", "")),
        ("phone,out", "--map out=unsubscribed", ("", "2020-02-02", "no")),
    ],
)
def test_a_row_is_left_out_only_if_it_says_so(
    run: Run, server: Gateway, home: Path, header: str, options: str, cells: tuple[str, ...]
) -> None:
    rows = zip((ANN, BOB, CY), cells, strict=True)
    write(home, header, *(f"{number},{cell}" for number, cell in rows))
    run(f"messages send --csv a.csv -m Hi {options}")
    assert sent(server) == {ANN, CY}
    results = (home / "a.csv.results.csv").read_text()
    assert f"{BOB},{cells[1]},,left out,not subscribed" in results


def test_a_number_that_one_row_unsubscribes_gets_nothing_by_another(
    run: Run, server: Gateway, home: Path
) -> None:
    write(home, "phone,subscribed", f"{ANN},yes", f"{BOB},yes", f"{ANN},no")
    run("messages send --csv a.csv -m Hi")
    assert sent(server) == {BOB}


def test_a_column_that_is_neither_yes_nor_no_sends_nothing(
    run: Run, server: Gateway, home: Path
) -> None:
    write(home, "phone,subscribed", f"{ANN},yes", f"{BOB},perhaps")
    refused = run("messages send --csv a.csv -m Hi", code=2).stderr
    assert "row 3: subscribed: 'perhaps' is not true or false; --map subscribed= " in refused
    assert server.requests == []


def test_a_file_of_the_unsubscribed_alone_is_an_error(
    run: Run, server: Gateway, home: Path
) -> None:
    write(home, "phone,subscribed", f"{ANN},no")
    assert "no row is subscribed" in run("messages send --csv a.csv -m Hi", code=2).stderr
    assert server.requests == []


def test_an_ignored_column_leaves_nobody_out(run: Run, server: Gateway, home: Path) -> None:
    write(home, "phone,subscribed", f"{ANN},no")
    run("messages send --csv a.csv -m Hi --map subscribed=")
    assert sent(server) == {ANN}


def test_a_table_of_recipients_may_not_have_unsubscribed_ones(
    run: Run, server: Gateway, home: Path
) -> None:
    line = "messages send -m Hi --to @a.csv --map Phone=mobile_number"
    write(home, "Phone,Subscribed", f"{ANN},yes", f"{BOB},no")
    assert "--csv a.csv skips such rows" in run(line, code=2).stderr
    write(home, "Phone,Opted Out", f"{ANN},no", f"{BOB},yes")
    assert "--map 'Opted Out='" in run(line, code=2).stderr
    assert sent(server) == set()
    write(home, "Phone,Subscribed", f"{ANN},yes", f"{BOB},")
    run(line)
    assert sent(server) == {ANN, BOB}
