"""`messages send --waves` to numbers and lists."""

import csv
import errno
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from smsgw_cli.messages.ledger import path_for
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.waves import sizes
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.messages.waves.conftest import Held, Write, bad, good
from tests.terminal import at_terminal

pytestmark = pytest.mark.usefixtures("server")
LINE = "messages send -m Hi --once spring --yes"
STUCK = ["+12025550170", "+12025550171", "+12025550172"]  # they never leave the phone
WITHOUT_REPORT = "+12025550173"


def test_a_canary_that_fails_stops_a_send_of_2000_after_20(
    run: Run, numbers: Write, held: Held
) -> None:
    to = numbers(bad(6) + good(1994))
    line = f"{LINE} --to {to} --waves 20/0s,rest"
    stopped = run(line, code=7)
    assert "stopped after wave 1: 6 of 20 (30.0%) failed, more than 5%" in stopped.stderr
    assert "1,980 recipients are left" in stopped.stderr
    assert sum(held().values()) == 20
    assert "stopped after wave 1" in run(line, code=7).stderr
    assert sum(held().values()) == 20
    run(f"{line} --max-failed 30%")
    assert held() == {(each, "Hi"): 1 for each in bad(6) + good(1994)}


def test_waves_are_sent_while_they_are_good_and_never_again(
    run: Run, numbers: Write, held: Held
) -> None:
    line = f"{LINE} --to {numbers(good(30))} --name Spring --waves 5/0s,30%/0s,rest -o json"
    sent = run(line)
    assert [each["name"].split()[0] for each in sent.json] == ["Spring"] * 3
    assert held() == {(each, "Hi"): 1 for each in good(30)}
    again = run(line)
    assert again.json == sent.json
    assert "already sent with the key 'spring'" in again.stderr
    assert sum(held().values()) == 30
    recorded = run("sends list -o json").json
    assert [each["wave"] for each in recorded] == [3, 2, 1]
    assert [len(each["body"]["mobile_numbers"]) for each in recorded] == [16, 9, 5]


def test_the_name_of_waves_stands_for_all_their_campaigns(run: Run, numbers: Write) -> None:
    sent = run(f"{LINE} --to {numbers(good(4))} --name Spring --waves 1/0s,1/0s,rest -q")
    ids = [int(each) for each in sent.stdout.split()]
    assert len(ids) == 3
    for name in ("Spring", "last"):
        watched = run(f"campaigns watch {name} -o json").json
        assert [each["id"] for each in watched] == ids


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        ("", 7, "1 of 4 (25.0%) Sent or Delivered, less than 50%"),
        ("--set min_arrived=25%", 0, ""),
        ("--set min_arrived=30%", 7, "less than 30%"),
    ],
)
def test_too_few_that_arrived_stop_it(
    run: Run, numbers: Write, held: Held, options: str, code: int, reason: str
) -> None:
    to = numbers([*STUCK, *good(5)])
    assert reason in run(f"{LINE} --to {to} --waves 4/0s,rest {options}", code=code).stderr
    assert sum(held().values()) == (4 if code else 8)


def test_with_delivery_reports_only_delivered_messages_have_arrived(
    run: Run, numbers: Write
) -> None:
    line = f"{LINE} --to {numbers([WITHOUT_REPORT, *good(2)])} --waves 1/0s,rest"
    stopped = run(f"{line} --delivery-report", code=7)
    assert "0 of 1 (0.0%) Delivered, less than 50%" in stopped.stderr


def test_messages_that_are_sent_have_arrived_where_no_report_was_asked_for(
    run: Run, numbers: Write
) -> None:
    run(f"{LINE} --to {numbers([WITHOUT_REPORT, *good(2)])} --waves 1/0s,rest")


def test_a_wave_starts_ten_minutes_after_the_one_before(
    run: Run, numbers: Write, held: Held, control: Control
) -> None:
    control.set_clock("2031-01-01T12:00:00Z")
    line = f"{LINE} --to {numbers(good(5))} --waves 2,rest --timeout 2"
    early = run(line, code=9)
    assert "wave 2 starts on Wed 2031-01-01 12:10" in early.stderr
    assert "3 recipients are left" in early.stderr
    control.set_clock("2031-01-01T12:09:00Z")
    run(line, code=9)
    assert sum(held().values()) == 2
    control.set_clock("2031-01-01T12:11:00Z")
    run(line)
    assert held() == {(each, "Hi"): 1 for each in good(5)}


