"""The README is true: its commands run in order in an empty home, and show what it says."""

from pathlib import Path

from tests import shown

README = Path(__file__).parent.parent / "README.md"
FIRST = "smsgw -p sandbox messages send --to +12025550123 -m 'Hello' --watch"


def test_the_readme_shows_what_its_commands_print(home: Path) -> None:
    text = README.read_text()
    assert FIRST in text
    assert "campaign 1: 1 of 1, 1 sent" in shown.shell(FIRST)
    assert len(list(shown.of_markdown(text))) > 10
    assert not shown.differences(shown.of_markdown(text))
