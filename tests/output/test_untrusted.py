"""Text that anybody may have written is shown, not obeyed, and exact where data is asked for."""

import csv
import io
import json
import os
import subprocess
from collections.abc import Callable
from contextlib import redirect_stderr
from typing import Any

import pytest

from smsgw_cli.output.bar import bar
from smsgw_cli.output.printer import print_note
from smsgw_cli.output.progress import lines
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.conftest import Inbox
from tests.output.printing import printed, printed_one
from tests.output.terminal import on_terminal


class Terminal(io.StringIO):
    def fileno(self) -> int:
        return 2


Process = Callable[..., subprocess.CompletedProcess[Any]]

HOSTILE = [
    "[red]x[/red]",
    "[/]",
    ":smile: [link=https://x.example]y[/link]",
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[H",
    "\x9b31mred\x9c",
    "\u202eevil\u2066\u2069\u200f",
    "one\ntwo\r\nthree\rfour\u2028five\x85six\x0bseven",
    "tab\tand\\t backslash\\",
    "\x00\x08\x7f",
    "zero\u200bwidth\ufeff\U000e0041",
    "x" * 10_000,
    "'\"=1+1,;",
    "ขอบคุณ 🙏🏽 👨‍👩‍👧",
]
OBEYED = set("\x00\x07\x08\x0b\r\x1b\x7f\x85\x9b\x9c\u200f\u2028\u202e\u2066\u2069\u200b\ufeff")


def test_messages_are_exact_in_data(inbox: Inbox, process: Process) -> None:
    inbox(*HOSTILE)

    def printed_as(format: str) -> str:
        ended = process(f"messages list -o {format}", text=False)
        return str(ended.stdout, "utf-8")

    newest_first = HOSTILE[::-1]
    assert [each["content"] for each in json.loads(printed_as("json"))] == newest_first
    rows = csv.DictReader(io.StringIO(printed_as("csv"), newline=""))
    assert [each["content"] for each in rows] == newest_first


@pytest.mark.parametrize("text", HOSTILE)
def test_a_message_is_a_harmless_line_of_a_table(run: Run, inbox: Inbox, text: str) -> None:
    inbox(text, "next")
    shown = run("messages list -o table").stdout
    assert not OBEYED & set(shown)
    assert len(shown.splitlines()) == 4


def test_markup_is_shown_as_it_is_written(run: Run, inbox: Inbox) -> None:
    inbox(*HOSTILE[:3])
    shown = run("messages list -o table").stdout
    assert all(text in shown for text in HOSTILE[:3])


def test_a_terminal_is_given_nothing_to_obey_by_any_format(inbox: Inbox) -> None:
    inbox(*HOSTILE)
    for format in ("json", "ndjson", "csv", "tsv"):
        shown = on_terminal(f"messages list -o {format}").shown
        assert not (OBEYED - {"\ufeff", "\u200b"}) & set(shown)


def test_the_names_of_fields_are_no_more_trusted_than_what_is_in_them() -> None:
    record = {"\x1b]0;owned\x07[red]": "x"}
    for shown in (printed([record], "table"), printed_one(record, "table")):
        assert "\\x1b]0;owned\\x07[red]" in shown.lower()


def test_a_custom_field_with_hostile_text_is_exact_and_harmless(run: Run, server: Gateway) -> None:
    text = HOSTILE[3] + HOSTILE[6] + HOSTILE[0]  # what is invisible at an end is trimmed
    run("api POST contact-lists -f name=Customers")
    field = ["-f", "label=Name", "-f", "tag=name", "-f", "type=text", "-F", "required:=false"]
    run("api POST contact-lists/1/fields", *field)
    contact = ["-f", "mobile_number=+12025550123", "-F", "subscribed:=true", "-f", f"name={text}"]
    run("api POST contact-lists/1/contacts", *contact)
    assert run("contacts list 1 -o json").json[0]["name"] == text
    table = run("contacts list 1 -c id,name -o table").stdout
    assert not OBEYED & set(table)
    assert "[red]x[/red]" in table
    assert not OBEYED & set(run("contacts get 1 -o table").stdout)


def test_notes_and_progress_are_harmless() -> None:
    text = "".join(HOSTILE[:7])
    with redirect_stderr(io.StringIO()) as stderr:
        print_note(text)
        with lines(text) as show:
            show(1, 2, text)
        with bar(text) as show:
            show(1, 2, text)
    assert not OBEYED & set(stderr.getvalue())
    assert stderr.getvalue().count("[red]x[/red]") >= 3


def test_an_error_that_repeats_hostile_text_is_harmless(run: Run, server: Gateway) -> None:
    failed = run("contact-lists get", "\x1b]0;owned\x07", code=4)
    assert not OBEYED & set(failed.stderr)


def test_a_lone_half_of_a_pair_is_named_and_breaks_nothing() -> None:
    record = {"content": "a\ud800b"}
    for format in ("table", "json", "ndjson", "tsv"):
        assert "a\\ud800b" in printed([record], format)


def test_a_long_note_wraps_at_words_and_keeps_commands_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((40, 24)))
    command = "'smsgw imports resume 17 --yes --set settle=0'"
    with redirect_stderr(Terminal()) as told:
        print_note(f"the server's words: {'hint: x ' * 9}then {command} goes on", wraps=True)
        print_note("x " * 60)
    *said, unwrapped = told.getvalue().splitlines()
    assert [each for each in said if len(each) > 40] == [f"  {command}"]
    assert all(each.startswith("  ") for each in said[1:])
    assert unwrapped == "x " * 60


def test_a_note_off_a_terminal_is_one_line(run: Run, server: Gateway) -> None:
    told = run("devices get", "no-such-device-" * 20, code=4).stderr
    assert told.splitlines()[0].startswith("error: ")
    assert len(told.splitlines()[0]) > 300
