"""The picture in the README shows what two commands print at a terminal."""

import io
import os
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from tests.conftest import Run
from tests.output.terminal import on_terminal

PICTURE = Path(__file__).parent.parent / ".github" / "terminal.svg"
WIDTH = 80
RENEW = "SMSGW_RENEW_PICTURE" in os.environ  # the fixture of a home takes it out
CUSTOMERS = "name,phone\nAnn,+12025550123\nBob,+12025550124\nCy,+12025550199\nDi,+12025550177\n"
TEXT = "Open on Sunday from 9 to 5"


def test_the_picture_of_the_readme_is_true(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a change is meant: run with SMSGW_RENEW_PICTURE=1, and look at it."""
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")
    (home / "customers.csv").write_text(CUSTOMERS)
    run("-p sandbox contact-lists create Customers")
    run("-p sandbox contacts import Customers customers.csv --create-fields --workers 1")
    preview = _printed(f"messages preview --list Customers -m '{TEXT}'")
    run(f"-p sandbox messages send --list Customers -m '{TEXT}' --name Sunday --delivery-report")
    run("-p sandbox campaigns watch Sunday")
    report, _, _ = _printed("campaigns report Sunday").partition("\n\x1b[1mFrom sent")
    picture = _drawn(f"{preview}\n{report}")
    if RENEW:
        PICTURE.write_text(picture)
    assert PICTURE.read_text() == picture


def _printed(line: str) -> str:
    shown = on_terminal(f"-p sandbox {line}", columns=WIDTH, only="stdout").shown
    return f"\x1b[1m$ smsgw {line}\x1b[0m\n{shown}"


def _drawn(printed: str) -> str:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed.rstrip()))
    return console.export_svg(title="smsgw", unique_id="terminal")
