"""Names that TAB offers: of the right server, kept for a moment, quoted, and never waited for."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgw_cli.cli.completion import names
from smsgw_cli.cli.completion.request import KEPT_SECONDS, Request
from smsgw_cli.commands import module
from smsgw_cli.sandbox.server import Gateway
from tests.completion.shells import completed_by_bash, completed_by_zsh, offered
from tests.conftest import Run

Process = Callable[..., subprocess.CompletedProcess[str]]

LISTS = "contact-lists/contact-list"
ODD = """VIP: it's $(Zoë) "a" b\\c"""


def kept(kind: str, *options: str) -> list[str]:
    """The names of a kind, asked for without a limit of time, and kept as if in time."""
    request = Request([*options, kind])
    request.keep(names.lines_of(request, module))
    return [line.partition("\t")[0] for line in request.kept() or []]


@pytest.fixture
def lists(server: Gateway) -> Gateway:
    for name in ("Plain", ODD, "2024", "-rf", "two\nlines"):
        server.store.insert("contact_lists", {"name": name, "created_at": ""})
    return server


def test_what_has_a_name_is_offered_by_it(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    run("sending-servers create --name Backup --driver twilio --type SMS")
    run("sender-ids create Backup Bistro")
    run("messages send --to +12025550123 -m Hi --name Menu")
    assert kept(LISTS) == ["Friends"]
    assert kept("sending-servers/sending-server") == ["Backup"]
    assert kept("sender-ids/sender-id") == ["Bistro"]
    assert kept("campaigns/campaign") == ["1"]
    assert {"+12025550141", "Main line"} <= set(kept("devices/SIM"))
    assert {"+12025550141"} <= set(kept("devices/device"))


def test_a_name_that_could_not_be_typed_is_not_offered(lists: Gateway) -> None:
    assert sorted(kept(LISTS)) == ["Plain", ODD]


def test_only_reading_requests_are_made(lists: Gateway) -> None:
    before = len(lists.requests)
    kept(LISTS)
    kept("devices/SIM")
    assert {method for method, _, _ in lists.requests[before:]} == {"GET"}


@pytest.mark.parametrize("complete", [completed_by_bash, completed_by_zsh])
def test_a_name_is_quoted_as_it_must_be(
    lists: Gateway, complete: Callable[[str], str], tmp_path: Path
) -> None:
    kept(LISTS)
    line = complete("smsgw contacts list V")
    words = f"{line.replace('smsgw', 'printf %s,', 1)}"
    assert subprocess.check_output(["bash", "-c", words], text=True) == f"contacts,list,{ODD},"
    assert complete("smsgw messages send --list=P") == "smsgw messages send --list=Plain "


def test_a_name_goes_on_from_an_opened_quote(lists: Gateway) -> None:
    kept(LISTS)
    line = completed_by_bash('smsgw contacts list "VIP: it').rstrip().removesuffix('"') + '"'
    words = line.replace("smsgw", "printf %s,", 1)
    assert subprocess.check_output(["bash", "-c", words], text=True) == f"contacts,list,{ODD},"


def test_fish_offers_names_with_their_kind(lists: Gateway) -> None:
    kept(LISTS)
    assert offered("fish", "smsgw contacts list ") == ["Plain", ODD]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("line", ["-p other ", "--profile=other ", "--profile other ", "-pother "])
def test_the_profile_on_the_line_is_asked(run: Run, lists: Gateway, shell: str, line: str) -> None:
    run(f"profiles add other --server {lists.url} --token-stdin", input=lists.token)
    Request(["-p", "other", LISTS]).keep(["Theirs\tcontact list 1"])
    assert offered(shell, f"smsgw {line}contacts list ") == ["Theirs"]


def test_profiles_are_offered(run: Run) -> None:
    run("profiles add work --server https://sms.example.com --token-stdin", input="t")
    assert kept("profiles") == ["work", "sandbox"]
    assert offered("bash", "smsgw profiles get w") == ["work"]
    assert offered("bash", "smsgw -p ") == ["sandbox", "work"]


def test_names_are_kept_for_a_moment_and_read_by_their_owner_alone(
    lists: Gateway, home: Path
) -> None:
    kept(LISTS)
    (file,) = (home / ".cache" / "smsgw" / "completion").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert lists.token not in file.read_text()
    old = file.stat().st_mtime - KEPT_SECONDS - 1
    os.utime(file, (old, old))
    assert Request([LISTS]).kept() is None


def test_another_server_token_or_profile_is_asked_anew(
    lists: Gateway, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(LISTS)
    assert Request([LISTS]).kept()
    assert Request(["-p", "other", LISTS]).kept() is None
    run("profiles add work --server https://sms.example.com --token-stdin", input="t")
    assert Request([LISTS]).kept() is None
    kept(LISTS)
    monkeypatch.setenv("SMSGW_TOKEN", "another")
    assert Request([LISTS]).kept() is None


def test_a_server_that_hangs_is_not_waited_for_nor_asked_again_at_once(
    server: Gateway, process: Process
) -> None:
    server.faults.add("latency delay=600 GET")
    ended = process(f"__complete {LISTS}")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert Request([LISTS]).kept() == []


@pytest.mark.parametrize("words", ["", "no-such/kind", "-p nobody devices/SIM", "a b c", LISTS])
def test_what_cannot_be_had_is_passed_over_in_silence(process: Process, words: str) -> None:
    ended = process(f"__complete {words}")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_token_command_is_not_run_while_a_line_is_typed(run: Run, home: Path) -> None:
    line = "profiles add work --server https://127.0.0.1:9 --token-command"
    run(line, f"touch {home}/ran; echo t")
    assert kept(LISTS) == []
    assert not (home / "ran").exists()