def test_only_time_in_which_messages_may_go_out_counts_as_waiting(
    run: Run, numbers: Write, held: Held, control: Control
) -> None:
    control.set_clock("2031-01-03T16:50:00Z")  # a Friday
    line = (
        f"{LINE} --to {numbers(good(5))} --waves 2/20m,rest --timeout 2 --timezone UTC "
        "--days mon-fri --set quiet_hours=17-9"
    )
    assert "wave 2 starts on Mon 2031-01-06 09:10" in run(line, code=9).stderr
    control.set_clock("2031-01-06T09:05:00Z")
    run(line, code=9)
    control.set_clock("2031-01-06T09:11:00Z")
    run(line)
    assert held() == {(each, "Hi"): 1 for each in good(5)}


def test_the_wait_begins_when_a_scheduled_wave_goes_out(
    run: Run, numbers: Write, control: Control
) -> None:
    control.set_clock("2031-01-01T12:00:00Z")
    line = f"{LINE} --to {numbers(good(5))} --waves 2,rest --timeout 2"
    assert (
        "wave 2 starts on Wed 2031-01-01 15:10 UTC"
        in run(f"{line} --at 2031-01-01T15:00Z", code=9).stderr
    )


def test_a_server_that_is_away_lets_no_wave_pass(
    run: Run, numbers: Write, held: Held, control: Control
) -> None:
    line = f"{LINE} --to {numbers(good(5))} --waves 2/0s,rest --retries 0"
    control.add_fault("503 GET /messages")
    stopped = run(line, code=9)
    assert "wave 1 cannot be judged" in stopped.stderr
    control.remove_faults()
    assert sum(held().values()) == 2
    run(line)
    assert held() == {(each, "Hi"): 1 for each in good(5)}


def test_a_refused_wave_can_be_mended(
    run: Run, numbers: Write, held: Held, control: Control
) -> None:
    to = numbers(good(5))
    control.add_fault("422 POST /messages/send times=1")
    run(f"{LINE} --to {to} --waves 2/0s,rest", code=5)
    assert not held()
    run(f"messages send --once spring --yes -m Mended --to {to} --waves 2/0s,rest")
    assert held() == {(each, "Mended"): 1 for each in good(5)}


def test_a_failure_after_the_first_wave_is_partial(
    run: Run, numbers: Write, held: Held, control: Control
) -> None:
    line = f"{LINE} --to {numbers(good(5))} --waves 2/0s,rest"
    control.add_fault("422 POST /messages/send after=1 times=1")
    assert "recipients are left" in run(line, code=7).stderr
    assert sum(held().values()) == 2
    run(line)
    assert held() == {(each, "Hi"): 1 for each in good(5)}


def test_a_wave_of_several_campaigns_goes_on_after_the_last_one(
    run: Run, numbers: Write, held: Held, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw_cli.messages.waves.run.PAGE", 2)
    line = f"{LINE} --to {numbers(good(9))} --waves 5/0s,rest"
    control.add_fault("422 POST /messages/send after=1 times=1")
    run(line, code=7)
    assert held() == {(each, "Hi"): 1 for each in good(2)}
    run(f"suppress add {good(1)[0]} {good(4)[3]}")
    assert len(run(f"{line} -q").stdout.split()) == 5
    expected = {(each, "Hi"): 1 for each in good(9) if each != good(4)[3]}
    assert held() == expected


def test_lists_are_read_again_before_each_wave(
    run: Run, held: Held, home: Path, control: Control
) -> None:
    control.set_clock("2031-01-01T12:00:00Z")
    run("contact-lists create Customers")
    for each in good(6):
        run(f"contacts create Customers {each}")
    line = f"{LINE} --list Customers --to {good(1, 50)[0]} --waves 3,rest --timeout 2"
    run(line, code=9)
    planned = [*good(1, 50), *reversed(good(6))]
    assert held() == {(each, "Hi"): 1 for each in planned[:3]}
    ids = run("contacts list Customers -o json --query [].[mobile_number,id]").json
    by_number = dict(map(tuple, ids))
    run(f"contacts update {by_number[planned[3]]} --unsubscribed")
    run(f"contacts delete {by_number[planned[4]]} --yes")
    run(f"suppress add {planned[5]}")
    run(f"contacts create Customers {good(1, 70)[0]}")
    control.advance("15m")
    told = run(line).stderr
    assert "3 recipients skipped: excluded, unsubscribed or no longer a recipient" in told
    assert "1 contact has joined since the first wave; skipped" in told
    assert held() == {(each, "Hi"): 1 for each in [*planned[:3], planned[6]]}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ("--waves 20,rest", "--waves requires --once with --to or --list"),
        ("--waves 20,rest --once x --every '1 week'", "--waves cannot be combined with --every"),
        ("--waves rest,20 --once x", "nothing can follow 'rest'"),
        ("--waves 0,rest --once x", "cannot read '0'"),
        ("--waves 20/5 --once x", "cannot read '5' as a duration"),
        ("--waves '' --once x", "cannot read ''"),
        ("--waves 101% --once x", "cannot read '101%'"),
        ("--waves 20 --once x --max-failed lots", "--max-failed must be a percentage such as 5%"),
        ("--waves 20 --once x --set min_arrived=5", "min_arrived must be a percentage"),
    ],
)
def test_what_is_no_plan_is_refused_before_anything_is_sent(
    run: Run, server: Gateway, options: str, error: str
) -> None:
    for verb in ("send", "preview"):
        refused = run(f"messages {verb} -m Hi --to +12025550123 {options}", code=2)
        assert error in refused.stderr
    assert not [path for _, path, _ in server.requests if path.endswith("/send")]


