"""`campaigns retry` takes names, several campaigns, and what `messages retry` took."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.campaigns.test_reference import FAILS, change_ledger, mailed
from tests.conftest import Run
from tests.output.terminal import on_terminal

__all__ = ["mailed"]  # a fixture


@pytest.fixture
def failed(run: Run, server: Gateway) -> Gateway:
    """Campaigns 1 and 2 of two names, each with one message that arrived and one that failed."""
    run(f"messages send --to +12025550123,{FAILS} -m Hello --name One --sim 2")
    run(f"messages send --to +12025550123,{FAILS} -m Hello --name Two --sim 1")
    return server


def sends(gateway: Gateway) -> int:
    return len(gateway.store.rows("campaigns"))


def set_back(home: Path, hours: float) -> None:
    began = datetime.now(UTC) - timedelta(hours=hours)
    change_ledger(home, "UPDATE sends SET started_at = ?", began.isoformat())


def test_the_old_command_and_the_new_one_send_the_same(run: Run, failed: Gateway) -> None:
    options = "--sim 1 --delay 7 --name Again --at 2031-01-01T12:00:00Z --dry-run"
    new = run(f"campaigns retry 1 {options}")
    old = run(f"messages retry --campaign 1 {options}")
    assert new.json["body"]["mobile_numbers"] == [FAILS]
    assert new == old
    first = run("campaigns retry 1 --yes -o json").json
    again = run("messages retry --campaign 1 --yes -o json")
    assert (again.json["id"], sends(failed)) == (first["id"], 3)
    assert "not sent again" in again.stderr


def test_the_old_command_is_noted_at_a_terminal_only(run: Run, failed: Gateway) -> None:
    shown = on_terminal("messages retry --campaign 1 --dry-run").shown
    assert "note: 'smsgw messages retry --campaign' is now 'smsgw campaigns retry'" in shown
    assert "is now" not in run("messages retry --campaign 1 --dry-run").stderr
    assert "retry" not in [
        line.split()[0] for line in run("messages --help").stdout.splitlines() if line.split()
    ]


@pytest.mark.parametrize("line", ["--campaign Spring", "--campaign last", ""])
def test_the_old_command_takes_an_id_as_it_did(run: Run, failed: Gateway, line: str) -> None:
    run(f"messages retry {line} --yes", code=2)


def test_several_are_retried_in_one_go(run: Run, failed: Gateway) -> None:
    told = run("campaigns retry 1 Two --yes -o json").json
    assert [each["id"] for each in told] == [3, 4]
    assert [row["sims"] for row in failed.store.rows("campaigns")[2:]] == ["[2]", "[1]"]
    again = run("campaigns retry 1 2 --yes")
    assert sends(failed) == 4
    assert again.stderr.count("not sent again") == 2


def test_what_would_be_retried_is_one_list(run: Run, failed: Gateway) -> None:
    told = run("campaigns retry 1 2 --dry-run").json
    assert [each["path"] for each in told] == ["/api/v1/messages/send"] * 2
    assert sends(failed) == 2


def test_all_are_checked_before_any_is_sent(run: Run, failed: Gateway) -> None:
    with failed.store.writing():
        failed.store.connection.execute(
            "UPDATE messages SET queued_at = 4102444800000 WHERE campaign_id = 2"
        )
    refused = run("campaigns retry 1 2 --yes -o json", code=9).error
    assert "campaign 2 is not finished" in refused["message"]
    run("campaigns retry 1 99 --yes", code=4)
    run("campaigns retry 1 Nobody --yes", code=4)
    assert sends(failed) == 2


def test_one_question_is_asked_for_all(run: Run, failed: Gateway) -> None:
    refused = run("campaigns retry 1 2", code=2).stderr
    assert "Send 2 failed messages of 2 campaigns again as 2 campaigns: 'Hello'?" in refused
    assert sends(failed) == 2


def test_campaigns_without_failures_are_left_out(run: Run, mailed: Gateway) -> None:
    told = run("campaigns retry Spring --yes -o json").json
    assert len(told) == 1
    for _ in range(2):
        run("messages send --to +12025550123,+12025550124 -m Fine")
    nothing = run("campaigns retry last --yes")
    assert "no message of campaign 9 failed; nothing to send" in nothing.stderr
    assert "no message of 2 campaigns failed" in run("campaigns retry 8 9 --yes").stderr


def test_what_was_sent_before_an_error_is_printed(run: Run, failed: Gateway) -> None:
    failed.faults.add("422 POST /messages/send after=1 times=1")
    ended = run("campaigns retry 1 2 --yes -q", code=5)
    assert ended.stdout.split() == ["3"]
    assert run("campaigns retry 1 2 --yes -q").stdout.split() == ["3", "4"]


def test_those_sent_are_watched_together(run: Run, failed: Gateway) -> None:
    ended = run("campaigns retry 1 2 --yes --watch --timeout 1m -o json", code=1)
    assert "2 campaigns: all 2 messages failed" in ended.error["message"]
    told = run("campaigns retry One Two --yes --once x --watch --max-failed 100% -q")
    assert told.stdout.split() == ["5", "6"]


def test_a_run_of_today_is_retried_by_name_without_a_terminal(
    run: Run, failed: Gateway, home: Path
) -> None:
    set_back(home, 19.9)
    told = run("campaigns retry One --yes").stderr
    assert "note: 'One' is from " in told
    assert sends(failed) == 3


def test_a_job_that_retries_the_last_send_does_not_retry_its_retry(
    run: Run, failed: Gateway
) -> None:
    first = run("campaigns retry last --yes -o json").json
    again = run("campaigns retry last --yes -o json")
    assert "not sent again" in again.stderr
    assert (again.json["id"], sends(failed)) == (first["id"], 3)
    run(f"campaigns retry {first['id']} --yes")  # meant by its id
    assert sends(failed) == 4


@pytest.mark.parametrize("text", ["Spring", "last"])
def test_an_older_run_goes_by_its_ids_without_a_terminal(
    run: Run, mailed: Gateway, home: Path, text: str
) -> None:
    set_back(home, 20.1)
    before = sends(mailed)
    error = run(f"campaigns retry {text} --yes -o json", code=2).error
    assert "more than 20 hours ago" in error["message"]
    command = error["hint"].removeprefix("to retry it: smsgw ")
    assert sends(mailed) == before
    assert sorted(command.split()[2:]) == ["4", "5", "6"]
    run(f"{command} --yes")
    assert sends(mailed) == before + 1


def test_at_a_terminal_an_older_run_goes_by_name(failed: Gateway, home: Path) -> None:
    set_back(home, 500)
    asked = on_terminal("campaigns retry One", answer=lambda: "y\n")
    assert asked.exit_code == 0
    assert "note: 'One' is from " in asked.shown
    assert "Send 1 failed message of campaign 1 (One) again" in asked.shown
    assert sends(failed) == 3


def test_a_campaign_of_another_machine_has_its_time_from_the_server(
    run: Run, failed: Gateway
) -> None:
    run("sends forget 1 --yes")
    assert "note: 'One' is from " in run("campaigns retry One --yes").stderr
    with failed.store.writing():
        failed.store.connection.execute("UPDATE campaigns SET created_at = created_at - 72100000")
    assert "retry 1" in run("campaigns retry One --yes --once b -o json", code=2).error["hint"]
    assert "note" not in run("campaigns retry 1 --yes --once c -q").stderr
    assert sends(failed) == 4


def test_suppressed_numbers_are_left_out_of_all(run: Run, failed: Gateway) -> None:
    run(f"suppress add {FAILS}")
    run("campaigns retry 1 2 --yes", code=2)
    assert sends(failed) == 2
    run("campaigns retry 1 2 --yes --allow suppressed")
    assert sends(failed) == 4
