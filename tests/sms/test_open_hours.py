"""How long a wait takes of which only open time counts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.sms.open_hours import after, hours_of, opens

QUARTER = timedelta(minutes=15)
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2031, 3, 24, tzinfo=UTC)  # clocks change on the 30th
MOMENTS = st.integers(0, 14 * 24 * 4).map(lambda quarters: START + quarters * QUARTER)
HOURS = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 23), st.integers(1, 24))
    .filter(lambda span: span[0] < span[1])
    .map(lambda span: hours_of((span[0] * 60, span[1] * 60))),
)
DAYS = st.one_of(st.none(), st.lists(st.integers(1, 7), min_size=1, max_size=3, unique=True))


@given(MOMENTS, st.integers(0, 40), HOURS, DAYS)
def test_the_quarters_of_a_wait_are_those_that_are_open(
    moment: datetime, quarters: int, hours: dict[str, str] | None, days: list[int] | None
) -> None:
    ends = after(moment, quarters * QUARTER, BERLIN, hours, days)
    counted, each = 0, moment
    while each < ends:
        counted += opens(each, BERLIN, hours, days) == each
        each += QUARTER
    assert counted == quarters


def test_hours_over_midnight_limit_nothing() -> None:
    moment = datetime(2031, 1, 1, 12, tzinfo=UTC)
    hours = {"start": "22:00", "end": "06:00"}
    assert after(moment, QUARTER, UTC, hours, None) == moment + QUARTER
