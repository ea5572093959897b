"""Cells and headers of any length take a time that grows with them, not with their square."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.contacts.field_values import is_email
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")  # takes hours where it fails


@given(st.text(alphabet="a@. \t", max_size=10))
def test_an_address_is_what_it_ever_was(text: str) -> None:
    assert is_email(text) == bool(EMAIL.fullmatch(text))


def test_a_cell_of_a_million_dots(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    Path("people.csv").write_text(f"phone,mail\n+12025550123,a@{'.' * 1_000_000}@\n")
    shown = run("contacts import 1 people.csv --create-fields --dry-run")
    assert "mail (text" in shown.stderr


def test_a_header_of_many_columns(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    names = ",".join(f"c{number}" for number in range(100_000))
    Path("people.csv").write_text(f"phone,{names}\n+12025550123{',x' * 100_000}\n")
    run("contacts import 1 people.csv --ignore-extra")
    [contact] = server.store.rows("contacts")
    assert contact["mobile_number"] == "+12025550123"
    Path("twice.csv").write_text(f"phone,{names},c7\n")
    assert "duplicate column 'c7'" in run("contacts import 1 twice.csv", code=2).stderr
