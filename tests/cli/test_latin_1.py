"""Arguments that are not UTF-8, as Python reads them from a Latin-1 script (PEP 383)."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

NAME = "caf\udce9"
SEND = "messages send --to +12025550123"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (f"{SEND} -m", "--message"),
        (f"{SEND} -m Hi --once", "--once"),
        (f"{SEND} -m Hi --name", "--name"),
        ("suppress add +12025550123 --reason", "--reason"),
        ("contact-lists create", "NAME"),
    ],
)
def test_text_must_be_utf_8(run: Run, server: Gateway, line: str, named: str) -> None:
    shown = run(line, NAME, code=2).stderr
    assert f"error: {named} is not UTF-8 text: 'caf\\udce9'" in shown
    assert not server.requests


def test_files_may_have_any_name(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    Path(f"{NAME}.csv").write_text("phone,name\n+12025550123,Ann\n")
    Path(f"{NAME}.txt").write_text("+12025550124\n")
    run("contacts import 1 --ignore-extra", f"{NAME}.csv")
    run("messages send -m Hi --csv", f"{NAME}.csv")
    assert "nothing to send" in run("messages send -m Hi --csv", f"{NAME}.csv", code=2).stderr
    run("messages send -m Hi --to", f"@{NAME}.txt")
    assert [each["to_number"] for each in server.store.rows("messages")] == [
        "+12025550123",
        "+12025550124",
    ]
