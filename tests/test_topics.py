"""The topics of `smsgw help`: their commands print what they show, and they fit a terminal."""

from pathlib import Path

import pytest

from smsgw_cli.cli.completion.hints import TOPIC
from smsgw_cli.commands._help_topic import text_of, topics
from tests import shown

WIDTH = 98


@pytest.mark.parametrize("topic", topics())
def test_the_commands_of_a_topic_print_what_it_shows(home: Path, topic: str) -> None:
    assert not shown.differences(shown.of_topic(text_of([topic])))


@pytest.mark.parametrize("topic", topics())
def test_a_topic_fits_into_a_terminal(topic: str) -> None:
    examples = {
        line for each in shown.of_topic(text_of([topic])) for line in "\n".join(each).splitlines()
    }
    too_wide = [
        line
        for line in text_of([topic]).splitlines()
        if len(line) > WIDTH and line.strip().removeprefix("$ ") not in examples
    ]
    assert not too_wide


def test_every_topic_is_offered_and_named_in_the_help() -> None:
    named = text_of(["help"]).partition("Topics: ")[2].partition(".")[0].split()
    assert list(TOPIC.words) == topics() == [each.strip(",") for each in named]