def test_too_many_waves_are_refused(
    run: Run, numbers: Write, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "MOST", 3)
    refused = run(f"{LINE} --to {numbers(good(4))} --waves 1/0s", code=2)
    assert "more than 3 waves" in refused.stderr
    assert not held()


def test_the_key_of_waves_sends_nothing_else(run: Run, numbers: Write, held: Held) -> None:
    to = numbers([*STUCK, *good(3)])
    run(f"{LINE} --to {to} --waves 3/0s,rest", code=7)
    refused = run(f"{LINE} --to {to}", code=2)
    assert "the mailing with the key 'spring' is sent in waves" in refused.stderr
    refused = run(f"messages send --once spring -m Other --to {to} --waves 3/0s,rest", code=2)
    assert "had another text, and is unfinished" in refused.stderr
    assert sum(held().values()) == 3
    run(f"{LINE} --to {to} --waves 3/0s,rest --set min_arrived=0")
    refused = run(f"{LINE} --to {to}", code=2)
    assert "the mailing with the key 'spring' was sent already" in refused.stderr
    assert sum(held().values()) == 6


@pytest.mark.parametrize("is_mailing", [False, True])
def test_a_wave_is_judged_although_the_clock_was_set_back(
    run: Run, numbers: Write, held: Held, server: Gateway, is_mailing: bool
) -> None:
    found = [*good(3), *STUCK, *good(9, start=3)]
    to = f"--to {numbers(found)} --once spring"
    if is_mailing:
        Path("people.csv").write_text("\n".join(["phone", *found]) + "\n")
        to = "--csv people.csv"
    line = f"messages send -m Hi --yes {to} --waves 3/1h,3/0s,rest"
    run(f"{line} --timeout 1", code=9)
    Control(server.url, server.token).advance("2h")
    with closing(sqlite3.connect(path_for(server.url))) as db, db:
        db.execute("UPDATE mailings SET started_at = '2090-01-01T00:00:00+00:00'")
    assert "stopped after wave 2: 0 of 3 (0.0%)" in run(line, code=7).stderr
    assert sum(held().values()) == 6


def test_a_wave_whose_records_were_removed_lets_no_wave_pass(
    run: Run, numbers: Write, held: Held
) -> None:
    line = f"{LINE} --to {numbers([*good(3), *STUCK, *good(9, start=3)])} --waves 3/0s,3/0s,rest"
    run(line, code=7)
    run("sends remove 2 --yes")
    assert "stopped after wave 2: 0 of 3 (0.0%)" in run(line, code=7).stderr
    run(f"{line} --set min_arrived=0")
    assert sum(held().values()) == 15


def test_records_of_waves_are_not_removed_by_age_while_some_are_left(
    run: Run, numbers: Write, held: Held
) -> None:
    line = f"{LINE} --to {numbers([*STUCK, *good(3)])} --waves 3/0s,rest"
    run(line, code=7)
    run("sends remove --before 2090-01-01 --yes")
    run(f"{line} --set min_arrived=0")
    assert held() == {(each, "Hi"): 1 for each in [*STUCK, *good(3)]}
    assert len(run("sends remove --before 2090-01-01 --yes -q").stdout.split()) == 2
    run(line)
    assert sum(held().values()) == 6


