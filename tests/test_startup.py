"""What a command may import: start-up is paid by every line of every script."""

import subprocess
import sys

import pytest

from smsgw_cli.commands import COMMANDS
from smsgw_cli.sandbox.server import Gateway

HEAVY = {"httpx", "rich", "phonenumbers", "uvicorn", "jmespath", "tomllib", "sqlite3", "asyncio"}
PROBE = """
import sys
from smsgw_cli.__main__ import main
sys.argv = ["smsgw", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("\\n".join(sys.modules), file=sys.stderr)
"""


def loaded(*line: str) -> set[str]:
    """The modules a command line has imported when it ends."""
    ended = subprocess.run(
        [sys.executable, "-c", PROBE, *line], capture_output=True, text=True, check=True
    )
    return set(ended.stderr.splitlines())


def test_the_version_needs_nothing() -> None:
    assert not {"typer", "smsgw_cli.app"} & loaded("--version")


@pytest.mark.parametrize(
    "line",
    [
        ["--help"],
        ["no-such-command"],
        ["messages", "--help"],
        ["messages", "send", "--help"],
        ["contacts", "sync", "--help"],
    ],
)
def test_help_and_usage_errors_need_nothing_heavy(line: list[str]) -> None:
    assert not HEAVY & loaded(*line)


def test_the_first_help_imports_no_group() -> None:
    groups = {f"smsgw_cli.commands.{name.replace('-', '_')}" for name in COMMANDS}
    assert not groups & loaded("--help")


def test_a_listing_as_json_loads_neither_rich_nor_what_others_need(server: Gateway) -> None:
    unwanted = {"rich", "phonenumbers", "uvicorn", "jmespath", "sqlite3"}
    assert not unwanted & loaded("devices", "list", "-o", "json")
