"""What worked with 0.1.0 works: its README, its options, and the same requests on the wire."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from smsgw_cli.app import app
from smsgw_cli.commands import load
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.recording import Recording, recording
from tests.terminal import at_terminal

DATA = Path(__file__).parent / "data"
README: list[dict[str, str | None]] = json.loads((DATA / "readme_of_0_1_0.json").read_text())
OPTIONS: dict[str, list[str]] = json.loads((DATA / "options_of_0_1_0.json").read_text())
SHARED = " shared"
UNFINISHED = 9
SEND = "messages send --to +12025550123 -m Hi"

# Each pair of lines sends the same requests.
PAIRS = [
    (f"{SEND} --allow-suppressed", f"{SEND} --allow suppressed"),
    (f"{SEND} --settle 0", f"{SEND} --set settle=0"),
    (f"{SEND} --no-retry", f"{SEND} --retries 0"),
    (f"{SEND} --ask-above 5", f"{SEND} --set ask_above=5"),
    (f"{SEND} --exclude no.txt", f"{SEND} --exclude @no.txt"),
    (f"{SEND} --exclude no.txt", f"{SEND} --exclude +12025550188"),
    ("messages send --csv to.csv --number-column tel -m Hi --allow repeat",
     "messages send --csv to.csv --map tel=mobile_number -m Hi --allow repeat"),
    ("messages list --excel", "messages list -o excel"),
    ("contacts import 1 to.csv --settle 0 --ignore-extra --workers 1",
     "contacts import 1 to.csv --set settle=0 --ignore-extra --workers 1"),
    ("contacts export 1 --to out.csv", "contacts export 1 out.csv"),
    ("messages list --after 2021-01-01", "messages list --since 2021-01-01"),
    ("campaigns list --after 2021-01-01", "campaigns list --since 2021-01-01"),
    ("ussd-pulls list --after 2021-01-01", "ussd-pulls list --since 2021-01-01"),
    ("ussd-pulls send --code '*123#' --code '*1#' --settle 0",
     "ussd-pulls send '*123#' '*1#' --set settle=0"),
    ("fields create 1 --label Size --tag size --type number",
     "fields create 1 Size --tag size --type number"),
    ("messages retry --campaign 1", "campaigns retry 1"),
    ("messages tail --no-follow --interval 9 --look-back 2d",
     "messages tail --no-follow --set interval=9 --set look_back=2d"),
    ("messages preview --to +12025550123 -m Hi --price-per-part 0.05",
     "messages preview --to +12025550123 -m Hi --set price=0.05"),
    ("suppress from-replies --keyword STOP", "suppress from-replies --set stop_words==STOP"),
    ("sends settle --settle 0", "sends settle --set settle=0"),
    ("api POST messages/send -f message=Hi --allow-suppressed",
     "api POST messages/send -f message=Hi --allow suppressed"),
]  # fmt: skip
# Each pair of lines leaves the same config.toml.
PROFILE_PAIRS = [
    ("update work --region us --rate-limit 600/min --ca-bundle no.txt",
     "update work region=us rate=600/min ca_bundle=no.txt"),
    ("update work --default-output json --send-method get",
     "update work output=json send_method=get"),
    ("update work --timeout 2m --retries 0", "update work timeout=2m retries=0"),
    ("update work --unset region --unset rate_limit", "update work region= rate="),
    ("update work --server y.example --token-command 'pass show sms'",
     "update work server=y.example token_command='pass show sms'"),
    ("add other --server y.example --token-command 'pass show sms' --region DE",
     "add other y.example token_command='pass show sms' region=DE"),
]  # fmt: skip


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Recording]:
    (home / "no.txt").write_text("+12025550188\n")
    (home / "to.csv").write_text("name,tel\nAnn,+12025550123\nBob,+12025550124\n")
    with recording() as record:
        monkeypatch.setenv("SMSGW_SERVER", record.url)
        monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
        yield record


# 0.1.0 let the server's zone count for a repetition; that of the machine goes along since then.
ZONE = '    "timezone": "UTC",\n'
# It left out what a campaign was told not to request, so that the server's default counted.
NO_REPORT = '    "delivery_report": false,\n'


WITHOUT_REPORT = (
    ("2\t3\t0\t0\t0\t0\t2\t1\t\n", "2\t3\t0\t0\t0\t2\t0\t1\t\n"),
    ("status,Delivered,2,", "status,Sent,2,"),
    ("id,to\n3,+12025550124\n2,+12025550123\n", "id,to\n"),  # those that are Delivered
)
"""Its sandbox delivered messages of which no report had been requested; they end as Sent."""


def expected(stdout: str | None) -> str | None:
    for before, now in WITHOUT_REPORT:
        stdout = stdout and stdout.replace(before, now)
    return stdout


def _unaligned(stdout: str | None) -> str | None:
    """A table without the spaces that align its columns."""
    return stdout and re.sub(" +", " ", stdout).replace(" \n", "\n")


def _without(text: str, *parts: str) -> str:
    for part in parts:
        text = text.replace(part, "")
    return text


def test_the_readme_of_0_1_0_works_as_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands in their order; what depends on the time is not compared."""
    programs = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for each in README:
        ended = subprocess.run(
            ["bash", "-c", str(each["line"])],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ended.returncode == 0, ended.stderr
        stdout = _without(ended.stdout, ZONE, NO_REPORT)
        assert _unaligned(expected(each["stdout"])) in (None, _unaligned(stdout)), each["line"]


@pytest.mark.parametrize("words", OPTIONS)
def test_every_option_of_0_1_0_is_taken(words: str) -> None:
    known = {option for param in command(words).params for option in names(param)}
    assert set(OPTIONS[words]) <= {*known, "-h", "--help"}


def command(words: str) -> Any:
    """The command with these words; the program itself for none."""
    if words in ("", SHARED):
        return get_command(app)
    name, _, verb = words.partition(" ")
    group = load(name)
    return group.commands[verb] if verb else group


def names(param: Any) -> list[str]:
    return [*param.opts, *param.secondary_opts]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_an_old_line_sends_what_the_new_one_sends(
    run: Run, recorded: Recording, old: str, new: str
) -> None:
    code = (
        UNFINISHED if old.startswith("messages retry") else 0
    )  # as the campaign of the reference is
    assert wire(run, recorded, f"{old} --yes", code) == wire(run, recorded, f"{new} --yes", code)


@pytest.mark.parametrize(("old", "new"), PROFILE_PAIRS)
def test_an_old_line_stores_what_the_new_one_stores(
    run: Run, home: Path, old: str, new: str
) -> None:
    (home / "no.txt").touch()
    config = home / ".config" / "smsgw" / "config.toml"
    stored = []
    for line in (old, new):
        config.unlink(missing_ok=True)
        run("profiles add work x.example region=FR rate=5 --token-stdin", input="hush-hush")
        assert run(f"profiles {line}").stderr == ""
        stored.append(tomllib.loads(config.read_text()))
    assert stored[0] == stored[1]


def wire(run: Run, recorded: Recording, line: str, code: int) -> list[tuple[Any, ...]]:
    """The requests of a line, without the names that differ in each send; those that read come in
    any order."""
    recorded.requests.clear()
    run(line, code=code)
    found = [
        (each.endpoint, each.path, each.query, without_name(each.body))
        for each in recorded.requests
    ]
    reads = [each for each in found if each[-1] is None]
    return [*sorted(reads, key=repr), *(each for each in found if each[-1] is not None)]


def without_name(body: Any) -> Any:
    return {key: body[key] for key in body if key != "name"} if isinstance(body, dict) else body


def test_an_old_word_is_noted_at_a_terminal(server: Gateway) -> None:
    ended = at_terminal([*SEND.split(), "--settle", "0"])
    assert ended.code == 0
    assert "note: --settle is now --set settle=DURATION" in ended.output


def test_an_old_command_is_noted_at_a_terminal() -> None:
    ended = at_terminal(["profiles", "show", "sandbox"])
    assert ended.code == 0
    assert "'smsgw profiles show' is now 'smsgw profiles get'" in ended.output


def test_off_a_terminal_an_old_word_says_nothing(run: Run, server: Gateway) -> None:
    assert "is now" not in run(f"{SEND} --settle 0 --allow-suppressed").stderr
    assert run("profiles show sandbox").stderr == ""


def test_old_words_are_in_no_help(run: Run) -> None:
    for words, options in OPTIONS.items():
        if words == SHARED:
            continue
        hidden = {
            name for param in command(words).params if param.hidden for name in names(param)
        } - {"-h"}
        shown = run(f"{words} --help").stdout.split()
        assert not hidden & set(shown) & set(options), words