def test_the_key_of_another_send_makes_no_waves_and_no_mailing(
    run: Run, numbers: Write, held: Held
) -> None:
    run("messages send -m Hi --once spring --to +12025550123")
    refused = run(f"{LINE} --to {numbers(good(3))} --waves 1/0s,rest", code=2)
    assert "the key 'spring' was used by send 1, not by a mailing" in refused.stderr
    Path("people.csv").write_text("\n".join(["phone", *good(3)]) + "\n")
    refused = run("messages send -m Hi --once spring --csv people.csv", code=2)
    assert "the key 'spring' was used by send 1, not by a mailing" in refused.stderr
    assert sum(held().values()) == 1


def test_two_processes_do_not_send_the_same_waves(
    run: Run, numbers: Write, held: Held, server: Gateway
) -> None:
    line = f"{LINE} --to {numbers([*STUCK, *good(3)])} --waves 3/0s,rest"
    run(line, code=7)
    with SendLocks(path_for(server.url)).held("mailing-1"):
        assert "already running in another process" in run(line, code=2).stderr
    assert sum(held().values()) == 3


def test_who_is_left_is_in_a_file_that_is_only_to_be_read(
    run: Run, numbers: Write, held: Held, home: Path
) -> None:
    line = f"{LINE} --to {numbers([*STUCK, *good(3)])} --waves 3/0s,rest"
    assert "listed in spring.left.csv" in run(line, code=7).stderr
    with Path("spring.left.csv").open() as file:
        rows = list(csv.reader(file))
    command = "smsgw messages send --once spring"
    assert rows[0] == ["smsgw_mailing", "mobile_number", "wave"]
    assert rows[1:] == [[command, each, "2"] for each in good(3)]
    for given in (
        "--csv spring.left.csv",
        "--to @spring.left.csv --map mobile_number=mobile_number",
    ):
        refused = run(f"messages send -m Hi {given}", code=2)
        assert "only lists the recipients left in a mailing; nothing was sent" in refused.stderr
        assert f"{command} --waves" in refused.stderr
    assert sum(held().values()) == 3
    run(f"{line} --set min_arrived=0")
    assert not Path("spring.left.csv").exists()


def test_a_file_of_somebody_else_is_not_replaced(run: Run, numbers: Write, held: Held) -> None:
    Path("spring.left.csv").write_text("mine\n")
    line = f"messages send -m Hi --once spring --to {numbers(good(3))} --waves 1/0s,rest"
    run(line, code=2)
    assert Path("spring.left.csv").read_text() == "mine\n"
    assert not held()


def test_a_dry_run_shows_the_requests_of_the_waves_that_are_left(
    run: Run, numbers: Write, held: Held
) -> None:
    line = f"{LINE} --to {numbers([*STUCK, *good(3)])} --waves 3/0s,2,rest"
    shown = [each["body"]["mobile_numbers"] for each in run(f"{line} -n").json]
    assert shown == [STUCK, good(2), good(1, 2)]
    assert not held()
    run(line, code=7)
    assert [each["body"]["mobile_numbers"] for each in run(f"{line} -n").json] == shown[1:]


def test_the_preview_shows_the_waves_their_times_and_what_stops_them(
    run: Run, numbers: Write, control: Control
) -> None:
    control.set_clock("2031-01-01T12:00:00Z")
    line = (
        f"messages preview -m Hi --once spring --to {numbers(good(100))} --waves 20/5m,50%,rest "
        "--at 2031-01-01T15:00Z --delivery-report"
    )
    shown = run(f"{line} -o json").json
    assert [each["recipients"] for each in shown["waves"]] == [20, 50, 30]
    assert [each["starts"]["utc"][11:16] for each in shown["waves"]] == ["15:00", "15:05", "15:15"]
    assert (shown["max_failed"], shown["min_arrived"]) == (0.05, 0.5)
    text = run(f"{line} -o table").stdout
    assert "50 recipients, Wed 2031-01-01 15:05" in text
    assert "more than 5% of a wave failed, or less than 50% are Delivered" in text


