"""CAMPAIGN is an id, a name or `last`, in every command that takes one."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.recording import recording

FAILS = "+12025550199"
ROWS = f"phone,n\n+12025550123,1\n{FAILS},2\n+12025550124,3\n"
TAKES_CAMPAIGN = (
    "campaigns watch {}",
    "campaigns report {}",
    "campaigns retry {} --yes",
    "messages list --campaign {}",
    "messages tail --no-follow --campaign {}",
    "ussd-pulls list --campaign {}",
    "suppress from-replies --campaign {}",
)


@pytest.fixture
def mailed(run: Run, server: Gateway, home: Path) -> Gateway:
    """Campaigns 1 to 3 and 4 to 6 of two runs of the mailing Spring; its second message fails."""
    (home / "m.csv").write_text(ROWS)
    for _ in range(2):
        run("messages send --csv m.csv -m 'Hi {n}' --name Spring --allow repeat")
    return server


def ledger(home: Path) -> sqlite3.Connection:
    (path,) = (home / ".local/state/smsgw/sends").glob("*.db")
    return sqlite3.connect(path)


def change_ledger(home: Path, sql: str, *values: Any) -> None:
    with ledger(home) as db:
        db.execute(sql, values)


def ids(run: Run, line: str) -> list[int]:
    return sorted(map(int, run(f"{line} -q").stdout.split()))


def test_last_is_the_newest_send_from_here(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m One --name Notice")
    run("messages send --to +12025550123 -m Two")
    assert ids(run, "campaigns report last") == [2]
    run("ussd-pulls send --code '*123#' --sim 1")
    assert run("campaigns watch last -o json").json["id"] == 3
    assert [each["code"] for each in run("ussd-pulls list --campaign last -o json").json]


def test_last_is_of_this_server_alone(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hi")
    run("-p sandbox campaigns watch last", code=4)


@pytest.mark.parametrize("line", TAKES_CAMPAIGN)
def test_where_nothing_was_sent_last_is_not_found(run: Run, server: Gateway, line: str) -> None:
    error = run(f"{line.format('last')} -o json", code=4).error
    assert "nothing was sent to this server from here" in error["message"]
    assert "campaigns list" in error["hint"]
    assert server.requests == []


@pytest.mark.parametrize("line", TAKES_CAMPAIGN)
def test_an_empty_campaign_is_refused_before_any_request(
    run: Run, server: Gateway, line: str
) -> None:
    assert "CAMPAIGN is empty" in run(line.format("''"), code=2).stderr
    assert server.requests == []


@pytest.mark.parametrize("line", TAKES_CAMPAIGN)
def test_an_id_needs_no_ledger(run: Run, server: Gateway, home: Path, line: str) -> None:
    run("messages send --to +12025550123 -m Hi")
    (file,) = (home / ".local/state/smsgw/sends").glob("*.db")
    file.unlink()
    file.write_text("damaged")
    run(line.format(1))


@pytest.mark.parametrize("line", TAKES_CAMPAIGN)
def test_a_name_from_here_is_its_newest_campaign(run: Run, server: Gateway, line: str) -> None:
    for _ in range(2):
        run("messages send --to +12025550123 -m Hi --name Notice")
    run("messages send --to +12025550123 -m Other")
    before = len(server.requests)
    run(line.format("Notice"))
    assert server.requests[before:]
    assert all(path != "/api/v1/campaigns" for _, path, _ in server.requests[before:])
    assert ids(run, "campaigns report Notice") == [2]


def test_the_name_of_a_mailing_is_all_of_its_newest_run(run: Run, mailed: Gateway) -> None:
    assert ids(run, "campaigns report Spring") == [4, 5, 6]
    assert ids(run, "campaigns watch Spring") == [4, 5, 6]
    assert ids(run, "campaigns watch last") == [4, 5, 6]
    assert ids(run, "campaigns report 1 Spring 4 last") == [1, 4, 5, 6]


def test_a_mailing_that_was_resumed_is_one_run(run: Run, server: Gateway, home: Path) -> None:
    (home / "m.csv").write_text(ROWS)
    server.faults.add("422 POST /messages/send after=1 times=1")
    line = "messages send --csv m.csv -m 'Hi {n}' --name Spring --once spring --workers 1"
    run(line, code=7)
    run("messages send --to +12025550123 -m Between")
    run(line)
    assert len(ids(run, "campaigns report Spring")) == 3


def test_a_mailing_is_not_one_of_a_longer_name_or_a_send_of_its_name(
    run: Run, mailed: Gateway
) -> None:
    run("messages send --csv m.csv -m 'Hi {n}' --name 'Spring sale' --allow repeat")
    run(
        "messages send --to +12025550123 -m Hi --name 'Spring 0123456789' --once a/0123456789abcdef"
    )
    run("messages send --to +12025550123 -m Hi --once a/0123456789abcdee")
    assert ids(run, "campaigns report Spring") == [4, 5, 6]
    assert ids(run, "campaigns report 'Spring sale'") == [7, 8, 9]
    assert ids(run, "campaigns report last") == [11]
    run("messages send --to +12025550123 -m Hi --name Spring")
    assert ids(run, "campaigns report Spring") == [12]


def test_one_campaign_of_a_mailing_has_its_own_name(run: Run, mailed: Gateway) -> None:
    name = run("campaigns get 5 -o json").json["name"]
    assert ids(run, "campaigns report") == [1, 2, 3, 4, 5, 6]
    assert run(f"campaigns report '{name}' -o json").json["id"] == 5


def test_the_campaigns_of_a_retry_are_one_run(run: Run, mailed: Gateway) -> None:
    run(f"messages send --to {FAILS} -m Again --name Solo")
    run("campaigns retry Spring Solo --yes --name Second")
    assert ids(run, "campaigns report Second") == ids(run, "campaigns report last") == [8, 9]


def test_a_ledger_of_an_older_version_has_names_and_a_last_send(
    run: Run, mailed: Gateway, home: Path
) -> None:
    run("messages send --to +12025550123 -m Hi --name Notice")
    change_ledger(home, "UPDATE sends SET run = NULL")
    assert ids(run, "campaigns report Spring") == [4, 5, 6]
    assert ids(run, "campaigns report last") == ids(run, "campaigns report Notice") == [7]


def test_a_name_from_elsewhere_must_be_that_of_one_campaign(
    run: Run, server: Gateway, home: Path
) -> None:
    run("messages send --to +12025550123 -m Hi --name Once")
    for _ in range(2):
        run("messages send --to +12025550123 -m Hi --name Twice")
    run("sends forget 1 2 3 --yes")
    assert ids(run, "campaigns report Once") == [1]
    run("campaigns report once", code=4)
    several = run("campaigns watch Twice -o json", code=2).error
    assert "2 campaigns are named 'Twice': 3 (Twice); 2 (Twice)" in several["message"]
    missing = run("campaigns report Nobody -o json", code=4).error
    assert missing["hint"] == "see 'smsgw campaigns list'"


def test_names_come_from_standard_input_too(run: Run, mailed: Gateway) -> None:
    told = run("campaigns report - -q", input="1\n\nSpring\n").stdout.split()
    assert sorted(told) == ["1", "4", "5", "6"]


@pytest.mark.parametrize("text", ["last", "Lost"])
def test_a_send_whose_campaign_is_not_known_is_not_guessed(
    run: Run, server: Gateway, home: Path, text: str
) -> None:
    run("messages send --to +12025550123 -m Hi --name Lost")
    run("messages send --to +12025550123 -m Hi --name Lost")
    change_ledger(home, "UPDATE sends SET state = 'unknown', campaign = NULL WHERE id = 2")
    for line in TAKES_CAMPAIGN:
        error = run(f"{line.format(text)} -o json", code=8).error
        assert "is unknown" in error["message"]
        assert "smsgw sends settle 2" in error["hint"]
    run("sends settle")
    assert ids(run, f"campaigns report {text}") == [2]


@pytest.mark.parametrize("text", ["last", "Bad"])
def test_a_refused_send_is_not_taken_for_the_one_before(
    run: Run, server: Gateway, text: str
) -> None:
    run("messages send --to +12025550123 -m Hi --name Bad")
    server.faults.add("422 POST /messages/send times=1")
    run("messages send --to +12025550123 -m Hi --name Bad", code=5)
    error = run(f"campaigns report {text} -o json", code=4).error
    assert "was refused" in error["message"]


def test_a_part_of_a_mailing_that_is_not_known_is_told(
    run: Run, mailed: Gateway, home: Path
) -> None:
    change_ledger(home, "UPDATE sends SET state = 'unknown', campaign = NULL WHERE id = 5")
    told = run("campaigns report Spring -q")
    assert len(told.stdout.split()) == 2
    assert "'Spring' has 1 send with an unknown campaign" in told.stderr
    assert "sends settle" in told.stderr


def test_lists_of_several_campaigns_are_read_in_turn(run: Run, mailed: Gateway) -> None:
    texts = {each["content"] for each in run("messages list --campaign Spring -o json").json}
    assert texts == {"Hi 1", "Hi 2", "Hi 3"}
    assert len(ids(run, "messages list --campaign Spring")) == 3
    assert len(ids(run, "messages list --campaign Spring --limit 2")) == 2
    assert len(ids(run, "messages list --campaign Spring --status Failed")) == 1
    assert run("ussd-pulls list --campaign Spring -o json").json == []


def test_one_stream_is_of_one_campaign(run: Run, mailed: Gateway) -> None:
    before = len(mailed.requests)
    error = run("messages tail --campaign Spring --no-follow -o json", code=2).error
    assert "6, 5, 4" in error["message"]
    assert len(mailed.requests) == before


def test_replies_to_each_of_several_campaigns_are_read(run: Run, mailed: Gateway) -> None:
    before = len(mailed.requests)
    assert run("suppress from-replies --campaign Spring -o json").json["found"] == 0
    assert [path for _, path, _ in mailed.requests[before:]] == ["/api/v1/messages"] * 3


def test_a_filter_of_campaigns_by_name_is_exact(run: Run, server: Gateway) -> None:
    for name in ("Sale", "Sale", "Sales", "sale"):
        run(f"messages send --to +12025550123 -m Hi --name {name}")
    assert ids(run, "campaigns list --name Sale") == [1, 2]
    assert ids(run, "campaigns list --name Sale --limit 1") == [2]
    assert ids(run, "campaigns list --name Sale --type MMS") == []
    assert run("campaigns list --name Nobody -o json").json == []


@pytest.mark.parametrize("group", ["campaigns", "messages", "ussd-pulls"])
def test_after_is_since_for_ever(run: Run, monkeypatch: Any, group: str) -> None:
    with recording() as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        old = run(f"{group} list --after 2026-01-01 --before 2026-02-01")
        new = run(f"{group} list --since 2026-01-01 --before 2026-02-01")
        assert [each.query for each in server.requests] == [
            {"after": "2026-01-01", "before": "2026-02-01"}
        ] * 2
    assert old == new
    assert "--after" not in run(f"{group} list --help").stdout


def test_a_time_in_the_ledger_is_when_the_run_began(run: Run, mailed: Gateway, home: Path) -> None:
    began = (datetime.now(UTC) - timedelta(hours=5)).replace(microsecond=0)
    change_ledger(home, "UPDATE sends SET started_at = ? WHERE id = 4", began.isoformat())
    told = run("campaigns retry Spring --yes").stderr
    assert f"note: 'Spring' is from {began:%Y-%m-%d %H:%M} (3 campaigns)" in told
