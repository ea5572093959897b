"""Durations as people write them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms.durations import LONGEST, duration, seconds, whole_seconds

UNITS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("5s", 5),
        ("10m", 600),
        ("1h30m", 5400),
        ("1d", 86_400),
        ("2w", 1_209_600),
        ("0.5s", 0.5),
        (" 90 ", 90),
        ("0", 0),
        ("0.25", 0.25),
        (".5", 0.5),
        (60.0, 60),
    ],
)
def test_a_duration_has_units_or_is_in_seconds(text: object, meant: float) -> None:
    assert seconds(text) == meant


@pytest.mark.parametrize(
    "text", ["", "5x", "h", "1h 30m", "-5", "-5s", "+5s", "nan", "inf", "1e3", "1M", "٥s", "1_000"]
)
def test_what_is_not_a_duration_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(Usage, match="cannot read") as refused:
        seconds(text)
    assert "1h30m" in str(refused.value.hint)


def test_where_the_api_takes_no_fractions_there_are_none() -> None:
    assert whole_seconds("1m") == 60
    with pytest.raises(Usage, match="whole number"):
        whole_seconds("1.5")


def test_an_age_needs_a_unit_and_is_ten_years_at_most() -> None:
    assert duration("1d12h") == timedelta(days=1, hours=12)
    assert duration("999999999w") == LONGEST
    with pytest.raises(Usage):
        duration("5")


@given(st.integers(0, 10**12))
def test_what_is_written_in_units_is_read_back(total: int) -> None:
    rest, text = total, ""
    for unit, length in UNITS.items():
        count, rest = divmod(rest, length)
        text += f"{count}{unit}" if count else ""
    assert seconds(text or "0s") == total


@given(st.text() | st.from_regex(r"[0-9.]{0,400}[smhdw]?", fullmatch=True))
def test_any_text_is_a_duration_or_is_refused(text: str) -> None:
    for parse in (seconds, whole_seconds, duration):
        with suppress(Usage):
            parse(text)
