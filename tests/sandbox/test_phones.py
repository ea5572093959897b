"""The timetable that messages follow."""

from datetime import datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox import magic, phones
from smsgw_cli.sandbox.instants import HOUR, MINUTE, SECOND, parse_instant, to_datetime
from smsgw_cli.sandbox.phones import SimRate
from smsgw_cli.sandbox.schedule import Calendar, Window
from tests.sandbox.conftest import Api, MovingClock, Start
from tests.sandbox.test_schedule import ALWAYS, CALENDARS, MOMENTS, is_active

PACES = st.builds(SimRate, st.sampled_from((0.5, 1.0, 20.0, 1000.0)), st.integers(0, 600))


@st.composite
def busy_times(draw: st.DrawFn) -> tuple[int, list[Window]]:
    """A run's start, and what the SIM does for others about then."""
    start = draw(MOMENTS)
    found = []
    at = start - HOUR
    for _ in range(draw(st.integers(0, 4))):
        opens = at + draw(st.integers(1, 90)) * MINUTE
        at = opens + draw(st.integers(1, 90)) * MINUTE
        found.append(Window(opens, at))
    return start, found


@settings(deadline=None, max_examples=150)
@given(busy_times(), PACES, CALENDARS, st.integers(1, 12))
def test_a_sim_keeps_hours_order_and_distance(
    when: tuple[int, list[Window]], rate: SimRate, calendar: Calendar, number: int
) -> None:
    start, busy = when
    taken = list(phones.slots(start, number, rate, calendar, busy))

    assert len(taken) == number
    for slot in taken:
        assert start <= slot.not_before <= slot.begins
        assert is_active(calendar, slot.begins)
        assert is_active(calendar, slot.not_before) or slot.not_before == start
        window = calendar.window(slot.begins)
        if slot.begins > window.opens:  # it also leaves inside the hours
            assert is_active(calendar, slot.begins + rate.transmit_time - 1)
        assert not any(
            other.opens < slot.begins + rate.transmit_time and slot.begins < other.closes
            for other in busy
        )
    for earlier, later in pairwise(taken):
        assert later.begins - earlier.begins >= rate.interval


@settings(deadline=None, max_examples=150)
@given(
    busy_times(),
    PACES,
    CALENDARS,
    st.integers(1, 12),
    st.from_regex(r"\+1[0-9]{10}", fullmatch=True),
)
def test_a_message_goes_through_its_statuses_in_order(
    when: tuple[int, list[Window]], rate: SimRate, calendar: Calendar, number: int, recipient: str
) -> None:
    start, busy = when
    final = magic.final_status(recipient, 1)
    for slot in phones.slots(start, number, rate, calendar, busy):
        moments = phones.timetable(slot, rate, recipient, final)
        assert list(moments) == sorted(moments)
        assert moments.queued_at >= start


def test_two_campaigns_never_use_a_sim_at_once(api: Api) -> None:
    numbers = [f"+1202555{300 + index:04}" for index in range(7)]
    for delay in (0, 3, 20):
        api.send(sims=[1], mobile_numbers=numbers, delay=delay)
    ends = sorted(row["transmitted_at"] for row in api.gateway.store.rows("messages"))
    assert all(later - earlier >= SECOND for earlier, later in pairwise(ends))


def test_a_later_campaign_waits_for_the_earlier_one(api: Api, clock: MovingClock) -> None:
    api.send(sims=[1], delay=30, mobile_numbers=["+12025550123", "+12025550124"])
    api.send(sims=[1])
    clock.move(seconds=36)
    assert api.statuses(campaign=2) == ["Pending"]
    clock.move(seconds=30)
    assert api.statuses(campaign=2) == ["Delivered"]


def test_priority_does_not_wait(api: Api, clock: MovingClock) -> None:
    api.send(sims=[1], delay=30, mobile_numbers=["+12025550123", "+12025550124"])
    api.send(sims=[1], prioritize=True)
    clock.move(seconds=40)
    assert api.statuses(campaign=2) == ["Delivered"]


def test_a_campaign_that_sleeps_does_not_hold_up_others(api: Api, clock: MovingClock) -> None:
    api.send(sims=[1], days_of_week=[7])
    api.send(sims=[1])
    clock.move(seconds=40)
    assert (api.statuses(campaign=1), api.statuses(campaign=2)) == (["Pending"], ["Delivered"])


