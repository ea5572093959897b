"""A report counts what the server holds: by status, sender, reason, and time."""

import csv
import io
import json
import re
import statistics
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.campaigns.statistics.reasons import (
    LONGEST,
    MOST_KEPT,
    NONE_GIVEN,
    OTHERS,
    Reasons,
    reason,
)
from smsgw_cli.campaigns.statistics.tally import Tally, percentile
from smsgw_cli.campaigns.statistics.timeline import MOST_KEPT as MOST_BUCKETS
from smsgw_cli.campaigns.statistics.timeline import MOST_SHOWN, Timeline
from smsgw_cli.output.report.words import (
    bucket_label,
    duration,
    format_time,
    percent,
    short_duration,
    width_of,
)
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal
from tests.report.conftest import MONDAY, Fill, message

MIXED = (
    *(message(minute=each, seconds=each + 1) for each in range(6)),
    message("Failed", sim=2, error="RESULT_ERROR_NO_SERVICE"),
    message("Failed", sim=2, error="RESULT_ERROR_NO_SERVICE"),
    message("Failed", sim=2, error="RESULT_NETWORK_REJECT"),
    message("Sent", sim=2, minute=3),
)


def test_a_report_is_data(run: Run, campaign: Fill) -> None:
    campaign(*MIXED)
    told = run("campaigns report 1 -o json").json
    assert (told["id"], told["campaign"]["name"], told["total"]) == (1, "Sunday", 10)
    assert told["statuses"] == [
        {"status": "Delivered", "count": 6, "share": 0.6},
        {"status": "Sent", "count": 1, "share": 0.1},
        {"status": "Failed", "count": 3, "share": 0.3},
    ]
    assert told["senders"][1] == {
        "sender": "Sim #2", "from": "+12025550142", "total": 4, "delivered": 0, "failed": 3,
        "other": 1, "sent": 1, "failed_share": 0.75,
    }  # fmt: skip
    assert told["failures"] == [
        {"reason": "RESULT_ERROR_NO_SERVICE", "count": 2, "share": 0.666667},
        {"reason": "RESULT_NETWORK_REJECT", "count": 1, "share": 0.333333},
    ]
    assert told["delivery_seconds"] == {
        "count": 6, "median": 3.5, "p90": 5.5, "p99": 5.95, "longest": 6.0,
    }  # fmt: skip


def test_a_histogram_has_everything_in_it(run: Run, campaign: Fill) -> None:
    campaign(*MIXED)
    timeline = run("campaigns report 1 -o json").json["timeline"]
    assert timeline["bucket_seconds"] == 10
    first = timeline["buckets"][0]
    assert (first["start"], first["sent"], first["delivered"]) == ("2025-06-02T09:00:00Z", 1, 1)
    assert sum(bucket["sent"] for bucket in timeline["buckets"]) == 7
    assert sum(bucket["delivered"] for bucket in timeline["buckets"]) == 6


@pytest.mark.parametrize("format", ["csv", "tsv", "ndjson"])
def test_formats_without_nesting_have_the_counts_a_row_each(
    run: Run, campaign: Fill, format: str
) -> None:
    campaign(*MIXED)
    text = run(f"campaigns report 1 -o {format}").stdout
    if format == "ndjson":
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        rows = list(csv.DictReader(io.StringIO(text), delimiter="," if format == "csv" else "\t"))
    counts = {(row["of"], row["name"]): int(row["count"]) for row in rows}
    assert counts == {
        ("status", "Delivered"): 6, ("status", "Sent"): 1, ("status", "Failed"): 3,
        ("sender", "Sim #1"): 6, ("sender", "Sim #2"): 4,
        ("failure", "RESULT_ERROR_NO_SERVICE"): 2, ("failure", "RESULT_NETWORK_REJECT"): 1,
    }  # fmt: skip


def test_a_terminal_shows_bars_and_obeys_nothing(campaign: Fill) -> None:
    campaign(*MIXED, message("Failed", error="\x1b]0;owned\x07[red]x"), name="[bold]\x1b[2J")
    shown = on_terminal("campaigns report 1", columns=100, only="stdout", NO_COLOR="1").shown
    assert "█" in shown
    assert "\\x1b]0;owned\\x07[red]x" in shown
    assert "[bold]\\x1b[2J" in shown
    assert "\x1b]" not in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert all(len(line) <= 100 for line in plain.splitlines())


def test_a_query_takes_the_data(run: Run, campaign: Fill) -> None:
    campaign(*MIXED)
    assert run("campaigns report 1 --query delivery_seconds.median").stdout == "3.5\n"
    assert run("campaigns report 1 -q").stdout == "1\n"


def test_a_campaign_that_sent_nothing_has_a_report(run: Run, campaign: Fill, home: Path) -> None:
    campaign()
    told = run("campaigns report 1 -o json").json
    assert (told["total"], told["statuses"], told["delivery_seconds"]) == (0, [], None)
    run("campaigns report 1 -o table")
    run("campaigns report 1 --html r.html")
    assert "Nothing was sent." in (home / "r.html").read_text()


def test_ussd_pulls_are_reported_too(run: Run, server: Gateway, home: Path) -> None:
    run("ussd-pulls send --code '*123#' --code '*199#' --sim 1")
    told = run("campaigns report 1 -o json").json
    counts = {row["status"]: row["count"] for row in told["statuses"]}
    assert counts == {"Completed": 1, "Failed": 1}
    assert [row["sender"] for row in told["senders"]] == ["Sim #1"]
    assert told["failures"] == [{"reason": NONE_GIVEN, "count": 1, "share": 1.0}]
    assert told["delivery_seconds"]["count"] == 1
    run("campaigns report 1 --html r.html")
    assert "USSD codes" in (home / "r.html").read_text()


