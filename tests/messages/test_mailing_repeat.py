"""What is the same mailing, and what becomes of it when it is sent again."""

import shlex
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import at_terminal

LINE = "messages send --settle 0 -m 'Hi {name}'"
FILE = f"{LINE} --csv people.csv"
ROWS = "name,phone\nAnn,+12025550123\nBob,+12025550124\n"
CY, REFUSED_CY = "Cy,+12025550125\n", "Cy,+12025550126\n"
STOPPED = "401 POST /messages/send after=1"


@pytest.fixture
def people(home: Path) -> Path:
    path = home / "people.csv"
    path.write_text(ROWS)
    return path


def sent(server: Gateway) -> Counter[str]:
    return Counter(row["message"] for row in server.store.rows("campaigns"))


def let_pass(home: Path, hours: int) -> None:
    """Let so many hours pass since all that is in the ledger."""
    (ledger,) = (home / ".local/state/smsgw/sends").glob("*.db")
    times = {
        "sends": ("started_at", "touched_at", "ended_at"),
        "mailings": ("started_at", "ended_at", "since"),
    }
    with closing(sqlite3.connect(ledger)) as db, db:
        for table, columns in times.items():
            for column in columns:
                moved = f"strftime('%Y-%m-%dT%H:%M:%f000+00:00', {column}, '-{hours} hours')"
                db.execute(f"UPDATE {table} SET {column} = {moved}")


@pytest.mark.parametrize(
    "again",
    [
        "--csv people.csv",
        "--csv people.csv --sim 1 --name Training --rate 60/min",
        "--csv people.csv --at 'tomorrow 09:00' --exclude +12025550199 --type sms",
        "--csv people.csv --encoding cp1252 --region US --gsm",
        "--csv people.csv --map phone=mobile_number --workers 1",
        "--csv ./people.csv --once monday",
        "--csv other.csv",
        "--csv sorted.csv",
        "--csv link.csv",
        "--csv -",
    ],
)
def test_the_same_rows_go_out_once_whatever_the_other_options(
    run: Run, server: Gateway, home: Path, people: Path, again: str
) -> None:
    (home / "other.csv").write_text(ROWS)
    (home / "sorted.csv").write_text("phone;name\n+12025550124;Bob\n+12025550123;Ann\n")
    (home / "link.csv").symlink_to(people)
    run(FILE)
    refused = run(f"{LINE} {again}", code=2, input=ROWS)
    assert "nothing to send: mailing 1 of 2" in refused.stderr
    assert "--allow repeat" in refused.stderr
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1}


@pytest.mark.parametrize(
    "other",
    ["-m 'Bye {name}'", "-m 'Hi {name}' --attachment https://x/y.png"],
)
def test_another_text_or_attachment_is_another_mailing(
    run: Run, server: Gateway, people: Path, other: str
) -> None:
    run(FILE)
    run(f"messages send --settle 0 --csv people.csv {other}")
    assert sum(sent(server).values()) == 4


def test_it_is_sent_again_if_that_is_allowed(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    run(FILE)
    run(f"{FILE} --allow repeat")
    run(f"{FILE} --set repeat_after=0")
    assert set(sent(server).values()) == {3}
    allowed = Counter(each["allowed"] for each in run("sends list -o json").json)
    assert allowed == {None: 2, "repeat": 2, "repeat_after=0s": 2}
    run(FILE, code=2)


def test_it_is_a_new_mailing_later(run: Run, server: Gateway, home: Path, people: Path) -> None:
    people.write_text(ROWS + CY)
    for week in range(1, 4):
        server.faults.add("422 POST /messages/send times=1 after=2")
        told = run(f"{FILE} --workers 1", code=7).stderr
        assert ("this one is new" in told) is (week > 1)
        assert sent(server) == {"Hi Ann": week, "Hi Bob": week}
        let_pass(home, hours=7)


@pytest.mark.parametrize("mended", ["people.csv", "people.csv.rejects.csv"])
def test_a_mended_row_goes_out_alone(
    run: Run, server: Gateway, home: Path, people: Path, mended: str
) -> None:
    people.write_text(ROWS + REFUSED_CY)
    server.faults.add("422 POST /messages/send times=1 after=2")
    run(f"{FILE} --workers 1", code=7)
    file = home / mended
    file.write_text(file.read_text().replace("26", "25"))
    run(f"{LINE} --csv {mended}")
    people.write_text(ROWS + CY)
    assert "nothing to send" in run(FILE, code=2).stderr
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1, "Hi Cy": 1}


def test_what_is_new_after_a_whole_mailing_is_told(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    run(FILE)
    people.write_text(ROWS + CY)
    told = run(FILE, code=7).stderr
    assert "2 rows" in told
    assert "--allow repeat" in told
    assert "repeat_after" in told
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1, "Hi Cy": 1}
    # Those of both runs are skipped, not only those of the newest.
    run(FILE, code=2)


def test_rows_of_other_texts_are_not_told(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    run(FILE)
    people.write_text("name,phone\nann,+12025550123\nbob,+12025550124\n")
    run(FILE)
    assert sum(sent(server).values()) == 4


@pytest.mark.parametrize("options", ["", "--once monday", "--set repeat_after=0"])
def test_what_is_unfinished_is_continued(
    run: Run, server: Gateway, home: Path, people: Path, options: str
) -> None:
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1", code=7)
    server.faults.clear()
    people.write_text(ROWS + CY)
    assert "resuming mailing 1" in run(f"{FILE} {options}").stderr
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1, "Hi Cy": 1}
    if "once" in options:
        let_pass(home, hours=30)
        run(f"{FILE} {options}")
        assert set(sent(server).values()) == {1}


