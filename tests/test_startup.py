"""What a command may import: start-up is paid by every line of every script."""

import re
import shlex
import subprocess
import sys

import pytest

from smsgw_cli.cli.completion.request import Request
from smsgw_cli.commands import COMMANDS
from smsgw_cli.sandbox.server import Gateway

# What takes long to import, and of ours what only some commands need.
SLOW = {
    "anyascii",
    "asyncio",
    "filelock",
    "httpcore",
    "httpx",
    "jmespath",
    "phonenumbers",
    "platformdirs",
    "pygments",
    "rich",
    "smsgw_cli.config.ranges",
    "smsgw_cli.messages.opt_out_merge",
    "sqlite3",
    "ssl",
    "tomli_w",
    "tomlkit",
    "tomllib",
    "typer",
    "uvicorn",
}
CONFIGURATION = {"platformdirs", "tomllib"}
USAGE_ERROR = {"typer", *CONFIGURATION}  # which is JSON if that is the output of the profile
REQUEST = {"typer", "httpx", "httpcore", "ssl", *CONFIGURATION}

# What a request with one page does not run, although libraries import it.
NOT_RUN = {
    "_ast",
    "concurrent.futures",
    "decimal",
    "email.utils",
    "encodings.idna",
    "http.client",
    "httpcore._async.connection",
    "importlib.resources",
    "idna.core",
    "random",
    "shellingham",
    "smsgw_cli.sms.same_phone",
    "socksio.socks5",
    "textwrap",
    "tomllib",
    "_hashlib",
    "_ssl",
}

PROFILES = {"typer", "filelock", *CONFIGURATION}

MAY_IMPORT: dict[str, set[str]] = {
    "--version": set(),
    "--help": set(),
    "-h": set(),
    "messages --help": set(),
    "messages send --help": set(),
    "contacts sync --help": set(),
    "campaigns report --help": set(),
    "no-such-command": USAGE_ERROR,
    "messages no-such-command": USAGE_ERROR,
    "messages send --no-such-option": USAGE_ERROR,
    "messages send --type carrier-pigeon -o json": {"typer"},
    "contacts import --no-such-option": USAGE_ERROR,
    "contacts sync --no-such-option": USAGE_ERROR,
    "contacts export --no-such-option": USAGE_ERROR,
    "imports resume --no-such-option": USAGE_ERROR,
    "sends settle --no-such-option": USAGE_ERROR,
    "suppress add --no-such-option": USAGE_ERROR,
    "profiles list": PROFILES,
    "profiles update sandbox --region US": PROFILES | {"tomli_w", "tomlkit"},
    "completion bash": PROFILES | {"phonenumbers", "sqlite3"},  # reads every command's module
    "devices list -o json": REQUEST,
    "messages list": REQUEST,
    "messages list -o ndjson --limit 5": REQUEST,
    "contact-lists create Friends": REQUEST,
    "devices list -o csv": REQUEST,
    "devices list -o table": REQUEST | {"rich", "smsgw_cli.config.ranges"},
    "devices list --query length(@)": REQUEST | {"jmespath"},
    "messages send --to +12025550123 -m Hi": REQUEST | {"phonenumbers", "sqlite3", "filelock"},
    "check --no-such-option": {"typer"},
    "check devices": REQUEST | {"smsgw_cli.config.ranges", "sqlite3"},
    "__complete contact-lists/contact-list": REQUEST,
    "__complete profiles": {"typer", *CONFIGURATION},
}


def loaded(line: str) -> set[str]:
    """The modules that a command line imports, those tried in vain included."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "smsgw_cli", *shlex.split(line)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return set(re.findall(r"(?m)^import time:.*\| +(\S+)$", ended.stderr))


@pytest.mark.parametrize("line", MAY_IMPORT)
def test_a_command_imports_what_it_needs_and_no_more(server: Gateway, line: str) -> None:
    assert loaded(line) & SLOW <= MAY_IMPORT[line]


def test_a_request_imports_nothing_that_does_not_run(server: Gateway) -> None:
    assert not loaded("messages list -o json") & NOT_RUN


def test_names_that_were_kept_need_nearly_nothing(server: Gateway) -> None:
    request = Request(["devices/SIM"])
    request.keep(["Main line\tSIM 1"])
    modules = loaded("__complete devices/SIM")
    assert modules & SLOW <= {"platformdirs"}
    assert not any(each.startswith("smsgw_cli.commands") for each in modules)


@pytest.mark.parametrize("line", ["--version", "--help", "no-such-command", "doctor --no-such"])
def test_no_group_is_imported_that_was_not_asked_for(line: str) -> None:
    groups = {f"smsgw_cli.commands.{name.replace('-', '_')}" for name in COMMANDS}
    assert loaded(line) & groups <= {"smsgw_cli.commands.doctor"}


def test_httpx_comes_without_its_command_line_and_its_asynchronous_half(server: Gateway) -> None:
    """They come where click and anyio are installed, if nothing is done about it."""
    modules = loaded("devices list -o json")
    assert "httpx" in modules
    assert not any(each == "click" or each.startswith("anyio.") for each in modules)
