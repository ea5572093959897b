"""A report of several campaigns counts them together, and has a row for each."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal

FAILS = "+12025550199"
COUNTS = ("total", "delivered", "failed", "other", "failed_share")
DAY = 86_400_000


@pytest.fixture
def sent(run: Run, server: Gateway) -> Gateway:
    """Campaigns 1, of three messages of which one failed, and 2, of one USSD code."""
    numbers = f"+12025550123,+12025550124,{FAILS}"
    run(f"messages send --to {numbers} -m Hi --name '<b>One' --sim 1 --delivery-report")
    run("ussd-pulls send --code '*123#' --sim 1 --name Two")
    return server


def created(gateway: Gateway, campaign: int, moment: datetime) -> None:
    with gateway.store.writing():
        gateway.store.connection.execute(
            "UPDATE campaigns SET created_at = ? WHERE id = ?",
            (int(moment.timestamp() * 1000), campaign),
        )


def ids(run: Run, line: str) -> list[int]:
    return [each["id"] for each in run(f"{line} -o json").json["campaigns"]]


def test_several_are_counted_together_with_a_row_each(run: Run, sent: Gateway) -> None:
    told = run("campaigns report 1 2 -o json").json
    assert told["total"] == 4
    assert {each["status"]: each["count"] for each in told["statuses"]} == {
        "Delivered": 2,
        "Completed": 1,
        "Failed": 1,
    }
    first, second = told["campaigns"]
    assert (first["id"], first["name"], first["type"]) == (1, "<b>One", "SMS")
    assert [first[key] for key in COUNTS] == [3, 2, 1, 0, 0.333333]
    assert [second[key] for key in COUNTS] == [1, 1, 0, 0, 0.0]
    assert [(each["sender"], each["total"]) for each in told["senders"]] == [("Sim #1", 4)]
    assert "campaign" not in told


def test_one_has_the_keys_that_it_had(run: Run, sent: Gateway) -> None:
    keys = ["id", "campaign", "read_at", "total", "statuses", "senders", "failures",
            "delivery_seconds", "timeline"]  # fmt: skip
    for text in ("1", "Two", "last", "1 1"):
        assert list(run(f"campaigns report {text} -o json").json) == keys


@pytest.mark.parametrize("format", ["csv", "tsv", "ndjson"])
def test_formats_without_nesting_have_a_row_for_each_campaign(
    run: Run, sent: Gateway, format: str
) -> None:
    text = run(f"campaigns report 1 2 -o {format}").stdout
    if format == "ndjson":
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        rows = list(csv.DictReader(io.StringIO(text), delimiter="," if format == "csv" else "\t"))
    shown = [(row["name"], int(row["count"]), float(row["share"])) for row in rows[:2]]
    assert {row["of"] for row in rows[:2]} == {"campaign"}
    assert shown == [("1", 3, 0.75), ("2", 1, 0.25)]
    assert {row["of"] for row in rows[2:]} == {"status", "sender", "failure"}


def test_a_terminal_shows_a_bar_for_each(sent: Gateway) -> None:
    shown = on_terminal("campaigns report 1 2", columns=100, only="stdout", NO_COLOR="1").shown
    assert "2 campaigns, 3 messages and 1 USSD code" in shown
    assert "1 (<b>One) 3 █" in shown
    assert "2 delivered, 1 failed (33.3 %)" in shown


def test_a_page_of_several_has_no_markup_of_theirs(run: Run, sent: Gateway, home: Path) -> None:
    run("campaigns report 1 2 --html r.html")
    page = (home / "r.html").read_text()
    assert "<h1>2 campaigns</h1>" in page
    assert "1 (&lt;b&gt;One)" in page
    assert "<b>" not in page
    assert "in these campaigns" in page
    assert "messages list --campaign" not in page
    run("campaigns report 1 --html r.html")
    assert "messages list --campaign 1" in (home / "r.html").read_text()


def test_without_a_campaign_it_is_of_today(
    run: Run, sent: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    created(sent, 1, midnight - timedelta(seconds=1))
    assert ids(run, "campaigns report") == [2]
    created(sent, 1, midnight)
    assert ids(run, "campaigns report") == [2, 1]
    assert run("campaigns report -q").stdout.split() == ["2", "1"]


def test_another_period_is_said(run: Run, sent: Gateway) -> None:
    now = datetime.now(UTC)
    created(sent, 1, now - timedelta(days=3))
    assert ids(run, "campaigns report --since 4d") == [2, 1]
    assert ids(run, "campaigns report --since 4d --before 2d") == [1]
    assert ids(run, "campaigns report --since 2026-01-01 --before 2026-01-02") == []


@pytest.mark.parametrize("format", ["json", "csv", "table"])
def test_a_day_without_campaigns_has_an_empty_report(
    run: Run, server: Gateway, home: Path, format: str
) -> None:
    told = run(f"campaigns report -o {format}")
    assert "no campaigns created since " in told.stderr
    run("campaigns report --html r.html")
    assert "Nothing was sent." in (home / "r.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("1 --since 2h", "cannot be combined with a campaign"),
        ("last --before 2h", "cannot be combined with a campaign"),
        ("--before 2d", "from --since to --before is empty"),
        ("--since soon", "cannot read 'soon'"),
        ("--since ''", "cannot read ''"),
        ("--html nowhere/r.html", "folder nowhere not found"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_request(
    run: Run, server: Gateway, words: str, said: str
) -> None:
    assert said in run(f"campaigns report {words}", code=2).stderr
    assert server.requests == []


def test_one_that_is_not_there_ends_it_before_anything_is_read(run: Run, sent: Gateway) -> None:
    before = len(sent.requests)
    run("campaigns report 1 99", code=4)
    assert all("/messages" not in path for _, path, _ in sent.requests[before:])