@pytest.mark.parametrize(("wait", "is_slow"), [("10m", True), ("50m", False)])
def test_the_preview_tells_of_a_wave_that_takes_longer_than_the_wait(
    run: Run, numbers: Write, wait: str, is_slow: bool
) -> None:
    line = f"messages preview -m Hi --once spring --to {numbers(good(200))} --delay 30"
    shown = run(f"{line} --waves 100/{wait},rest").stderr
    assert ("wave 1 takes about 49 min 45 s: too few can have arrived" in shown) is is_slow


def test_a_loosened_limit_is_noted_in_the_ledger(run: Run, numbers: Write) -> None:
    line = f"{LINE} --to {numbers(good(3))} --waves 1/0s,rest"
    run(f"{line} --max-failed 50% --set min_arrived=10%")
    assert run("sends get 1 -o json").json["allowed"] == "max_failed=50%,min_arrived=10%"


def test_waves_can_be_watched_to_their_end(run: Run, numbers: Write) -> None:
    line = f"{LINE} --to {numbers([*good(2), *bad(1)])} --waves 2/0s,rest --watch"
    assert "1 of 3 failed" in run(f"{line} --max-failed 20%", code=7).stderr


def test_the_question_shows_the_waves(numbers: Write, held: Held) -> None:
    line = f"messages send -m Hi --once spring --to {numbers(good(200))} --waves 20,rest"
    asked = at_terminal(shlex.split(line), b"n\n")
    assert "wave 1: 20 recipients" in asked.output
    assert "stops: if more than 5% of a wave failed" in asked.output
    assert asked.code == 1
    assert not held()


def test_a_terminal_shows_the_wave_the_time_until_the_next_and_the_counts(
    numbers: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    ended = at_terminal(shlex.split(f"{LINE} --to {numbers(good(5))} --waves 2/1s,rest"))
    assert ended.code == 0
    assert "wave 2 in 0:0" in ended.output
    assert "0 failed, 2 arrived" in ended.output


def accepted_waves(server: Gateway) -> int:
    """How many waves the ledger has as accepted."""
    path = path_for(server.url)
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as db:
        count = db.execute("SELECT count(*) FROM waves WHERE accepted_at IS NOT NULL")
        return int(count.fetchone()[0])


@pytest.mark.parametrize("is_mailing", [False, True])
def test_ctrl_c_between_waves_loses_and_doubles_nothing(
    run: Run, numbers: Write, held: Held, server: Gateway, is_mailing: bool
) -> None:
    to = f"--to {numbers(good(5))} --once spring"
    if is_mailing:
        Path("people.csv").write_text("\n".join(["phone", *good(5)]) + "\n")
        to = "--csv people.csv"
    line = f"messages send -m Hi --yes {to} --waves 2/1h,rest"
    waiting = subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", *shlex.split(line)], stderr=subprocess.DEVNULL
    )
    while not accepted_waves(server):
        assert waiting.poll() is None
    waiting.send_signal(signal.SIGINT)
    assert waiting.wait() == 130
    assert sum(held().values()) == 2
    Control(server.url, server.token).advance("2h")
    run(line)
    assert held() == {(each, "Hi"): 1 for each in good(5)}


def test_a_ledger_that_is_deleted_between_waves_stops_it_and_goes_on_with_nothing(
    run: Run, numbers: Write, held: Held, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(seconds: float) -> None:
        path_for(server.url).unlink(missing_ok=True)
        time.sleep(seconds)

    monkeypatch.setattr("smsgw_cli.messages.waves.run.time", SimpleNamespace(sleep=delete))
    stopped = run(f"{LINE} --to {numbers(good(5))} --waves 2/0.1s,rest", code=7)
    assert "restore it from a backup" in stopped.stderr
    assert "run the same command again" not in stopped.stderr
    assert sum(held().values()) == 2


def test_a_full_disk_does_not_hide_why_it_stopped(
    run: Run, numbers: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("smsgw_cli.messages.waves.remaining.atomic_text", full)
    to = numbers([*STUCK, *good(3)])
    Path("people.csv").write_text("\n".join(["phone", *STUCK, *good(3)]) + "\n")
    for line in (f"{LINE} --to {to}", "messages send -m Hi --csv people.csv --yes"):
        stopped = run(f"{line} --waves 3/0s,rest -q", code=7)
        assert "left.csv: No space left on device" in stopped.stderr
        assert "stopped after wave 1" in stopped.stderr
        assert stopped.stdout.split()
