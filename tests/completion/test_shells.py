"""TAB in bash, zsh and fish: commands, options, values and files, wherever they may stand."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.completion.shells import OFFERED, completed_by_bash, completed_by_zsh, offered

SHELLS = [
    pytest.param(
        each, marks=pytest.mark.skipif(shutil.which(each) is None, reason=f"{each} is not here")
    )
    for each in OFFERED
]
FORMATS = ["csv", "excel", "json", "ndjson", "table", "tsv"]
OFFERS = {
    "smsgw con": ["contact-lists", "contacts"],
    "smsgw contacts im": ["import"],
    "smsgw -o json messages se": ["send"],
    "smsgw --output=json messages se": ["send"],
    "smsgw -qo json messages se": ["send"],
    "smsgw -p work --dry-run messages se": ["send"],
    "smsgw messages send --act": ["--active-hours"],
    "smsgw messages send --dry": ["--dry-run"],
    "smsgw --vers": ["--version"],
    "smsgw messages list -o ": FORMATS,
    "smsgw -o nd": ["ndjson"],
    "smsgw contacts import L F --existing ": ["fail", "skip", "update"],
    "smsgw messages list --status Pending --status De": ["Delivered"],
    "smsgw messages send --to 1 --to": ["--to"],
    "smsgw completion ": ["bash", "fish", "powershell", "zsh"],
    "smsgw api ": ["DELETE", "GET", "POST", "PUT"],
    "smsgw messages send -- --t": [],
    "smsgw doctor ": [],
    "smsgw no-such-command ": [],
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("line", OFFERS)
def test_what_may_come_next_is_offered(shell: str, line: str) -> None:
    assert offered(shell, line) == OFFERS[line]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_value_is_offered_after_an_equals_sign_too(shell: str) -> None:
    cut = "" if shell == "bash" else "--output="  # bash replaces what follows the sign alone
    assert offered(shell, "smsgw messages list --output=") == [cut + each for each in FORMATS]
    assert offered(shell, "smsgw --output=nd") == [f"{cut}ndjson"]


@pytest.mark.parametrize("shell", SHELLS)
def test_an_option_that_was_given_is_not_offered_again(shell: str) -> None:
    line = "smsgw -o json sending-servers update 1 --enabled --"
    flags = offered(shell, line)
    assert {"--type", "--config", "--query"} <= set(flags)
    assert not {"--output", "--enabled", "--disabled"} & set(flags)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_group_offers_its_commands_alone(shell: str) -> None:
    assert offered(shell, "smsgw contact-lists ") == ["create", "delete", "get", "list", "update"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_repeatable_argument_is_offered_again(shell: str) -> None:
    assert offered(shell, "smsgw profiles update work timeout=5 regi") == ["region="]


@pytest.mark.parametrize("complete", [completed_by_bash, completed_by_zsh])
@pytest.mark.parametrize("start", ["smsgw messages list --set ", "smsgw profiles update work "])
def test_a_setting_is_completed_up_to_its_value(complete: Callable[[str], str], start: str) -> None:
    assert complete(f"{start}regi") == f"{start}region="


@pytest.mark.parametrize("complete", [completed_by_bash, completed_by_zsh])
@pytest.mark.parametrize("option", ["--csv ", "--csv=", "--message-file "])
def test_files_complete_where_files_are_taken(home: Path, complete: object, option: str) -> None:
    (home / "customers.csv").touch()
    command = "profiles update x" if "bundle" in option else "messages send"
    assert callable(complete)
    line = complete(f"smsgw {command} {option}cust")
    assert line == f"smsgw {command} {option}customers.csv "


def test_files_complete_in_fish(home: Path) -> None:
    (home / "customers.csv").touch()
    assert offered("fish", "smsgw contacts import L cust") == ["customers.csv"]
    assert offered("fish", "smsgw messages send --csv=cust") == ["--csv=customers.csv"]


@pytest.mark.parametrize("complete", [completed_by_bash, completed_by_zsh])
def test_a_line_is_completed_as_it_stands(complete: object) -> None:
    assert callable(complete)
    assert complete("smsgw mess") == "smsgw messages "
    assert complete("smsgw --output=nd") == "smsgw --output=ndjson "
    assert complete("smsgw messages send --act") == "smsgw messages send --active-hours "
