"""What a send will be is told before it is, and a large one is asked for."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.messages.preview import shared_out
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import at_terminal

ANN, BOB, CY = "+12025550123", "+12025550124", "+12025550125"


def sends(server: Gateway) -> int:
    return sum(path.endswith("/send") for _, path, _ in server.requests)


def preview(run: Run, options: str, *args: str) -> Any:
    return run(f"messages preview -o json {options}", *args).json


@pytest.fixture
def lists(run: Run, server: Gateway) -> Gateway:
    """Friends: Ann, Bob and Cy, who is unsubscribed. Others: Bob."""
    for name, contacts in (("Friends", (ANN, BOB, f"{CY} --unsubscribed")), ("Others", (BOB,))):
        run(f"contact-lists create {name}")
        for contact in contacts:
            run(f"contacts create {name} {contact}")
    return server


def test_doubles_and_invalid_numbers_are_told_and_not_counted(run: Run, lists: Gateway) -> None:
    told = preview(
        run, f"--to {ANN},'+1 202 555 0123' --to 55,{ANN} --list Friends --list Others -m Hi"
    )
    assert told["recipients"] == 2
    assert told["doubles"] == 4  # two in --to, Ann and Bob again on the lists
    assert told["invalid_numbers"] == ["'55' has no country code"]
    assert told["lists"][0] == {
        "id": 1,
        "name": "Friends",
        "contacts": 3,
        "subscribed": 2,
        "unsubscribed": 1,
        "invalid": 0,
        "kept_out": 0,
    }
    assert told["lists"][1]["subscribed"] == 1
    assert sends(lists) == 0


def test_as_many_get_it_as_were_told(run: Run, lists: Gateway) -> None:
    options = f"--to {ANN} --list Friends --list Others -m Hi"
    told = preview(run, options)
    run(f"messages send {options}")
    assert told["recipients"] == len(lists.store.rows("messages")) == 2


def test_a_contact_without_a_valid_number_is_named_with_its_list(run: Run, lists: Gateway) -> None:
    with lists.store.writing():
        lists.store.connection.execute("UPDATE contacts SET mobile_number = '+1555' WHERE id = 1")
    told = preview(run, "--list Friends -m Hi")
    assert told["invalid_numbers"] == ["list 1: '+1555'"]
    assert told["recipients"] == 1
    assert any("the server may still try contacts" in note for note in told["notes"])


def test_what_forces_ucs2_is_told_with_what_it_costs(run: Run, server: Gateway) -> None:
    told = preview(run, f"--to {ANN},{BOB} --price-per-part 0.05 -m", "It’s " + "a" * 70 + " 🎉")
    assert told["encoding"] == "UCS-2"
    assert [(each["character"], each["position"]) for each in told["forces_ucs2"]] == [
        ("’", 3),
        ("🎉", 77),
    ]
    assert told["forces_ucs2"][0]["name"] == "RIGHT SINGLE QUOTATION MARK"
    assert told["forces_ucs2"][0]["code_point"] == "U+2019"
    assert (told["parts"], told["total_parts"], told["cost"]) == (2, 4, 0.2)


def test_gsm_replaces_what_only_looks_alike_and_says_so(run: Run, server: Gateway) -> None:
    text = "It’s “here”…"
    told = run(f"messages preview --to {ANN} --gsm -o json -m", text)
    assert told.json["encoding"] == "GSM-7"
    assert "replaced ’ (U+2019) with ', “ (U+201C) with \"" in told.stderr
    sent = run(f"messages send --to {ANN} --gsm -m", f"{text} ç")
    assert "still UCS-2 because of ç (U+00E7" in sent.stderr
    assert server.store.rows("messages")[0]["content"] == 'It\'s "here"... ç'


def test_gsm_replaces_in_the_columns_of_a_file_too(run: Run, server: Gateway, home: Path) -> None:
    (home / "a.csv").write_text(f"number,name\n{ANN},O’Neil\n{BOB},O'Neil\n")
    run("messages send --csv a.csv --gsm -m", "Hi {name} – hello")
    (campaign,) = server.store.rows("campaigns")
    assert campaign["message"] == "Hi O'Neil - hello"


def test_only_invisible_characters_are_nothing_to_say(run: Run, server: Gateway) -> None:
    run(f"messages send --to {ANN} --gsm -m", "\u200b", code=2)


def test_each_sender_has_its_share_and_the_slowest_says_how_long_it_takes(
    run: Run, server: Gateway
) -> None:
    told = preview(run, f"--to {ANN},{BOB},{CY} --sim 1 --sim 2 --sim 1 --delay 60 -m Hi")
    assert told["senders"] == [
        {"sim": 1, "recipients": 2, "parts": 2},
        {"sim": 2, "recipients": 1, "parts": 1},
    ]
    assert told["seconds"] == 60
    assert any("an even split" in note for note in told["notes"])
    run(f"messages send --to {ANN},{BOB},{CY} --sim 1 --sim 2 --delay 60 -m Hi")
    by_sim = [row["sim_id"] for row in server.store.rows("messages")]
    assert (by_sim.count(1), by_sim.count(2)) == (2, 1)


def test_without_a_sim_the_time_is_that_of_one(run: Run, server: Gateway) -> None:
    told = preview(run, f"--to {ANN},{BOB},{CY} --delay 60 -m Hi")
    assert (told["senders"], told["seconds"]) == ([], 120)
    assert any("the server chooses" in note for note in told["notes"])
    assert preview(run, f"--to {ANN} -m Hi")["seconds"] is None


MANY = ",".join(f"+120255501{number}" for number in range(10, 71))  # 61


@pytest.mark.parametrize(
    ("options", "seconds", "safe"),
    [
        ("--sim 1", 120, 2),
        ("--sim 1 --delay 1", 120, 2),
        ("--sim 1 --delay 2", 120, None),
        ("--sim 1 --delay 3", 180, None),
        ("", 120, 2),
        ("--sim 1 --sim 2", 120, 4),  # of one phone, which has one limit
        ("--sim 1 --sim 2 --delay 3", 120, 4),
        ("--sim 1 --sim 3", 60, 2),  # of two
        ("--sim 1 --sim 3 --delay 2", 60, None),
        ("--sim 1 --type MMS", None, None),
        ("--sim 1 --type MMS --delay 1", 60, None),
    ],
)
def test_the_time_keeps_to_the_limit_of_android(
    run: Run, server: Gateway, options: str, seconds: int | None, safe: int | None
) -> None:
    told = preview(run, f"--to {MANY} -m Hi {options}")
    assert told["seconds"] == seconds
    notes = [note for note in told["notes"] if "Android lets an app send 30 parts" in note]
    assert len(notes) == (safe is not None)
    assert all(f"--delay {safe} keeps within it" in note for note in notes)


def test_each_part_counts_for_the_limit_and_thirty_are_within_it(run: Run, server: Gateway) -> None:
    to = MANY.split(",")
    assert preview(run, f"--to {','.join(to[:30])} -m Hi")["seconds"] is None
    assert preview(run, f"--to {','.join(to[:31])} -m Hi")["seconds"] == 60
    assert preview(run, f"--to {','.join(to[:11])} -m", "x" * 400)["seconds"] == 60  # 33 parts


def test_a_sending_server_has_no_limit_of_a_phone(run: Run, server: Gateway) -> None:
    assert preview(run, f"--to {MANY} -m Hi --sender-id 1")["seconds"] is None


def test_the_minimum_of_the_standard_is_told_where_it_is_less(run: Run, server: Gateway) -> None:
    told = preview(run, f"--to {ANN},{BOB} -m", "x" * 65 + "🇩🇪" + "y" * 65)
    assert (told["parts"], told["total_parts"]) == (3, 6)
    assert "phones keep emoji and flags whole; the standard needs 4 parts" in told["notes"]
    told = preview(run, f"--to {ANN} -m", "x" * 60 + "🇩🇪" + "y" * 65)
    assert told["parts"] == 2
    assert not any("standard" in note for note in told["notes"])


@pytest.mark.parametrize("way", ["--to", "--csv"])
def test_many_parts_are_asked_for_on_a_terminal_and_noted_off_one(
    run: Run, server: Gateway, home: Path, way: str
) -> None:
    (home / "a.csv").write_text(f"number\n{ANN}\n{BOB}\n{CY}\n")
    to = f"--to {ANN},{BOB},{CY}" if way == "--to" else "--csv a.csv"
    line, text = f"messages send {to} --set ask_above=3 --set repeat_after=0 -m", "x" * 153 * 6
    assert "this sends 18 parts" in run(line, text).stderr
    assert "parts" not in run(line, "x" * 153 * 5, "--once", "five").stderr
    assert "parts" not in run(line, text, "--yes", "--once", "yes").stderr
    before = sends(server)
    asked = at_terminal(shlex.split(f"{line} {text} --once asked"), b"n\n")
    assert asked.code == 1
    assert "Send 18 parts to 3 recipients?" in asked.output
    assert "18 in total" in asked.output
    assert sends(server) == before


@pytest.mark.parametrize("kind", ["MMS", "WhatsApp"])
def test_what_is_no_sms_has_no_parts(run: Run, server: Gateway, kind: str) -> None:
    told = preview(run, f"--to {ANN} --type {kind} -m", "ж" * 500)
    assert (told["encoding"], told["parts"], told["forces_ucs2"]) == (None, 1, [])


def test_the_parts_of_one_message_a_row_are_added_up(run: Run, server: Gateway, home: Path) -> None:
    (home / "a.csv").write_text(f"number,name\n{ANN},Ann\n{BOB},{'x' * 200}\n{CY},Жук\n")
    told = preview(run, "--csv a.csv --sim 1 --price-per-part 0.1 -m", "Hi {name}")
    assert (told["recipients"], told["messages"]) == (3, 3)
    assert (told["encoding"], told["parts"], told["total_parts"]) == ("mixed", 2, 4)
    assert told["cost"] == 0.4
    assert told["senders"] == [{"sim": 1, "recipients": 3, "parts": 4}]
    assert sends(server) == 0


def test_a_mailing_shows_its_messages_and_what_each_costs(
    run: Run, server: Gateway, home: Path
) -> None:
    rows = [*((number, "Ann") for number in (ANN, BOB)), (CY, "Жук")]
    rows += [(f"+1202555013{digit}", "x" * (150 + digit)) for digit in range(3)]
    (home / "a.csv").write_text("number,name\n" + "".join(f"{n},{name}\n" for n, name in rows))
    line = "messages preview --csv a.csv --set price='0.05 EUR' -m 'Hi {name}'"
    told = run(f"{line} -o json").json
    one = {"encoding": "GSM-7", "parts": 1, "cost": 0.05}
    assert told["first"] == [
        {"to": ANN, "text": "Hi Ann", **one},
        {"to": CY, "text": "Hi Жук", **one, "encoding": "UCS-2"},
        {"to": "+12025550130", "text": f"Hi {'x' * 150}", **one},
    ]
    assert told["longest"] == {"to": "+12025550132", "text": f"Hi {'x' * 152}", **one}
    assert told["encodings"] == {
        "GSM-7": {"messages": 5, "parts": 5, "cost": 0.25},
        "UCS-2": {"messages": 1, "parts": 1, "cost": 0.05},
    }
    shown = run(f"{line} -o table").stdout
    assert f"message 1   to {ANN}, 1 part, 0.05 EUR: Hi Ann" in shown
    assert "gsm-7       5 messages, 5 parts, 0.25 EUR" in shown
    assert f"longest     to +12025550132, 1 part, 0.05 EUR: Hi {'x' * 56}…" in shown


def test_a_mailing_without_sms_has_no_encodings(run: Run, server: Gateway, home: Path) -> None:
    (home / "a.csv").write_text(f"number,name\n{ANN},Жук\n")
    told = preview(run, "--csv a.csv --type WhatsApp -m", "Hi {name}")
    assert told["encodings"] == {}
    assert told["first"] == [
        {"to": ANN, "text": "Hi Жук", "encoding": None, "parts": 1, "cost": None}
    ]


def test_people_read_it_in_words(run: Run, lists: Gateway) -> None:
    told = run(
        "messages preview --list Friends --sim 1 --delay 3700 --price-per-part 0.05 -o table -m",
        "Hi {first_name} ’",
    )
    lines = dict(line.split(maxsplit=1) for line in told.stdout.splitlines())
    assert lines["recipients"].strip() == "2"
    assert "Friends: 2 subscribed, 1 unsubscribed" in told.stdout
    assert "UCS-2, because of ’ (U+2019 RIGHT SINGLE QUOTATION MARK) at position 17" in told.stdout
    assert "1 h 1 min 40 s from first to last message" in told.stdout
    assert "0.10 at 0.05 per part" in told.stdout
    assert "parts may differ" in told.stderr


def test_scripts_read_bare_columns(run: Run, lists: Gateway) -> None:
    assert run("messages preview --list Friends -m Hi").stdout == "2\tGSM-7\t1\t2\t\t\n"
    assert "recipients" in run("messages preview --list Friends -m Hi -o csv").stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--price-per-part -1", "an amount"),
        ("--price-per-part nan", "an amount"),
        ("--ask-above -1", "whole number"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, options: str, said: str) -> None:
    assert said in run(f"messages send --to {ANN} -m Hi {options}", code=2).stderr
    assert said in run(f"messages preview --to {ANN} -m Hi {options}", code=2).stderr


def numbers(count: int) -> str:
    return ",".join(f"+1202555{number:04}" for number in range(100, 100 + count))


def test_nobody_is_asked_off_a_terminal_so_a_large_send_is_refused(
    run: Run, server: Gateway
) -> None:
    run(f"messages send --to {numbers(100)} -m Hi")
    refused = run(f"messages send --to {numbers(101)} -m Hi", code=2).stderr
    assert "cannot ask for confirmation without a terminal: Send it to 101 recipients?" in refused
    assert "--yes" in refused
    assert sends(server) == 1
    run(f"messages send --to {numbers(101)} -m Hi --yes")
    run(f"messages send --to {numbers(101)} -m Hi --ask-above 101")
    assert sends(server) == 3


def test_contacts_of_lists_count_and_only_those_who_get_it(run: Run, lists: Gateway) -> None:
    refused = run("messages send --list Friends -m Hi --ask-above 1", code=2).stderr
    assert "Send it to 2 recipients?" in refused
    run(f"messages send --list Friends --list Others --to {ANN} -m Hi --ask-above 2")
    assert len(lists.store.rows("messages")) == 2


def test_a_large_mailing_and_many_codes_are_asked_for_too(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text(f"number,name\n{ANN},Ann\n{BOB},Bob\n")
    run("messages send --csv a.csv --ask-above 1 -m 'Hi {name}'", code=2)
    run("ussd-pulls send --code '*1#' --code '*2#' --ask-above 1", code=2)
    assert sends(server) == 0
    run("messages send --csv a.csv --ask-above 1 -m 'Hi {name}' --yes")
    run("ussd-pulls send --code '*1#' --code '*2#' --ask-above 1 --yes")
    assert sends(server) == 3


@pytest.mark.parametrize(("answer", "code", "sent"), [(b"y\n", 0, 1), (b"n\n", 1, 0)])
def test_on_a_terminal_the_summary_stands_before_the_question(
    lists: Gateway, answer: bytes, code: int, sent: int
) -> None:
    line = (
        "messages send --list Friends -m Hello --ask-above 1 --price-per-part 0.05 -q --every day"
    )
    ended = at_terminal(shlex.split(line), answer)
    assert ended.code == code
    summary, _, _ = ended.output.replace("\r\n", "\n").partition("Send it to 2 recipients?")
    assert "text: Hello\n" in summary
    assert "recipients: 2\n" in summary
    assert "list 1: Friends: 2 subscribed, 1 unsubscribed\n" in summary
    assert "encoding: GSM-7\n" in summary
    assert "parts: 1 per message, 2 in total\n" in summary
    assert "cost: 0.10 at 0.05 per part\n" in summary
    assert "note: the numbers are for one run of a recurring campaign\n" in summary
    assert sends(lists) == sent


@pytest.mark.parametrize(("recipients", "senders"), [(0, 3), (1, 3), (10, 3), (9, 3), (5, 1)])
def test_taking_turns_leaves_nobody_out(recipients: int, senders: int) -> None:
    shares = shared_out(recipients, senders)
    assert sum(shares) == recipients
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)
