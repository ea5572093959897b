"""Tables: aligned, in local time, cut to a terminal but never for a file."""

import re
import time
import unicodedata
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.output import table
from smsgw_cli.output.formats import View
from smsgw_cli.output.values import in_local_time, with_age
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.conftest import Contacts, Inbox
from tests.output.printing import printed, printed_one
from tests.output.terminal import on_terminal

ESC = "\x1b"


class Screen(StringIO):
    """Text that takes itself for a terminal, as wide as COLUMNS says."""

    def isatty(self) -> bool:
        return True


def plain(shown: str) -> list[str]:
    """The lines on a terminal, without what makes them bold or coloured."""
    return re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()


def width(shown: str) -> int:
    """How many columns of a terminal a text takes."""
    visible = [each for each in shown if unicodedata.category(each) not in ("Mn", "Me", "Cf")]
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in visible)


def test_wide_characters_keep_columns_aligned() -> None:
    names = ["Ann", "สวัสดีครับ", "日本語テキスト", "🙏🎉", "e\u0301te\u0301", "ｆｕｌｌ"]
    lines = printed([{"name": name, "mark": "|"} for name in names], "table").splitlines()
    assert len({width(line.partition("|")[0]) for line in lines[2:]}) == 1


def test_numbers_are_aligned_to_the_right_and_texts_to_the_left() -> None:
    lines = printed([{"n": 1, "t": "a"}, {"n": 10, "t": "bcd"}], "table").splitlines()
    assert lines[2:] == [" 1  a", "10  bcd"]


def test_a_column_without_a_value_is_no_column_of_numbers() -> None:
    assert printed([{"key": None, "t": "a"}], "table").splitlines()[2] == "–    a"


def test_null_is_a_dash_and_nothing_else_is() -> None:
    line = printed([{"null": None, "zero": 0, "empty": "", "no": False}], "table").splitlines()[2]
    assert line.split() == ["–", "0", "false"]


