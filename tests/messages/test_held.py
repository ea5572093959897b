"""No message of a held send goes out outside its hours and days, where clocks change too."""

import json
import shlex
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from smsgw_cli.app import app
from smsgw_cli.sandbox.testing import Control, Sandbox
from smsgw_cli.sms.timestamps import format_timestamp, read_timestamp
from tests.sms.test_wall_clock import CHANGES

DAY = 24 * 60
WEEK = timedelta(days=9)
# Quiet hours, and whether a minute of the day is quiet.
QUIET: dict[str, Callable[[int], bool]] = {
    "": lambda _: False,
    "21-8": lambda at: not 8 * 60 <= at < 21 * 60,
    "22:30-1:30": lambda at: not 90 <= at < 22 * 60 + 30,
    "0-3": lambda at: at < 3 * 60,
    "sun": lambda _: False,
}
changes = st.sampled_from(
    [(zone, datetime.fromisoformat(f"{at}Z")) for zone in CHANGES for at in CHANGES[zone]]
)
around = st.integers(-2 * DAY, 2 * DAY).map(lambda minutes: timedelta(minutes=minutes))
hours = st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda span: span[0] < span[1])


class Held(NamedTuple):
    """A send in a zone, made at `now`: its options, and the minutes and days that they leave."""

    zone: ZoneInfo
    now: datetime
    options: str
    hours: tuple[int, int]
    days: frozenset[int]
    quiet: str

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        is_quiet = QUIET[self.quiet](minute) or (self.quiet == "sun" and local.isoweekday() == 7)
        is_active = self.hours[0] * 60 <= minute < self.hours[1] * 60
        return is_active and local.isoweekday() in self.days and not is_quiet


@st.composite
def held(draw: st.DrawFn) -> Held:
    """One before a change of the clocks or just after it."""
    (zone, change), quiet = draw(changes), draw(st.sampled_from(list(QUIET)))
    days = draw(st.frozensets(st.integers(1, 7), min_size=1)) if draw(st.booleans()) else None
    active = draw(hours) if draw(st.booleans()) else None
    now = change - timedelta(days=2, minutes=draw(st.integers(0, DAY)))
    options = [f"--timezone {zone} --set 'quiet_hours={quiet}'"]
    if draw(st.booleans()):
        local = (change + draw(around)).astimezone(ZoneInfo(zone))
        options.append(f"--at {max(local, now.astimezone(ZoneInfo(zone))):%Y-%m-%dT%H:%M:%S}")
    if draw(st.booleans()):
        options.append(f"--every '{draw(st.sampled_from(['1 day', '5 hours', '36 hours']))}'")
    if days:
        options.append(f"--days {','.join(map(str, days))}")
    if active:
        options.append(f"--active-hours {active[0]:02}:00-{active[1]:02}:00")
    every_day = frozenset(range(1, 8))
    return Held(ZoneInfo(zone), now, " ".join(options), active or (0, 24), days or every_day, quiet)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Control]:
    with Sandbox(speed=100_000) as running:
        yield running


def run(control: Control, line: str) -> Any:
    """The JSON that a command line prints; None if it is refused."""
    ended = CliRunner().invoke(app, [*shlex.split(line), "-o", "json"], env=control.env)
    assert ended.exit_code in (0, 2), (line, ended.stderr)
    assert ended.exit_code == 0 or "quiet_hours leaves" in ended.stderr, (line, ended.stderr)
    return json.loads(ended.stdout) if ended.exit_code == 0 else None


@settings(max_examples=50)
@given(held())
def test_nothing_is_sent_outside_the_window(gateway: Control, send: Held) -> None:
    control = gateway.tokens()
    control.set_clock(format_timestamp(send.now))
    # The look-up of the SIM shows the server's clock.
    sent = run(
        control, f"messages send --to +12025550123 -m Hi --sim '+12025550141' {send.options}"
    )
    control.set_clock(format_timestamp(send.now + WEEK))
    messages = run(control, "messages list")
    times = [read_timestamp(each["sent_at"]) for each in messages if each["sent_at"]]
    control.end()
    assert bool(times) == (sent is not None)
    outside = [each.astimezone(send.zone).isoformat() for each in times if not send.is_open(each)]
    assert outside == []
    if sent and sent["scheduled_at"]:
        assert min(times) >= read_timestamp(sent["scheduled_at"])