def test_what_is_unfinished_for_long_is_left_to_the_user(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1", code=7)
    server.faults.clear()
    let_pass(home, hours=21)
    for options in ("", "--yes"):
        refused = run(f"{FILE} {options}", code=2).stderr
        assert "mailing 1 of 2" in refused
        assert "--allow unfinished" in refused
        assert "--allow repeat" in refused
    assert sum(sent(server).values()) == 1
    run(f"{FILE} --allow unfinished")
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1}


def test_what_is_unfinished_can_be_begun_anew(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{FILE} --workers 1 --retries 0", code=8)
    assert "closing mailing 1 " in run(f"{FILE} --allow repeat").stderr
    assert set(sent(server).values()) == {2}
    states = Counter(each["state"] for each in run("sends list -o json").json)
    assert states == {"accepted": 3, "unknown": 1}
    run(FILE, code=2)


def test_a_mailing_whose_unknown_rows_were_settled_is_finished(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{FILE} --workers 1 --retries 0", code=8)
    run("sends settle --set settle=0")
    assert "nothing to send" in run(FILE, code=2).stderr
    let_pass(home, hours=30)
    run(FILE)
    assert set(sent(server).values()) == {2}


def test_a_continued_mailing_skips_what_it_skipped_when_it_began(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    run(FILE)
    people.write_text(ROWS + CY + "Di,+12025550127\n")
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1", code=7)
    server.faults.clear()
    let_pass(home, hours=10)
    assert "only new rows" in run(FILE, code=7).stderr
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1, "Hi Cy": 1, "Hi Di": 1}


def test_a_mailing_begun_anew_skips_nothing_when_it_is_continued(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    run(FILE)
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1 --allow repeat", code=7)
    server.faults.clear()
    run(FILE)
    assert sent(server) == {"Hi Ann": 2, "Hi Bob": 2}


def test_somebody_suppressed_meanwhile_changes_nothing(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1", code=7)
    server.faults.clear()
    run("suppress add +12025550123")
    assert "resuming mailing 1" in run(FILE).stderr
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1}
    run(FILE, code=2)


@pytest.mark.parametrize("file", ["people.csv", "other.csv"])
def test_a_key_with_another_text_sends_nothing(
    run: Run, server: Gateway, home: Path, people: Path, file: str
) -> None:
    (home / "other.csv").write_text(ROWS + CY)
    first = run(f"{FILE} --once monday -q").stdout
    again = run(f"messages send --csv {file} -m 'Bye {{name}}' --once monday -q")
    assert "warning: mailing 1 with the key 'monday' had another text" in again.stderr
    assert again.stdout == first
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1}


def test_trying_first_shows_what_would_be_sent_now(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    def planned(options: str = "") -> list[str]:
        return [each["body"]["message"] for each in run(f"{FILE} {options} --dry-run").json]

    assert planned() == ["Hi Ann", "Hi Bob"]
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1", code=7)
    server.faults.clear()
    assert planned() == ["Hi Bob"]
    run(FILE)
    run(f"{FILE} --dry-run", code=2)
    assert planned("--allow repeat") == ["Hi Ann", "Hi Bob"]
    people.write_text(ROWS + CY)
    assert planned() == ["Hi Cy"]
    assert sum(sent(server).values()) == 2


@pytest.mark.parametrize(("answer", "code", "count"), [(b"y\n", 0, 2), (b"n\n", 1, 1)])
def test_at_a_terminal_it_is_asked_whether_to_finish_what_is_old(
    run: Run, server: Gateway, home: Path, people: Path, answer: bytes, code: int, count: int
) -> None:
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1", code=7)
    server.faults.clear()
    let_pass(home, hours=21)
    ended = at_terminal(shlex.split(FILE), answer)
    assert "Finish mailing 1 of 2" in ended.output
    assert ended.code == code
    assert sum(sent(server).values()) == count


def test_the_question_is_about_the_rows_that_are_left(
    run: Run, server: Gateway, home: Path, people: Path
) -> None:
    people.write_text(ROWS + CY)
    server.faults.add(STOPPED)
    run(f"{FILE} --workers 1 --yes", code=7)
    server.faults.clear()
    asked = at_terminal(shlex.split(f"{FILE} --set ask_above=1 --once monday"), b"y\n")
    assert "left: 2 of 3 rows (resuming mailing 1 of 2" in asked.output
    assert "recipients: 2" in asked.output
    assert "message 1: to +12025550124" in asked.output
    assert "Send it to 2 recipients?" in asked.output
    assert sent(server) == {"Hi Ann": 1, "Hi Bob": 1, "Hi Cy": 1}


def test_what_was_sent_before_is_not_printed_as_if_it_was_sent_now(
    run: Run, server: Gateway, people: Path
) -> None:
    assert len(run(f"{FILE} -q").stdout.split()) == 2
    assert run(f"{FILE} -q", code=2).stdout == ""


def test_another_key_is_another_mailing(run: Run, server: Gateway, people: Path) -> None:
    for key in ("monday", "tuesday"):
        run(f"{FILE} --once {key}")
    assert set(sent(server).values()) == {2}
