"""Progress: a bar on a terminal, lines off it, nothing with -q, and never among the data."""

import io
import json
import re
from contextlib import redirect_stderr

import pytest

from smsgw_cli.output import progress
from smsgw_cli.output.bar import bar
from smsgw_cli.output.progress import Rate, lines, objects, silence
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal

WATCHED = "messages send --to +12025550123 -m Hello --watch -o csv"
BAR = "━"


def test_a_terminal_shows_a_bar_while_data_goes_elsewhere(server: Gateway) -> None:
    seen = on_terminal(WATCHED, only="stderr")
    assert BAR in seen.shown
    assert "campaign 1" in seen.shown
    assert "1/1" in seen.shown
    assert seen.piped.splitlines()[1].startswith("1,")


def test_a_bar_is_gone_at_the_end_and_what_came_of_it_stays(server: Gateway) -> None:
    *_, end = on_terminal(WATCHED, only="stderr").shown.splitlines()
    assert end.endswith("\x1b[1A\x1b[2Kcampaign 1: 1 of 1, 1 sent")


def test_a_bar_leaves_room_for_what_a_terminal_echoes_of_ctrl_c(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("TERM", "xterm"), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)
    with redirect_stderr(io.StringIO()) as told, bar("import") as show:
        show(1, 10, "word " * 40)
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", told.getvalue())
    assert max(map(len, plain.splitlines())) == 78


def test_a_bar_has_the_colours_of_the_terminals_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("TERM", "xterm"), ("COLORTERM", "truecolor")):
        monkeypatch.setenv(name, value)
    with redirect_stderr(io.StringIO()) as told, bar("import") as show:
        show(1, 10, "")
    _, _, frame = told.getvalue().partition("import")[2].rpartition("import")
    assert "1/10" in frame
    assert "[38;" not in frame


def test_off_a_terminal_progress_is_lines(run: Run, server: Gateway) -> None:
    told = run(WATCHED).stderr.splitlines()
    assert told[-1].startswith("campaign 1: 1 of 1")
    assert BAR not in "".join(told)


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_with_json_progress_is_an_object_a_line(server: Gateway, format: str) -> None:
    line = f"messages send --to +12025550123 -m Hello --watch -o {format}"
    for stderr in (on_terminal(line, only="stderr").shown, on_terminal(line, only="stdout").piped):
        *_, last = (json.loads(each) for each in stderr.splitlines() if each.startswith("{"))
        assert last["progress"].items() >= {"done": 1, "total": 1, "detail": "1 sent"}.items()
        assert BAR not in stderr


def test_objects_are_one_a_second_and_the_last_one_is_among_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter(range(1_000))
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock) / 4)
    with redirect_stderr(io.StringIO()) as told, objects("import") as show:
        for done in range(1, 7):
            show(done, 6, "")
    seen = [json.loads(line)["progress"]["done"] for line in told.getvalue().splitlines()]
    assert seen == [1, 5, 6]


def test_a_dumb_terminal_gets_lines(server: Gateway) -> None:
    seen = on_terminal(WATCHED, only="stderr", TERM="dumb")
    assert "campaign 1: 1 of 1" in seen.shown
    assert BAR not in seen.shown
    assert "\x1b" not in seen.shown


def test_a_terminal_that_shall_have_no_colours_gets_a_bar_without(server: Gateway) -> None:
    seen = on_terminal(WATCHED, only="stderr", NO_COLOR="1")
    assert BAR in seen.shown
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", seen.shown)


def test_quiet_shows_no_progress(server: Gateway) -> None:
    assert on_terminal(f"{WATCHED} -q", only="stderr").shown == ""


def test_lines_are_few_and_the_last_one_is_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1_000))
    monkeypatch.setattr(progress, "monotonic", lambda: float(next(clock)))
    with redirect_stderr(io.StringIO()) as told, lines("import") as show:
        for done in range(1, 13):
            show(done, 12, "")
    assert told.getvalue().splitlines() == [
        "import: 1 of 12",
        "import: 6 of 12, 1.0/s, 6 s left",
        "import: 11 of 12, 1.0/s, 1 s left",
        "import: 12 of 12",
    ]


def test_only_what_is_done_before_our_eyes_counts_as_pace() -> None:
    rate = Rate()
    assert rate.of(5_000, 100.0) is None
    assert rate.of(5_000, 110.0) is None
    assert rate.of(5_040, 120.0) == pytest.approx(2.0)
    assert Rate().of(0, 0.0) is None


def test_what_was_seen_for_less_than_two_seconds_is_no_rate() -> None:
    rate = Rate()
    assert [rate.of(done, done / 10) for done in (0, 10, 19)] == [None, None, None]
    assert rate.of(20, 2.0) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("left", "told"), [(10, "20 s left"), (119, "4 min left"), (36_000, "20 h left")]
)
def test_how_long_it_will_take_is_told_in_a_fitting_unit(
    monkeypatch: pytest.MonkeyPatch, left: int, told: str
) -> None:
    clock = iter([0.0, 2.0, 22.0])
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    with redirect_stderr(io.StringIO()) as shown, lines("x") as show:
        show(0, left, "")
        show(1, left + 1, "")
        show(11, left + 11, "")
    assert shown.getvalue().splitlines()[-1].endswith(", 0.5/s, " + told)


def test_what_has_not_changed_is_not_told_again() -> None:
    with redirect_stderr(io.StringIO()) as told, lines("import") as show:
        for _ in range(3):
            show(5, 5, "done")
    assert told.getvalue() == "import: 5 of 5, done\n"


def test_silence_is_silent() -> None:
    with redirect_stderr(io.StringIO()) as told, silence() as show:
        show(1, 2, "x")
    assert told.getvalue() == ""


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("forced")
def test_a_bar_tells_no_pace_that_it_has_not_seen() -> None:
    with redirect_stderr(io.StringIO()) as told, bar("import") as show:
        show(3, 3, "3 created")
    assert "/s" not in told.getvalue()


@pytest.mark.usefixtures("forced")
def test_a_bar_says_how_much_of_how_much() -> None:
    with redirect_stderr(io.StringIO()) as told, bar("import") as show:
        show(3, 7, "3 created")
    shown = re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]", "", told.getvalue())
    assert re.search(r"import .* 3/7 +3 created", shown)
