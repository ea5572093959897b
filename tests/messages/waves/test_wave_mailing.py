"""`messages send --csv --waves`: one message a row, in waves."""

import csv
from pathlib import Path

import pytest

from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.messages.waves.conftest import Held, bad, good

pytestmark = pytest.mark.usefixtures("server")
LINE = "messages send --csv people.csv -m 'Hi {name}' --yes"
STUCK = ["+12025550170", "+12025550171", "+12025550172"]


def write(found: list[str], texts: int = 4) -> None:
    """A row each; so many texts, in turns."""
    rows = [f"{number},{place % texts}" for place, number in enumerate(found)]
    Path("people.csv").write_text("\n".join(["phone,name", *rows]) + "\n")


def each_once(found: list[str], texts: int = 4) -> dict[tuple[str, str], int]:
    return {(number, f"Hi {place % texts}"): 1 for place, number in enumerate(found)}


def statuses() -> list[str]:
    with Path("people.csv.results.csv").open() as file:
        return [row["status"] for row in csv.DictReader(file)]


def test_rows_go_out_in_waves_of_so_many_recipients(run: Run, held: Held) -> None:
    write(good(22))
    run(f"{LINE} --waves 5/0s,7/0s,rest")
    assert held() == each_once(good(22))
    sizes = {1: 0, 2: 0, 3: 0}
    for each in run("sends list -o json").json:
        sizes[each["wave"]] += len(each["body"]["mobile_numbers"])
    assert sizes == {1: 5, 2: 7, 3: 10}


def test_the_first_wave_is_the_first_rows_of_the_file(run: Run, held: Held) -> None:
    write([*STUCK, *good(20)], texts=2)
    run(f"{LINE} --waves 3/0s,rest", code=7)
    assert {number for number, _ in held()} == set(STUCK)


