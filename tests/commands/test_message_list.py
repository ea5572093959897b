"""`messages list --number`: what the API has no filter for is selected here."""

import re

from smsgw_cli.sandbox.server import Gateway
from tests.campaigns.test_tail import receive
from tests.conftest import Run
from tests.output.terminal import on_terminal

ANN, BOB = "+12025550123", "+12025550124"


def test_messages_of_a_number_are_listed_whatever_its_form(run: Run, server: Gateway) -> None:
    run(f"messages send --to {ANN},{BOB} -m Hi")
    run(f"messages send --to {ANN} -m Again")
    for number in (ANN, "'+1 (202) 555-0123'", "2025550123 --set region=US"):
        found = run(f"messages list --number {number} -o json").json
        assert [message["to"] for message in found] == [ANN, ANN]
    assert len(run(f"messages list --number {ANN} --limit 1 -o json").json) == 1
    assert run("messages list --number +12025550199 -o json").json == []


def test_a_number_that_is_none_is_refused(run: Run, server: Gateway) -> None:
    run("messages list --number nobody", code=2)
    assert server.requests == []


def test_both_directions_are_listed_and_it_is_said_that_all_are_read(
    run: Run, server: Gateway
) -> None:
    run(f"messages send --to {ANN},{BOB} -m Hi")
    with server.store.writing():
        server.store.connection.execute(
            "INSERT INTO messages (sim_id, from_number, to_number, content, type, attachments, "
            "sent_at, queued_at, processed_at, transmitted_at, done_at, outcome) VALUES "
            "(1, '(202) 555-0123', '+12025550141', 'Thanks', 'SMS', '[]', 1, 1, 1, 1, 1, ?)",
            ("Received",),
        )
    line = f"messages list --number {ANN} --set region=US -o json"
    told = run(line)
    assert sorted(each["content"] for each in told.json) == ["Hi", "Thanks"]
    assert "note: the API cannot filter messages by number: all are read" in told.stderr
    assert run(f"{line} -q").stderr == ""
    assert "cannot filter contacts by number" in run(f"contacts list --number {ANN}").stderr
    assert "cannot filter campaigns by name" in run("campaigns list --name Sale").stderr


def test_a_terminal_shows_a_conversation(run: Run, server: Gateway) -> None:
    receive(server, "Are you\nopen? \x1b[31m", "Other", ago=[200_000, 60])
    run("messages send --to +12025550188 -m 'Until 5, on Sunday'")
    run("messages send --to +12025550199 -m Lost")
    shown = on_terminal("messages list --number +12025550188", NO_COLOR="1", columns=120).shown
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line).rstrip() for line in shown.splitlines()]
    days = [line for line in lines if re.fullmatch(r"\w+day, \d+ \w+ \d{4}", line)]
    texts = [line.strip().split(" ", 1)[1] for line in lines if re.match(r"  \d\d:\d\d ", line)]
    assert len(days) >= 2
    assert texts == [
        r"← Are you\nopen? \x1b[31m",
        "← Other",
        "→ Until 5, on Sunday (Failed: premium short codes are never allowed on the phone)",
    ]
    lost = on_terminal("messages list --number +12025550199", NO_COLOR="1").shown
    assert "Lost (Failed: no service: the phone has no mobile network)" in lost
    columns = on_terminal("messages list --number +12025550188 -c id,to").shown
    assert "←" not in columns
