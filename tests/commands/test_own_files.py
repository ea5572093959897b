"""Files that a command writes at its end: ours are replaced, before others it asks."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ROWS = "phone,name\n+12025550123,Ann\n+12025550124,Bob\n"
MAILING = "messages send --csv rows.csv -m 'Hi {name}' --allow repeat --workers 1"
IMPORT = "contacts import People rows.csv --workers 1"


@pytest.fixture
def rows(run: Run, server: Gateway, home: Path) -> Path:
    run("contact-lists create People")
    run("fields create People --label Name --tag name --type text")
    path = home / "rows.csv"
    path.write_text(ROWS)
    return path


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (MAILING, "rows.csv.results.csv"),
        (MAILING, "rows.csv.rejects.csv"),
        (IMPORT, "rows.csv.rejects.csv"),
    ],
)
def test_a_file_of_somebody_else_is_not_replaced_without_asking(
    run: Run, server: Gateway, home: Path, rows: Path, line: str, name: str
) -> None:
    (home / name).write_text("phone,mine\n+12025550123,precious\n")
    before = len(server.requests)
    assert f"Replace {name}?" in run(line, code=2).stderr
    assert "precious" in (home / name).read_text()
    assert all(method == "GET" for method, _, _ in server.requests[before:])
    run(f"{line} --yes")


@pytest.mark.parametrize(
    ("line", "path"), [(MAILING, "messages/send"), (IMPORT, "contact-lists/*/contacts")]
)
def test_files_of_an_earlier_run_are_replaced(
    run: Run, server: Gateway, home: Path, rows: Path, line: str, path: str
) -> None:
    for number in ("+12025550133", "+12025550134"):
        server.faults.add(f"422 POST /{path} times=1")
        rows.write_text(f"phone,name\n{number},Cy\n")
        run(line, code=7)
        assert number in (home / "rows.csv.rejects.csv").read_text()


def test_a_report_replaces_reports_alone(run: Run, server: Gateway, home: Path) -> None:
    run("messages send --to +12025550123 -m Hi")
    for _ in range(2):
        run("campaigns report 1 --html report.html")
    mine = home / "mine.txt"
    mine.write_text("<html>mine</html>")
    (home / "link.html").symlink_to(mine)
    for name in ("mine.txt", "link.html"):
        assert "Replace" in run(f"campaigns report 1 --html {name}", code=2).stderr
        assert mine.read_text() == "<html>mine</html>"
    run("campaigns report 1 --html link.html --yes")
    assert mine.read_text().startswith("<!DOCTYPE html>")
