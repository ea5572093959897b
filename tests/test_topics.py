"""The topics of `smsgw help`: their commands print what they show, and they fit a terminal."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import get_type_hints

import pytest

from smsgw_cli.cli.options import Options
from smsgw_cli.commands._help_topic import FOLDER, SCHEMA, text_of, topics
from smsgw_cli.commands.help import WORDS
from smsgw_cli.config.settings import SETTINGS
from tests import shown
from tests.test_help import RENEW

WIDTH, LEFT = 80, 27  # columns: of a line, before the second column
# Lines to copy, which are not broken.
COPIED = re.compile(r" {4}|  (smsgw|sudo|seq|export|ExecStart=|#)")


@pytest.mark.parametrize("topic", topics())
def test_the_commands_of_a_topic_print_what_it_shows(home: Path, topic: str) -> None:
    assert not shown.differences(shown.of_topic(text_of([topic])))


@pytest.mark.parametrize("topic", [each for each in topics() if each != SCHEMA])
def test_a_topic_fits_into_a_terminal(topic: str) -> None:
    examples = {
        line for each in shown.of_topic(text_of([topic])) for line in "\n".join(each).splitlines()
    }
    too_wide = [
        line
        for line in text_of([topic]).splitlines()
        if len(line) > WIDTH
        and not COPIED.match(line)
        and line.strip().removeprefix("$ ") not in examples
    ]
    assert not too_wide


def test_every_topic_is_offered_and_named_in_the_help() -> None:
    named = text_of(["help"]).partition("Topics: ")[2].partition(".")[0].split()
    assert list(WORDS.hint.words) == topics() == [each.strip(",") for each in named]


def test_the_tables_of_topics_are_those_of_the_program() -> None:
    """If a change is meant: run with SMSGW_RENEW_HELP=1, and look at the difference."""
    for topic, (above, below, rows) in TABLES.items():
        path = FOLDER / f"{topic}.txt"
        before, _, rest = path.read_text().partition(f"{above}\n\n")
        table, _, after = rest.partition(f"\n\n{below}")
        whole = "\n".join(each.rstrip() for each in rows())
        if RENEW:
            path.write_text(f"{before}{above}\n\n{whole}\n\n{below}{after}")
        assert RENEW or table == whole


def _settings() -> Iterator[str]:
    """The table of settings: name and form, then help, default and the commands that use it."""
    for each in SETTINGS.values():
        if each.is_threshold:
            continue
        yield from _row(f"{each.name} {each.form}", each.help)
        readers = f"; {each.readers}" if each.readers else ""
        yield from _row("", f"default: {each.otherwise}{readers}")


def _thresholds() -> Iterator[str]:
    """The table of the ranges that `check` judges by: name, default and help."""
    for each in SETTINGS.values():
        if each.is_threshold:
            yield f"  {each.name:20}{each.otherwise:10}{each.help}"


def _options() -> Iterator[str]:
    """The options that every command takes, by section."""
    section = None
    for hint in get_type_hints(Options, include_extras=True).values():
        option = hint.__metadata__[0]
        if option.hidden:
            continue
        if section not in (None, option.rich_help_panel):
            yield ""
        section = option.rich_help_panel
        words = ", ".join([option.default, *option.param_decls])
        yield from _row(f"{words} {option.metavar or ''}", option.help)


def _row(left: str, right: str) -> Iterator[str]:
    """Two columns, the second one wrapped."""
    first, *others = wrap(right, WIDTH - LEFT)
    yield f"  {left:{LEFT - 2}}{first}"
    yield from (" " * LEFT + line for line in others)


# A topic, what stands above and below its table, and the rows.
TABLES = {
    "settings": ("where each value comes from.", "check.METRIC has", _settings),
    "monitoring": ("smsgw check failures", "A value outside", _thresholds),
    "options": ("are the same.", "Short options", _options),
}