def test_a_message_goes_through_all_its_statuses(api: Api, clock: MovingClock) -> None:
    assert api.send()["status"] == "Queued"
    seen, campaign = [], []
    for _ in range(40):
        message = api.get("/messages/1")
        seen.append(message["status"])
        campaign.append(api.get("/campaigns/1")["status"])
        assert (message["delivered_at"] is not None) == (message["status"] == "Delivered")
        has_left = message["status"] in ("Sent", "Delivered")
        assert message["sent_at"] == ("2030-06-03T12:00:16.000000Z" if has_left else None)
        clock.move(seconds=1)
    assert list(dict.fromkeys(seen)) == ["Pending", "Queued", "Processed", "Sent", "Delivered"]
    assert list(dict.fromkeys(campaign)) == ["Queued", "Processing", "Processed", "Completed"]


def test_a_message_to_a_number_ending_in_0199_fails_with_a_reason(
    api: Api, clock: MovingClock
) -> None:
    api.send(mobile_numbers=["+12025550199"])
    assert api.get("/messages/1")["response"] == []
    clock.move(minutes=1)
    message = api.get("/messages/1")
    assert (message["status"], message["delivered_at"]) == ("Failed", None)
    assert message["response"] == {"error": "RESULT_ERROR_NO_SERVICE"}
    assert api.get("/campaigns/1")["status"] == "Completed"


def test_nothing_fails_by_chance() -> None:
    numbers = [
        f"+1202{index:07}" for index in range(10_000) if index not in range(5550160, 5550200)
    ]
    failed = {number for number in numbers if magic.final_status(number, 1).error}
    assert failed == {number for number in numbers if number.endswith("0199")}


def test_the_numbers_of_the_examples_are_delivered() -> None:
    for number in ("+12025550123", "+12345678901", "+12025886500"):
        assert magic.final_status(number, 1).outcome == "Delivered"
    assert magic.final_ussd_status("*123#").outcome == "Completed"


def test_five_hundred_messages_take_a_quarter_of_a_minute_at_speed_20() -> None:
    rate, start = SimRate(20), parse_instant("2030-01-01")
    *_, last = phones.slots(start, 500 // 3, rate, ALWAYS)
    done = phones.timetable(last, rate, "+12025550123", magic.final_status("+12025550123", 1))
    assert 10 * SECOND < done.done_at - start < 15 * SECOND


def test_speed_divides_every_time(start: Start, clock: MovingClock) -> None:
    api = start(speed=20)
    api.send()
    seen = []
    for _ in range(30):
        seen += api.statuses()
        clock.move(milliseconds=50)
    assert list(dict.fromkeys(seen)) == ["Pending", "Queued", "Processed", "Sent", "Delivered"]


def test_delay_parts_the_messages_of_a_sim() -> None:
    taken = list(phones.slots(0, 3, SimRate(2, delay=60), ALWAYS))
    between = [later.begins - earlier.begins for earlier, later in pairwise(taken)]
    assert between == [(phones.TRANSMIT_TIME + MINUTE) // 2] * 2


def test_active_hours_are_kept_in_the_campaigns_time_zone(api: Api, clock: MovingClock) -> None:
    api.send(timezone="Asia/Tokyo", active_hours={"start": "08:00", "end": "17:00"})
    clock.now = datetime.fromisoformat("2030-06-04T07:59:59+09:00")
    assert api.statuses() == ["Pending"]
    clock.move(minutes=1)
    assert api.statuses() == ["Delivered"]
    delivered = api.gateway.store.rows("messages")[0]["transmitted_at"]
    assert to_datetime(delivered).isoformat().startswith("2030-06-03T23:00:0")


def test_a_run_may_go_on_beyond_all_calendars(api: Api) -> None:
    numbers = [f"+1202{index:07}" for index in range(120)]
    hours = {"start": "08:00", "end": "08:01"}
    api.send(sims=[1], mobile_numbers=numbers, delay=86_400, days_of_week=[1], active_hours=hours)
    ahead = api.send(sims=[1], mobile_numbers=numbers, days_of_week=[1], active_hours=hours)
    assert api.get("/messages", campaign=ahead["id"])["meta"]["total"] == 120


def test_days_of_the_week_are_kept(api: Api, clock: MovingClock) -> None:
    api.send(days_of_week=[6])  # it is Monday
    clock.now = datetime.fromisoformat("2030-06-07T23:59:59+00:00")
    assert api.statuses() == ["Pending"]
    clock.move(minutes=1)
    assert api.statuses() == ["Delivered"]


def test_a_run_that_does_not_end_in_time_goes_on_the_next_day(api: Api, clock: MovingClock) -> None:
    clock.now = datetime.fromisoformat("2030-06-03T16:59:00+00:00")
    numbers = ["+12025550123", "+12025550124", "+12025550125"]
    hours = {"start": "08:00", "end": "17:00"}
    api.send(sims=[1], mobile_numbers=numbers, delay=29, active_hours=hours)
    clock.move(hours=2)
    assert api.statuses() == ["Delivered", "Delivered", "Pending"]
    clock.move(hours=14)
    assert api.statuses() == ["Delivered"] * 3
