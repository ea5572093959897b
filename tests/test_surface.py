"""The surface fits into a head: how many options, words and sections there may be."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from smsgw_cli.app import app
from smsgw_cli.cli.groups import HELP_AND_SHARED
from smsgw_cli.commands import COMMANDS, load
from smsgw_cli.config.settings import SETTINGS
from tests.conftest import Run

MOST_OPTIONS, MOST_IN_A_SECTION, MOST_IN_SHORT_HELP, MOST_AT_THE_TOP = 40, 9, 15, 22
# Letters that mean the same in every command.
TAKEN = {
    "-p": "profile_name",
    "-o": "output",
    "-c": "columns",
    "-q": "quiet",
    "-y": "yes",
    "-n": "dry_run",
    "-v": "verbose",
    "-m": "message",
    "-h": "short_help",
    "-V": "version",
}
OF_A_PLUGIN = {"-w": "warning", "-c": "critical", "-t": "timeout"}  # by the guidelines


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that is not hidden, by its words."""
    for name in COMMANDS:
        group = load(name)
        verbs = getattr(group, "commands", None)
        if verbs is None:
            yield name, group
            continue
        for verb in verbs:
            if not verbs[verb].hidden:
                yield f"{name} {verb}", verbs[verb]


def own_options(command: Any) -> list[Any]:
    """The options of a command alone that its help shows."""
    return [
        param
        for param in command.params
        if param.param_type_name == "option"
        and not param.hidden
        and param.name not in HELP_AND_SHARED
    ]


def test_no_command_has_too_many_options() -> None:
    for words, command in commands():
        assert len(own_options(command)) <= MOST_OPTIONS, words


def test_no_section_is_too_long() -> None:
    for words, command in [*commands(), ("", get_command(app))]:
        options = own_options(command) if words else command.params
        sections = Counter(each.rich_help_panel for each in options if not each.hidden)
        assert max(sections.values(), default=0) <= MOST_IN_A_SECTION, words


def test_short_help_is_short() -> None:
    for words, command in commands():
        shown = [each for each in own_options(command) if each.name in command.common]
        assert len(shown or own_options(command)) <= MOST_IN_SHORT_HELP, words
        assert len(shown) == len(command.common), words


def test_the_top_fits_into_a_head() -> None:
    assert len(COMMANDS) <= MOST_AT_THE_TOP


def test_a_letter_means_the_same_everywhere() -> None:
    for words, command in [*commands(), ("", get_command(app))]:
        letters = TAKEN | OF_A_PLUGIN if words == "check" else TAKEN
        for param in command.params:
            for name in {*param.opts, *param.secondary_opts} & letters.keys():
                assert param.name == letters[name], (words, name)


def test_a_word_has_one_grammar_everywhere() -> None:
    """Whether it takes a value, the kind of that, and whether it may be repeated."""
    grammars: dict[str, dict[tuple[Any, ...], str]] = defaultdict(dict)
    for words, command in commands():
        for param in own_options(command):
            for name in param.opts:
                is_text = param.type.name in ("str", "text", "choice")
                kind = "text" if is_text else param.type.name
                grammars[name][(param.is_flag, kind)] = words
    assert {name: kinds for name, kinds in grammars.items() if len(kinds) > 1} == {}


def test_an_option_named_like_a_setting_is_that_setting() -> None:
    for words, command in commands():
        for param in own_options(command):
            if param.name in SETTINGS and words.split()[0] not in ("sandbox",):
                assert param.help.startswith(SETTINGS[param.name].help), (words, param.name)


def test_every_option_is_documented(run: Run) -> None:
    for words, command in commands():
        for param in own_options(command):
            assert param.help, (words, param.name)
    shown = run("help options").stdout
    for param in get_command(app).params:
        if not getattr(param, "hidden", False) and param.name not in ("version", "help"):
            assert all(name in shown for name in param.opts), param.name


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("messages send --exlcude x", "did you mean --exclude?"),
        ("messages list --stauts x", "did you mean --status?"),
        ("messages list --excel1 x", None),
        ("messages send --no-input", "use --set no_input=BOOL"),
        ("messages list --server x", "SMSGW_SERVER"),
        ("help mesages sned", "did you mean messages send?"),
        ("help send", "did you mean messages send or ussd-pulls send?"),
        ("send --to +12025550123", "did you mean messages send or ussd-pulls send?"),
        ("retry 4", "did you mean campaigns retry?"),
        ("campaigns cancel 4", "did you mean campaigns delete?"),
        ("messages lst", "did you mean messages list?"),
        ("nothing-like-it", None),
    ],
)
def test_a_misspelt_word_is_told_the_one_that_was_meant(
    run: Run, line: str, hint: str | None
) -> None:
    shown = run(f"{line} -o json", code=4 if line.startswith("help") else 2).error["hint"]
    assert (hint or "--help") in shown
    assert "--excel" not in shown
