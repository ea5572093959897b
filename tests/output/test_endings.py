"""How a list ends that cannot be printed to its end."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.conftest import Contacts
from tests.output.terminal import on_terminal

FORMATS = ("table", "json", "ndjson", "csv", "tsv")


def command(line: str) -> list[str]:
    return [sys.executable, "-m", "smsgw_cli", *shlex.split(line)]


@pytest.mark.parametrize("options", [*(f"-o {format}" for format in FORMATS), "", "-q"])
def test_a_reader_who_has_enough_ends_it_silently(contacts: Contacts, options: str) -> None:
    contacts(1_000)
    with subprocess.Popen(
        command(f"contacts list 1 {options}"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (0, 141)


def test_a_reader_who_was_never_there_ends_it_silently(contacts: Contacts) -> None:
    contacts(1_000)
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        command("contacts list 1 -o csv"), stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize("count", [1, 1_000])
@pytest.mark.parametrize("options", [*(f"-o {format}" for format in FORMATS), "", "-q"])
def test_a_full_disk_is_told(contacts: Contacts, options: str, count: int) -> None:
    contacts(count)
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            command(f"contacts list 1 {options}"), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ended.returncode == 1
    assert "cannot write the output: No space left on device" in ended.stderr.decode()
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "tsv"])
def test_a_page_that_stays_broken_is_told_with_how_far_it_came(
    run: Run, contacts: Contacts, server: Gateway, format: str
) -> None:
    contacts(500)
    server.faults.add(Fault("503", method="GET", path="/contact-lists/1/contacts", after=3))
    failed = run(f"contacts list 1 -o {format} --retries 0 --set workers=1", code=6)
    assert "300 records were printed before" in failed.stderr
    assert failed.stdout.count("+1202555") == 300


def test_a_table_or_query_that_cannot_be_made_whole_says_how_far_it_was_read(
    run: Run, contacts: Contacts, server: Gateway
) -> None:
    contacts(500)
    server.faults.add(Fault("503", method="GET", path="/contact-lists/1/contacts", after=3))
    for options in ("-o table", "--query 'length(@)'"):
        failed = run(f"contacts list 1 {options} --retries 0 --set workers=1", code=6)
        assert "300 records were read before" in failed.stderr
        server.faults.clear()
        server.faults.add(Fault("503", method="GET", path="/contact-lists/1/contacts", after=3))


def test_a_page_that_fails_once_is_fetched_again(
    run: Run, contacts: Contacts, server: Gateway
) -> None:
    contacts(500)
    server.faults.add(Fault("503", method="GET", after=2, times=1, retry_after="0"))
    assert len(run("contacts list 1 -o json").json) == 500


def test_a_first_page_that_fails_says_nothing_of_records(run: Run, server: Gateway) -> None:
    server.faults.add(Fault("503", method="GET"))
    assert "before" not in run("devices list --retries 0", code=6).stderr


def test_who_is_interrupted_ends_at_once_though_the_server_hangs(
    contacts: Contacts, server: Gateway
) -> None:
    contacts(1_000)
    server.faults.add(Fault("latency", method="GET", after=3, delay=3_000.0))
    with subprocess.Popen(
        command("contacts list 1 -o ndjson --timeout 3000"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 130


def test_a_note_goes_past_what_is_printed(contacts: Contacts) -> None:
    contacts(150)
    seen = on_terminal("contacts list 1", only="stdout")
    assert seen.piped == "50 more; use --all to show them\n"
