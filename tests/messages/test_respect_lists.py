"""Who is unsubscribed on a respected contact list is sent nothing, on any path."""

import os
import pty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smsgw_cli.engine.job import Task
from smsgw_cli.messages.mailing.job import MailingJob, SendOutcome
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import PROGRAM

OUT, IN, NEW = "+12025550121", "+12025550122", "+12025550123"
SAID = "1 recipient skipped: unsubscribed on a list of respect_lists"


@pytest.fixture
def work(run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A list with one contact who is subscribed and one who is not, which is respected."""
    run("contact-lists create News")
    run(f"contacts create News {OUT} --unsubscribed")
    run(f"contacts create News {IN}")
    monkeypatch.setenv("SMSGW_RESPECT_LISTS", "News")
    return server


def reached(server: Gateway) -> set[str]:
    return {row["to_number"] for row in server.store.rows("messages")}


def sends(server: Gateway) -> int:
    return sum(path.endswith("/send") for _, path, _ in server.requests)


@pytest.mark.parametrize(
    "line", ["--to @to.txt -m Hi", "--csv to.csv -m Hi", "--csv to.csv -m {n}"]
)
@pytest.mark.parametrize("setting", ["News", "1", " News , 1 "])
def test_who_is_unsubscribed_is_left_out_and_counted(
    run: Run, work: Gateway, home: Path, line: str, setting: str
) -> None:
    (home / "to.txt").write_text(f"{OUT}\n{IN}\n{NEW}\n")
    (home / "to.csv").write_text(f"phone,n\n{OUT},1\n{IN},2\n{NEW},3\n")
    sent = run(f"messages send {line}", "--set", f"respect_lists={setting}")
    assert SAID in sent.stderr
    assert reached(work) == {IN, NEW}


def test_other_lists_are_sent_to_by_number_without_them(run: Run, work: Gateway) -> None:
    run("contact-lists create Clients")
    for number in (OUT, NEW):
        run(f"contacts create Clients {number}")
    run(f"contacts create Clients {IN} --unsubscribed")
    assert SAID in run("messages send --list Clients -m Hi").stderr
    assert reached(work) == {NEW}  # who is unsubscribed on the list itself counts too


def test_preview_counts_them(run: Run, work: Gateway) -> None:
    line = f"messages preview --to {OUT},{IN} -m Hi"
    shown = run(f"{line} -o json").json
    assert (shown["recipients"], shown["unsubscribed"]) == (1, 1)
    assert "1 unsubscribed" in run(f"{line} -o table").stdout


def test_where_nobody_is_left_nothing_is_sent(run: Run, work: Gateway) -> None:
    failed = run(f"messages send --to {OUT} -m Hi", code=2).stderr
    assert "all are unsubscribed on a list of respect_lists" in failed
    assert "--set respect_lists=" in failed
    assert sends(work) == 0


def test_a_raw_send_to_them_is_refused(run: Run, work: Gateway) -> None:
    line = f"api POST messages/send -f message=Hi -f mobile_numbers[]={OUT}"
    assert f"must not be contacted: {OUT}" in run(line, code=2).stderr
    assert sends(work) == 0


@pytest.mark.parametrize("region", ["US", ""])
def test_a_contact_without_a_country_is_respected_too(run: Run, work: Gateway, region: str) -> None:
    work.store.update("contacts", 1, {"mobile_number": "(202) 555-0121"})
    run(f"messages send --to {OUT} -m Hi --set region={region}", code=2)
    run(f"messages send --to {NEW} -m Hi --set region={region}")
    assert reached(work) == {NEW}


def test_a_list_that_is_not_found_stops_the_send(run: Run, work: Gateway) -> None:
    failed = run(f"messages send --to {IN} -m Hi --set respect_lists=Gone", code=4).stderr
    assert "contact list 'Gone' not found" in failed
    run(f"messages send --to {IN} -m Hi --set respect_lists=77", code=4)
    assert sends(work) == 0


def test_taking_the_profile_s_lists_out_is_noted_in_the_ledger(
    run: Run, work: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMSGW_RESPECT_LISTS")
    run(f"profiles add work {work.url} --token-stdin respect_lists=News,5", input="t")
    run(f"messages send --to {OUT} -m Hi --set respect_lists=")
    assert reached(work) == {OUT}
    assert run("sends get 1 -o json").json["allowed"] == "respect_lists="


def test_the_lists_of_another_server_are_not_used_and_that_is_told(
    run: Run, work: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMSGW_RESPECT_LISTS")
    run("profiles add far https://sms.example.com --token-stdin respect_lists=Gone", input="t")
    sent = run(f"messages send --to {IN} -m Hi -q")
    assert "warning: respect_lists of the profile far is not used" in sent.stderr
    assert reached(work) == {IN}


def answered(line: str, meanwhile: Callable[[], object]) -> str:
    """What a command showed at a terminal whose question is answered after something happened."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(PROGRAM[0], [*PROGRAM, *line.split()])
    shown, is_asked = b"", False
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side is closed
            break
        shown += read
        if not is_asked and shown.endswith(b": "):
            is_asked = True
            meanwhile()
            os.write(terminal, b"y\n")
    os.close(terminal)
    os.waitpid(pid, 0)
    assert is_asked, shown
    return shown.decode()


@pytest.mark.parametrize(
    "line",
    [
        "messages send --to @to.txt -m Hi",
        "messages send --csv to.csv -m Hi",
        "messages send --csv to.csv -m {n}",
        "messages send --list Clients -m Hi",
    ],
)
@pytest.mark.parametrize("way", ["respected", "suppressed", "excluded"])
def test_who_opts_out_while_the_question_is_asked_is_sent_nothing(
    run: Run, work: Gateway, home: Path, line: str, way: str
) -> None:
    (home / "to.txt").write_text(f"{IN}\n{NEW}\n")
    (home / "to.csv").write_text(f"phone,n\n{IN},1\n{NEW},2\n")
    (home / "not.txt").write_text(f"{OUT}\n")
    run("contact-lists create Clients")
    for number in (IN, NEW):
        run(f"contacts create Clients {number}")
    ways: dict[str, Callable[[], object]] = {
        "respected": lambda: run("contacts update 2 --unsubscribed"),
        "suppressed": lambda: run(f"suppress add {IN}"),
        "excluded": lambda: (home / "not.txt").write_text(f"{IN}\n"),
    }
    answered(f"{line} --exclude @not.txt --set ask_above=1", ways[way])
    assert reached(work) == {NEW}


@pytest.mark.parametrize("way", ["respected", "suppressed", "excluded"])
@pytest.mark.parametrize("text", ["{n}", "{group}", "Hi"])
def test_who_opts_out_during_a_mailing_is_left_out_and_the_others_get_it(
    run: Run, work: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch, way: str, text: str
) -> None:
    numbers = [f"+120255502{each}" for each in range(10, 30)]
    late = numbers[15]
    ways: dict[str, Callable[[], object]] = {
        "respected": lambda: run(f"contacts create News {late} --unsubscribed"),
        "suppressed": lambda: run(f"suppress add {late}"),
        "excluded": lambda: (home / "not.txt").write_text(f"{OUT}\n{late}\n"),
    }
    (home / "not.txt").write_text(f"{OUT}\n")
    rows = (f"{each},{n},{n // 4}\n" for n, each in enumerate(numbers))
    (home / "to.csv").write_text("phone,n,group\n" + "".join(rows))
    before_sending(monkeypatch, ways[way])
    line = f"messages send --csv to.csv -m {text} --exclude @not.txt --workers 1"
    sent = run(line)
    assert "1 recipient skipped: " in sent.stderr
    assert reached(work) == set(numbers) - {late}
    (row,) = (row for row in (home / "to.csv.results.csv").read_text().splitlines() if late in row)
    assert ",left out," in row
    before = sends(work)
    run(line, code=2)  # the mailing is whole
    assert sends(work) == before


def test_many_who_opt_out_during_a_mailing_leave_nothing_open_in_the_ledger(
    run: Run, work: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"+120255502{each}" for each in range(10, 60)]
    late = numbers[:40]  # more than are recorded ahead, so that none of the last was recorded
    (home / "to.csv").write_text("phone,n\n" + "".join(f"{each},{each}\n" for each in numbers))
    before_sending(monkeypatch, lambda: run("suppress add", *late))
    sent = run("messages send --csv to.csv -m {n} --workers 1")
    assert "40 recipients skipped: " in sent.stderr
    assert reached(work) == set(numbers[40:])
    states = [each["state"] for each in run("sends list -o json").json]
    assert states.count("accepted") == 10
    assert {*states} <= {"accepted", "refused"}


def before_sending(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen after the checks of a mailing, before its first campaign goes out."""
    tasks = MailingJob.tasks

    def late(job: MailingJob) -> Iterator[Task | SendOutcome]:
        monkeypatch.setattr(MailingJob, "tasks", tasks)
        happens()
        yield from tasks(job)

    monkeypatch.setattr(MailingJob, "tasks", late)