def test_a_bad_wave_leaves_the_other_rows_unsent(run: Run, held: Held) -> None:
    write(bad(3) + good(17), texts=20)
    line = f"{LINE} --waves 6/0s,rest"
    stopped = run(line, code=7)
    assert "stopped after wave 1: 3 of 6 (50.0%) failed, more than 5%" in stopped.stderr
    assert "14 recipients are left" in stopped.stderr
    assert "once the wave is good, or with a higher --max-failed" in stopped.stderr
    assert sum(held().values()) == 6
    assert statuses() == ["accepted"] * 6 + ["not sent"] * 14
    with Path("people.csv.left.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["smsgw_mailing", "phone", "name"]
    assert rows[1][:2] == ["smsgw messages send --csv people.csv", good(4)[3]]
    assert len(rows) == 15
    refused = run("messages send --csv people.csv.left.csv -m Hi", code=2)
    assert "smsgw messages send --csv people.csv --waves" in refused.stderr
    assert "stopped after wave 1" in run(line, code=7).stderr
    assert sum(held().values()) == 6
    run(f"{line} --max-failed 50%")
    assert held() == each_once(bad(3) + good(17), texts=20)
    assert not Path("people.csv.left.csv").exists()


def test_a_mailing_in_waves_is_not_finished_at_once(run: Run, held: Held) -> None:
    write([*STUCK, *good(5)])
    run(f"{LINE} --waves 3/0s,rest", code=7)
    refused = run(LINE, code=2)
    assert "is sent in waves; nothing was sent" in refused.stderr
    assert "add --waves" in refused.stderr
    assert sum(held().values()) == 3


def test_a_wave_waits_for_its_time(run: Run, held: Held, control: Control) -> None:
    control.set_clock("2031-01-01T12:00:00Z")
    write(good(8))
    line = f"{LINE} --waves 50%,rest --timeout 2"
    early = run(line, code=9)
    assert "wave 2 starts on Wed 2031-01-01 12:10" in early.stderr
    assert "rows: 4 accepted, 4 not sent" in early.stderr
    control.advance("11m")
    run(line)
    assert held() == each_once(good(8))


def test_who_opted_out_since_the_first_wave_is_left_out(
    run: Run, held: Held, control: Control
) -> None:
    control.set_clock("2031-01-01T12:00:00Z")
    write(good(8), texts=2)
    line = f"{LINE} --waves 50%,rest --timeout 2"
    run(line, code=9)
    run(f"suppress add {good(8)[7]}")
    control.advance("11m")
    run(line)
    expected = each_once(good(8), texts=2)
    del expected[good(8)[7], "Hi 1"]
    assert held() == expected


def test_what_the_server_refuses_counts_as_failed(run: Run, held: Held, control: Control) -> None:
    write(good(8), texts=8)
    control.add_fault("422 POST /messages/send times=2")
    stopped = run(f"{LINE} --waves 4/0s,rest --workers 1", code=7)
    assert "stopped after wave 1: 2 of 4 (50.0%) failed" in stopped.stderr
    assert sum(held().values()) == 2


def test_a_server_that_is_away_lets_no_wave_pass(run: Run, held: Held, control: Control) -> None:
    write(good(8))
    line = f"{LINE} --waves 4/0s,rest --retries 0"
    control.add_fault("503 GET /messages")
    assert "wave 1 cannot be judged" in run(line, code=9).stderr
    control.remove_faults()
    assert sum(held().values()) == 4
    run(line)
    assert held() == each_once(good(8))


def test_a_key_makes_waves_of_single_rows(run: Run, held: Held) -> None:
    write(good(6), texts=1)
    run(f"{LINE} --once spring --waves 2/0s,rest")
    assert held() == each_once(good(6), texts=1)
    assert [each["wave"] for each in run("sends list -o json").json] == [2] * 4 + [1] * 2
    known = run(f"messages send -m Hi --to {good(1)[0]} --once spring --waves 1/0s")
    assert "warning: another text was already sent with the key 'spring'" in known.stderr
    assert sum(held().values()) == 6


def test_a_dry_run_and_the_preview_show_the_waves(run: Run, held: Held) -> None:
    write(good(10), texts=2)
    bodies = [each["body"] for each in run(f"{LINE} --waves 3,rest -n").json]
    assert [(each["message"], len(each["mobile_numbers"])) for each in bodies] == [
        *(("Hi 0", 2), ("Hi 1", 1)),
        *(("Hi 0", 3), ("Hi 1", 4)),
    ]
    shown = run(f"{LINE.replace('send', 'preview')} --waves 3,rest -o json").json
    assert [each["recipients"] for each in shown["waves"]] == [3, 7]
    assert not held()


def test_a_part_of_a_file_has_no_waves(run: Run, held: Held) -> None:
    write(good(6))
    refused = run(f"{LINE} --waves 2,rest --once x --shard 1/2", code=2)
    assert "--waves cannot be combined with --shard" in refused.stderr
    assert not held()


def test_rows_that_were_added_after_the_last_wave_are_sent_too(
    run: Run, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(good(4), texts=1)
    line = f"{LINE} --waves 2/0s,rest"
    with monkeypatch.context() as killed:
        killed.setattr("smsgw_cli.messages.mailing.records.finish", lambda *_, **__: None)
        run(line)
    write(good(6), texts=1)
    run(line)
    assert held() == each_once(good(6), texts=1)


def test_another_text_under_the_key_is_refused_while_rows_are_left(run: Run, held: Held) -> None:
    write(STUCK + good(3), texts=1)
    run(f"{LINE} --once spring --waves 3/0s,rest", code=7)
    other = "messages send --csv people.csv -m 'Ho {name}' --once spring --waves 3/0s,rest"
    assert "had another text, and is unfinished" in run(other, code=2).stderr
    assert sum(held().values()) == 3


def test_a_wave_of_which_nothing_was_accepted_tells_why(run: Run, control: Control) -> None:
    write(good(6), texts=1)
    control.add_fault("422 POST /messages/send")
    stopped = run(f"{LINE} --waves 3/0s,rest", code=7)
    assert "rows: 3 refused, 3 not sent: Unprocessable" in stopped.stderr
    assert "campaigns report" not in stopped.stderr
