"""The README is true: its commands run in order in an empty home, and show what it says."""

import re
from pathlib import Path

import pytest
import xlsxwriter

from tests import shown

README = Path(__file__).parent.parent / "README.md"
FIRST = "smsgw -p sandbox messages send --to +12025550123 -m 'Hello' --watch"
LONGEST = 200  # lines
CUSTOMERS = (("Name", "Phone"), ("Ann", "(202) 555-0123"), ("Cy", "(202) 555-0199"))


def recipes(text: str) -> list[str]:
    """The command lines of the recipes."""
    chapter = text.partition("## Recipes")[2].partition("## Scripts and cron")[0]
    lines = "".join(re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL))
    return re.split(r"\n(?=smsgw |cat )", lines.strip())


def crontab(text: str) -> list[str]:
    """The commands of the crontab, without what mails a file."""
    (table,) = re.findall(r"```crontab\n(.*?)```", text, re.DOTALL)
    lines = [line.split(maxsplit=5)[5] for line in table.splitlines() if "smsgw" in line]
    return [line.partition(" && ")[0].replace(r"\%", "%") for line in lines]


def files(home: Path) -> None:
    """The files that the recipes take for granted."""
    with xlsxwriter.Workbook(home / "customers.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(CUSTOMERS):
            sheet.write_row(row, 0, cells)
    (home / "appointments.csv").write_text("name,phone,time\nAnn,(202) 555-0123,9:30\n")


@pytest.fixture
def text() -> str:
    return README.read_text()


def test_the_readme_is_short(text: str) -> None:
    assert len(text.splitlines()) <= LONGEST


def test_the_readme_shows_what_its_commands_print(
    home: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FIRST in text
    assert "campaign 1: 1 of 1, 1 sent" in shown.shell(FIRST)
    assert len(list(shown.of_markdown(text))) == 5
    assert not shown.differences(shown.of_markdown(text))
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")
    files(home)
    answered = [line.replace("smsgw ", "smsgw --yes ") for line in recipes(text)]
    lines = [*answered, *crontab(text)]
    assert len(lines) > 25
    wrong = {}
    for line in lines:
        said = shown.shell(f"{line}; echo exit code $?")
        if not said.endswith("exit code 0\n") or (line.endswith("/dev/null") and "\n" in said[:-1]):
            wrong[line] = said
    assert not wrong