def test_what_is_not_there_is_told(run: Run, server: Gateway) -> None:
    run("campaigns report 9", code=4)


def test_a_file_stays_as_it_was_if_the_report_fails(
    run: Run, server: Gateway, campaign: Fill, home: Path
) -> None:
    campaign(*(message() for _ in range(150)))
    (home / "r.html").write_text("as it was")
    server.faults.add("500 GET /messages after=2")
    run("campaigns report 1 --html r.html --retries 0 --yes", code=6)
    assert (home / "r.html").read_text() == "as it was"
    run("campaigns report 1 --html nowhere/r.html", code=2)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=200))
def test_percentiles_are_those_of_the_standard_library(values: list[float]) -> None:
    values.sort()
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    for percent_, share in ((50, 0.5), (90, 0.9), (99, 0.99)):
        assert percentile(values, share) == pytest.approx(cuts[percent_ - 1])
    assert percentile(values, 1.0) == values[-1]


@given(st.lists(st.tuples(st.sampled_from(("sent", "delivered")), st.integers(0, 400_000_000))))
def test_no_bucket_loses_anything_and_there_are_not_too_many(
    events: list[tuple[str, int]],
) -> None:
    timeline = Timeline("sent", "delivered")
    for name, second in events:
        timeline.add(name, datetime.fromtimestamp(second, UTC))
    buckets = timeline.buckets()
    assert len(buckets) <= MOST_SHOWN
    for name in ("sent", "delivered"):
        assert sum(bucket[name] for bucket in buckets) == sum(each == name for each, _ in events)
    starts = [datetime.fromisoformat(bucket["start"]).timestamp() for bucket in buckets]
    assert all(later - start == timeline.width for start, later in pairwise(starts))
    assert all(any(0 <= s - start < timeline.width for start in starts) for _, s in events)


def test_buckets_do_not_fill_the_memory() -> None:
    timeline = Timeline("sent")
    for minute in range(50_000):
        timeline.add("sent", MONDAY + timedelta(minutes=minute))
    assert len(timeline._counts["sent"]) <= MOST_BUCKETS


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ({"error": "No credit"}, "No credit"),
        ({"code": 30003, "message": "Unreachable"}, "Unreachable"),
        ({"error": {"message": "Nested"}}, "Nested"),
        ({"status": 21610}, "21610"),
        ({"x": 1}, '{"x": 1}'),
        ("plain\n text", "plain text"),
        ([], NONE_GIVEN),
        (None, NONE_GIVEN),
        ({"error": "", "code": None}, NONE_GIVEN),
        (["a", "b"], '["a", "b"]'),
    ],
)
def test_a_reason_is_found_whatever_the_shape(response: object, told: str) -> None:
    assert reason(response) == told


def test_a_long_reason_is_cut_and_too_many_are_others() -> None:
    assert len(reason("x" * 10_000)) == LONGEST
    reasons = Reasons()
    for number in range(MOST_KEPT + 50):
        reasons.add({"error": f"message {number} was lost"})
    assert reasons.counts[OTHERS] == 50


def test_times_that_make_no_sense_are_left_out() -> None:
    tally = Tally()
    tally.add({"id": 1, "status": "Delivered", "sent_at": "soon", "delivered_at": None})
    tally.add({"id": 2, "status": "Delivered", "sent_at": "2025-09-08T00:00:00Z",
               "delivered_at": "2025-09-07T00:00:00Z"})  # fmt: skip
    tally.add({"id": 3})
    told = tally.report()
    assert (told["total"], told["delivery_seconds"]) == (3, None)


def test_what_is_not_quite_all_is_never_told_as_all() -> None:
    assert [percent(each) for each in (0, 0.5, 1, 0.99999, 0.0001)] == [
        "0 %", "50.0 %", "100 %", "99.9990 %", "0.01 %",
    ]  # fmt: skip


def test_durations_and_times_are_told_as_people_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [duration(each) for each in (0, 3.25, 59.96, 250, 7500, 97_200)] == [
        "0 s", "3.25 s", "60 s", "4 min 10 s", "2 h 5 min", "1 d 3 h",
    ]  # fmt: skip
    assert [short_duration(each) for each in (6, 697, 7200, 200_000)] == [
        "6 s",
        "11.6 min",
        "2 h",
        "2.3 d",
    ]
    assert [width_of(each) for each in (1, 300, 3600, 1_209_600)] == [
        "1 second", "5 minutes", "1 hour", "2 weeks",
    ]  # fmt: skip
    assert format_time("2030-06-03T14:05:00Z") == "3 June 2030, 14:05"
    assert format_time(None) == "at an unknown time"
    tuesday = MONDAY + timedelta(days=1)
    assert bucket_label(MONDAY, [MONDAY], 600) == "09:00"
    assert bucket_label(MONDAY, [MONDAY, tuesday], 3600) == "2 Jun, 09:00"
    assert bucket_label(MONDAY, [MONDAY, tuesday], 86_400) == "2 Jun"


def test_a_page_needs_a_name(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hi")
    assert "is a folder" in run("campaigns report 1 --html ''", code=2).stderr
