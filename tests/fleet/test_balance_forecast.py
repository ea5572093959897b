"""When a balance is used up is told where the data say it, and not where they do not."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.fleet.balance_forecast import Point, days_left

START = datetime(2031, 1, 1, tzinfo=UTC)


def daily(*amounts: float) -> list[Point]:
    return [Point(START + timedelta(days=day), amount) for day, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("amounts", "days"),
    [
        ((20, 18, 16, 14, 12), 6),
        ((10, 8, 6, 26, 24, 22, 20), 10),  # a top-up
        ((20, 18, 16, 10, 8, 6), 2),  # a day with more than usual
        ((5, 4, 3, 2, 1, 0), 0),
        ((5, 3, 1, -1, -3), 0),
    ],
)
def test_days_that_are_left(amounts: tuple[float, ...], days: float) -> None:
    assert days_left(daily(*amounts)) == pytest.approx(days)


@pytest.mark.parametrize(
    "amounts",
    [
        (),
        (5,),
        (10, 8, 6, 4),  # too few
        (5, 5, 5, 5, 5, 5),  # nothing is used
        (1, 2, 3, 4, 5, 6),  # only top-ups
        (20, 20, 20, 5, 5, 5, 5),  # used at once
        (1000, 999, 998, 997, 996),  # in years
    ],
)
def test_nothing_is_said_where_the_data_do_not_say_it(amounts: tuple[float, ...]) -> None:
    assert days_left(daily(*amounts)) is None


def test_what_was_used_long_ago_does_not_count() -> None:
    old = [Point(each.moment - timedelta(days=60), each.amount * 50) for each in daily(9, 5, 1)]
    assert days_left([*old, *daily(20, 18, 16, 14, 12)]) == pytest.approx(6)


def test_a_few_odd_readings_do_not_move_it() -> None:
    noise = random.Random(5)
    amounts = [60 - 2 * day + noise.uniform(-0.3, 0.3) for day in range(24)]
    amounts[7] -= 1
    assert days_left(daily(*amounts)) == pytest.approx((60 - 2 * 23) / 2, rel=0.25)


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(-100, 10_000)), max_size=40))
def test_any_history_gives_days_or_nothing(readings: list[tuple[float, float]]) -> None:
    points = [Point(START + timedelta(days=day), amount) for day, amount in sorted(readings)]
    found = days_left(points)
    assert found is None or 0 <= found <= 365