def test_null_is_dim_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    shown = printed([{"null": None, "dash": "–"}], "table").splitlines()[-1]
    assert shown.replace(" ", "") == f"{ESC}[2m–{ESC}[0m–"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "2025-09-08 05:42:25"),
        ("Asia/Kolkata", "2025-09-08 11:12:25"),
        ("America/New_York", "2025-09-08 01:42:25"),
    ],
)
def test_times_are_local_in_tables_and_untouched_in_data(
    zone: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "2025-09-08T05:42:25.000000Z"
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert shown in printed([{"sent_at": told}], "table")
    assert shown in printed_one({"sent_at": told}, "table")
    for format in ("json", "ndjson", "csv", "tsv"):
        assert told in printed([{"sent_at": told}], format)


@pytest.mark.parametrize(
    "told", ["soon", "2025-09-08", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "\ud800"]
)
def test_what_is_no_time_of_ours_is_shown_as_it_is(told: str) -> None:
    assert printed([{"sent_at": told}], "table")


def test_a_table_in_a_file_is_complete_and_uncut(run: Run, contacts: Contacts) -> None:
    contacts(150)
    shown = run("contacts list 1 -o table --columns id,mobile_number")
    assert len(shown.stdout.splitlines()) == 152
    assert shown.stderr == ""


def test_a_long_text_in_a_file_is_not_cut_to_some_width() -> None:
    assert "x" * 500 in printed([{"content": "x" * 500}], "table")


def test_a_list_of_many_rows_is_several_tables() -> None:
    lines = printed([{"id": number} for number in range(2_500)], "table").splitlines()
    numbers = [int(line) for line in lines if line.strip().isdecimal()]
    assert numbers == list(range(2_500))


def test_one_thing_is_shown_whole() -> None:
    shown = printed_one({"id": 5, "content": "x" * 10_000}, "table")
    assert shown.count("x") == 10_000


def test_a_terminal_shows_the_first_page_and_says_how_much_is_left(contacts: Contacts) -> None:
    contacts(250)
    seen = on_terminal("contacts list 1")
    assert len(seen.shown.splitlines()) == 2 + 100 + 1
    assert seen.shown.splitlines()[-1] == "150 more; use --all to show them"


def test_all_and_limit_show_more_on_a_terminal(contacts: Contacts) -> None:
    contacts(250)
    assert len(on_terminal("contacts list 1 --all").shown.splitlines()) == 2 + 250
    assert len(on_terminal("contacts list 1 --limit 120").shown.splitlines()) == 2 + 120


def test_ids_and_queries_on_a_terminal_are_of_the_whole_list(contacts: Contacts) -> None:
    contacts(250)
    assert len(on_terminal("contacts list 1 -q").shown.splitlines()) == 250
    assert on_terminal("contacts list 1 -o table --query 'length(@)'").shown == "250\n"


@pytest.mark.parametrize("columns", [200, 100, 80, 60, 40, 20])
def test_a_line_fits_the_terminal_and_what_is_shown_can_be_read(inbox: Inbox, columns: int) -> None:
    inbox("ขอบคุณมาก " * 100)
    shown = plain(on_terminal("messages list", columns=columns, only="stdout").shown)
    assert all(width(line) <= columns for line in shown)
    assert shown[2].split()[:2] == ["1", "+12025550123"]


def test_columns_that_would_not_fit_are_left_out_with_a_sign(inbox: Inbox) -> None:
    inbox("Hello, is anybody there?")
    head, *_, note = plain(on_terminal("messages list", columns=80).shown)
    assert head.split() == ["ID", "FROM", "TO", "CONTENT", "TYPE", "STATUS", "…"]
    left_out = "no room for sent_at, delivered_at"
    assert note == f"{left_out}; select columns with -c, or use -o json"
    head = plain(on_terminal("messages list", columns=200).shown)[0]
    assert head.split()[-2:] == ["DELIVERED", "AT"]


def test_columns_that_were_asked_for_are_never_left_out_and_only_texts_are_cut(
    inbox: Inbox,
) -> None:
    inbox("Hello " * 100)
    line = "messages list -c id,content,from,to,sent_at,delivered_at,status"
    head, _, row, note = plain(on_terminal(line, columns=80).shown)
    assert head.split()[-1] == "STATUS"
    _, cut, *values = re.split(r"  +", row.strip())
    assert cut == "Hello Hello…"
    assert values[:2] == ["+12025550123", "+12025550141"]
    assert all(re.fullmatch(r"[\d-]{10} [\d:]{8}", each) for each in values[2:4])
    assert note == "shortened: content; select columns with -c, or use -o json"


RECORD = st.fixed_dictionaries(
    {
        "id": st.integers(0, 10**9),
        "name": st.text(st.sampled_from("ab 日本🙏é"), max_size=80),
        "number": st.integers(10**6, 10**15 - 1).map(lambda each: f"+{each}"),
        "count": st.none() | st.integers(0, 10**6),
        "text": st.none() | st.text("xy ", min_size=1, max_size=200),
        "sent_at": st.none() | st.just("2025-09-08T05:42:25.000000Z"),
    }
)


@given(st.lists(RECORD, min_size=1, max_size=4), st.integers(12, 120), st.booleans())
def test_at_no_width_is_a_number_a_time_or_a_heading_cut(
    records: list[dict[str, Any]], columns: int, is_selected: bool
) -> None:
    screen = Screen()
    notes: list[str] = []
    view = View(notes.append, lambda: datetime.now(UTC))
    with patch.dict("os.environ", COLUMNS=str(columns), TERM="dumb"):
        show = table.selected_rows if is_selected else table.rows
        show(records, list(records[0]), screen, view)
    head, _, *rows = screen.getvalue().splitlines()
    shown = [name for name in records[0] if name.upper().replace("_", " ") in head]
    assert shown == list(records[0])[: len(shown)]
    assert len(shown) == len(records[0]) or (not is_selected and "no room for" in notes[0])
    assert is_selected or len(shown) == 1 or all(width(row) <= columns for row in rows)
    for record, row in zip(records, rows, strict=True):
        wholes = [record[name] for name in shown if name in ("id", "number", "count")]
        assert all(str(each) in row for each in wholes if each is not None)
        assert "sent_at" not in shown or not record["sent_at"] or "05:42:25" in row
        assert ("…" in row.rstrip(" …")) <= any("shortened" in note for note in notes)


def test_what_one_thing_is_called_leaves_room_for_what_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    screen = Screen()
    name = f"device 1 ({'long name ' * 20})"
    table.record({name: "Succeeded"}, [name], screen, View(print, lambda: datetime.now(UTC)))
    assert "Succeeded" in screen.getvalue().splitlines()[0]


def test_a_list_with_no_room_at_all_still_shows_something(inbox: Inbox) -> None:
    inbox("Hello")
    assert on_terminal("messages list", columns=1).exit_code == 0


def test_a_terminal_gets_colours_unless_it_is_told_not_to(inbox: Inbox) -> None:
    inbox("Hello")
    assert ESC in on_terminal("messages list").shown
    assert ESC not in on_terminal("messages list", TERM="dumb").shown
    assert f"{ESC}[3" not in on_terminal("messages list", NO_COLOR="1").shown


def test_colours_may_be_forced_into_a_pipe(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ESC not in run("devices list -o table").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert ESC in run("devices list -o table").stdout


@pytest.mark.parametrize(
    "line",
    ["contacts list 1", "messages list", "campaigns list", "devices sims", "calls list",
     "sends list", "imports list", "suppress list", "sender-ids list"],
)  # fmt: skip
def test_an_empty_list_says_so_and_prints_no_data(run: Run, server: Gateway, line: str) -> None:
    run("contact-lists create Friends")
    run("devices delete 1 2 --yes")
    ended = run(f"{line} -o table")
    assert ended.stdout == ""
    assert ended.stderr.splitlines()[0].startswith("no ")
    assert run(f"{line} -o json").json == []
    assert run(f"{line} -q").stderr == ""


def test_a_time_has_its_age_beside_it_on_a_terminal_alone(inbox: Inbox, run: Run) -> None:
    inbox("Hello")
    aged = re.compile(r"\d\d:\d\d:\d\d \(\d+ s ago\)")
    assert aged.search("\n".join(plain(on_terminal("messages get 1").shown)))
    assert aged.search("\n".join(plain(on_terminal("messages list", columns=140).shown)))
    assert "ago" not in run("messages get 1 -o table").stdout
    assert "ago" not in on_terminal("messages list", columns=80).shown


@pytest.mark.parametrize(
    ("value", "age"),
    [
        ("2031-01-10T12:00:00Z", " (0 s ago)"),
        ("2031-01-10T11:57:00.000000Z", " (3 min ago)"),
        ("2031-01-10T15:00:00Z", " (in 3 h)"),
        ("2031-01-07T12:00:00Z", " (3 days ago)"),
        ("2030-01-10T12:00:00Z", ""),
        ("2031-01-10T11:57:00", ""),
        ("soon", ""),
    ],
)
def test_an_age_is_told_where_it_says_more_than_the_date(value: str, age: str) -> None:
    now = datetime(2031, 1, 10, 12, tzinfo=UTC)
    assert with_age("sent_at", value, now).plain.endswith(f"{in_local_time(value)}{age}")
    assert with_age("name", value, now).plain == value


def test_values_of_values_have_lines_of_their_own(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hello --delivery-report --delay 10")
    lines = run("campaigns get 1 -o table -c options").stdout.splitlines()
    assert ["options.delivery_report", "true"] in [line.split() for line in lines]
    assert "{" not in run("campaigns list -o table -c id,options").stdout
    assert "{" not in run("devices get 1 -o table").stdout


def test_the_options_of_a_field_are_shown_as_they_are_typed(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    run("fields create 1 Size --type dropdown --option S --option XL='Very large'")
    for line in ("fields list 1 -o table", "fields get 1 -o table"):
        assert "S, XL=Very large" in run(line).stdout
