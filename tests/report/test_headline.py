"""What comes first in a report: what went out, and of that with reports what was delivered."""

import re
from pathlib import Path

import pytest

from smsgw_cli.campaigns.statistics.headline import headline
from smsgw_cli.output.report.words import campaign_name
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal
from tests.report.conftest import Fill, message

GOES, FAILS = "+12025550123", "+12025550199"


def cards(run: Run, home: Path, line: str = "campaigns report") -> dict[str, tuple[str, str]]:
    """The figures at the top of the page, by name, each with what is below it."""
    run(f"{line} --html r.html")
    page = (home / "r.html").read_text()
    found = re.findall(r"<dt>(.*?)</dt><dd.*?>(.*?)</dd><dd.*?>(.*?)</dd>", page)
    return {name: (value, more) for name, value, more in found}


def test_without_delivery_reports_what_was_sent_counts(
    run: Run, server: Gateway, home: Path
) -> None:
    run(f"messages send --to {GOES},+12025550124,+12025550125,{FAILS} -m Hi")
    shown = cards(run, home)
    assert shown == {
        "Messages": ("4", "in these campaigns"),
        "Sent": ("75.0 %", "3 of 4"),
        "Failed": ("25.0 %", "1 of 4"),
    }
    page = (home / "r.html").read_text()
    assert "Sent: 3; Other: 0; Failed: 1" in page
    assert "3 sent, 1 failed (25.0 %)" in on_terminal("campaigns report", columns=120).shown


def test_what_was_delivered_is_of_those_with_a_report_and_codes_are_no_messages(
    run: Run, server: Gateway, home: Path
) -> None:
    run(f"messages send --to {GOES} -m Hi --sim 1 --delivery-report")
    run("messages send --to +12025550124,+12025550125 -m Hi --sim 1")
    run("ussd-pulls send '*123#' --sim 1")
    shown = cards(run, home)
    assert shown["Messages"] == ("3", "in these campaigns, and 1 USSD code")
    assert shown["Sent"] == ("100 %", "3 of 3")
    assert shown["Delivered"] == ("100 %", "1 of 1 with a delivery report")
    page = (home / "r.html").read_text()
    assert "Delivered or completed: 2; Sent: 2; Other: 0; Failed: 0" in page
    assert '<th scope="col">Delivered or completed</th>' in page
    seen = on_terminal("campaigns report", columns=120, NO_COLOR="1").shown
    assert "1 completed, 0 failed" in seen
    assert "2 delivered or completed, 2 sent, 0 failed" in seen


@pytest.mark.parametrize("options", [None, {}, {"delivery_report": True}])
def test_a_server_that_says_nothing_may_report(options: object) -> None:
    found = headline([({"type": "SMS", "options": options}, {"Sent": 3, "Delivered": 1})])
    assert (found.sent, found.with_report, found.delivered) == (4, 4, 1)


def test_what_was_delivered_all_the_same_is_counted() -> None:
    campaign = {"type": "SMS", "options": {"delivery_report": False}}
    assert headline([(campaign, {"Sent": 3, "Delivered": 1})]).with_report == 4
    assert headline([(campaign, {"Sent": 4})]).with_report == 0


def test_a_campaign_that_sent_nothing_today_is_not_in_the_report_of_today(
    run: Run, server: Gateway
) -> None:
    run(f"messages send --to {GOES} -m Hi --name Now")
    run(f"messages send --to {GOES} -m Hi --at +7d --name Later")
    told = run("campaigns report -o json").json
    assert [each["name"] for each in told["campaigns"]] == ["Now"]
    assert [each["name"] for each in run("campaigns report 1 2 -o json").json["campaigns"]] == [
        "Now",
        "Later",
    ]


def test_self_tests_are_named_in_a_row_of_their_own(run: Run, server: Gateway, home: Path) -> None:
    run("devices selftest --yes -q", code=None)
    run(f"messages send --to {GOES} -m Hi --name Now")
    seen = on_terminal("campaigns report", columns=120, NO_COLOR="1").shown
    assert re.search(r"Self-tests \(\d campaigns\)", seen)
    assert "(Now)" in seen
    assert cards(run, home)["Messages"] == ("4", "in these campaigns, 3 self-tests included")


def test_a_mailing_without_a_name_fits_where_it_is_drawn() -> None:
    row = {"id": 1, "name": None, "campaigns": 5_000, "created_at": "2026-11-28T06:58:00Z"}
    assert campaign_name(row) == "28 Nov, 06:58 (5,000 campaigns)"


def test_times_at_which_nothing_happened_take_no_lines(campaign: Fill) -> None:
    campaign(message(), message(minute=8))
    seen = on_terminal("campaigns report 1", columns=120, only="stdout", NO_COLOR="1").shown
    lines = seen[seen.index("Sent, by 30 seconds") :].splitlines()[1:]
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", each).split() for each in lines]
    assert [each[0] for each in plain if each] == ["09:00:00", "09:08:00"]
