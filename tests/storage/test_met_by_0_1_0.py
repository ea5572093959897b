"""Version 0.1.0 on files of this one: it uses them, or refuses them, and never sends too much."""

import sqlite3
from contextlib import closing
from pathlib import Path

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.storage.conftest import Old

SEND = "messages send --to +12025550123 -m Hi"
TAIL = "messages tail --no-follow --since 1d --cursor c -o json"


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for each in statements:
            db.execute(each)


def test_a_send_of_this_version_is_not_repeated_by_it(run: Run, server: Gateway, old: Old) -> None:
    run(f"{SEND} --once monday")
    assert "newer version" in old(f"{SEND} --once monday", code=1).stderr
    assert len(server.store.rows("campaigns")) == 1


def test_it_refuses_a_newer_ledger(run: Run, server: Gateway, old: Old, state: Path) -> None:
    run(f"{SEND} --once monday")
    (ledger,) = (state / "sends").glob("*.db")
    change(ledger, "PRAGMA user_version = 99")
    assert "newer version" in old(f"{SEND} --once tuesday", code=1).stderr
    assert "newer version" in run(f"{SEND} --once tuesday", code=1).stderr
    assert len(server.store.rows("campaigns")) == 1


def test_it_resumes_a_cursor_of_the_same_tables(run: Run, server: Gateway, old: Old) -> None:
    run(SEND)
    assert len(run(TAIL).json) == 1
    assert old(TAIL).stdout.strip() == "[]"


def test_it_refuses_a_cursor_with_another_application_id_alone(
    run: Run, server: Gateway, old: Old, home: Path
) -> None:
    """It does not look at user_version, so that a cursor of other tables needs another id."""
    run(TAIL)
    change(home / "c", "PRAGMA user_version = 99")
    old(TAIL)
    assert "newer version" in run(TAIL, code=1).stderr
    change(home / "c", "PRAGMA application_id = 1936548708")
    before = (home / "c").read_bytes()
    old(TAIL, code=2)
    run(TAIL, code=2)
    assert (home / "c").read_bytes() == before


def test_it_keeps_out_the_numbers_of_this_version_and_adds_its_own(
    run: Run, server: Gateway, old: Old
) -> None:
    run("suppress add +12025550123 --reason 'asked to'")
    assert "suppressed" in old(SEND, code=2).stderr
    old("suppress add +12025550124")
    for number in ("+12025550123", "+12025550124"):
        run(f"messages send --to {number} -m Hi", code=2)
        old(f"messages send --to {number} -m Hi", code=2)
    assert server.store.rows("campaigns") == []


def test_it_keeps_out_and_adds_to_a_newer_list_with_tables_beside(
    run: Run, server: Gateway, old: Old, state: Path
) -> None:
    run("suppress add +12025550123")
    change(
        state / "suppressed.db",
        "CREATE TABLE pending (number TEXT PRIMARY KEY)",
        "PRAGMA user_version = 99",
    )
    old(SEND, code=2)
    old("suppress add +12025550124")
    old("messages send --to +12025550124 -m Hi", code=2)
    assert "newer version" in run(SEND, code=1).stderr
    assert server.store.rows("campaigns") == []


def test_the_list_has_the_table_that_it_reads_with_its_three_columns(run: Run, state: Path) -> None:
    run("suppress add +12025550123")
    with closing(sqlite3.connect(state / "suppressed.db")) as db:
        columns = db.execute("SELECT name FROM pragma_table_info('suppressed')").fetchall()
    assert columns == [("number",), ("reason",), ("since",)]


def test_an_import_of_this_version_is_listed_and_undone_by_it(
    run: Run, server: Gateway, old: Old, home: Path
) -> None:
    (home / "people.csv").write_text("phone\n+12025550123\n+12025550124\n")
    run("contact-lists create People")
    run("contacts import People people.csv")
    assert "finished" in old("imports list").stdout
    old("imports undo 1 --yes")
    assert server.store.rows("contacts") == []
