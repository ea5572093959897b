"""Ranges, judged by the library of the guidelines' authors."""

import itertools

import pytest

from smsgw_cli.config.metrics import METRICS
from smsgw_cli.config.ranges import Range, Thresholds
from tests.check.judges import alerts, needs_perl

BOUNDS = ("", "~", "0", "10", "+5", "-5", "-20", "0.5", "-0.25", "10.00", "x", "5%", "1h", "٣")
TEXTS = tuple(
    map("".join, itertools.product(("", "@", "@ "), BOUNDS, ("", ":", "::"), BOUNDS, ("", " ")))
)
VALUES = (-21, -20, -5.5, -0.25, 0, 0.5, 7, 10, 10.001)
CASES = [
    (text, value)
    for text in TEXTS
    for value in VALUES
    if all(bound.count(".") < 2 for bound in text.split(":"))  # the library takes 0.5.10
]


def verdict(text: str, value: float) -> str:
    try:
        return "1" if Range.of(text).alerts(value) else "0"
    except ValueError:
        return "invalid"


@needs_perl
def test_a_range_alerts_as_the_guidelines_library_says() -> None:
    wrong = [
        (case, theirs)
        for case, theirs in zip(CASES, alerts(CASES), strict=True)
        if verdict(*case) != theirs
    ]
    assert not wrong


@needs_perl
def test_a_range_that_is_printed_means_the_same() -> None:
    valid = [each for each in CASES if verdict(*each) != "invalid"]
    printed = [(str(Range.of(text)), value) for text, value in valid]
    assert alerts(printed) == [verdict(*each) for each in valid]


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("10", [0, 10], [-1, 11]),
        ("10:", [10, 99], [9]),
        ("~:10", [-99, 10], [11]),
        ("10:20", [10, 20], [9, 21]),
        ("@10:20", [9, 21], [10, 15, 20]),
        (":10", [0, 10], [-1, 11]),
        ("~:", [-99, 99], []),
    ],
)
def test_the_ranges_of_the_guidelines(text: str, good: list[int], bad: list[int]) -> None:
    found = Range.of(text)
    assert [each for each in good if found.alerts(each)] == []
    assert [each for each in bad if not found.alerts(each)] == []


def test_bounds_may_have_the_units_of_their_metric() -> None:
    assert str(Range.of(":26h", "s")) == "93600"
    assert str(Range.of("1h30m:1d", "s")) == "5400:86400"
    assert str(Range.of("25%:", "%")) == "25:"


@pytest.mark.parametrize("text", ["", ":", "~", "20:10", "abc", "1:2:3", "1h", "nan", "inf", "@"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a range"):
        Range.of(text)


def test_every_default_is_valid_and_warns_no_later_than_it_is_critical() -> None:
    for metric in METRICS.values():
        usual = Thresholds.of(metric.ranges or "/", metric.unit)
        assert (usual.warning is None) == (usual.critical is None)
        for value in range(0, 10_000, 7):
            if usual.warning and usual.critical and usual.critical.alerts(value):
                assert usual.warning.alerts(value), metric.name
