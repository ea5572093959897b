"""The queue is as old as its oldest message that may go out now, however long it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.messages.ledger import path_for
from smsgw_cli.messages.send_locks import SendLocks, of_key
from smsgw_cli.sandbox.server import Gateway, Settings
from smsgw_cli.sandbox.testing import Control
from tests.conftest import SPEED, Run
from tests.fleet.checking import findings, found, of
from tests.fleet.conftest import Behind
from tests.lying import Exchange, Twist

SEND = "messages send --to +12025550123 -m Hi --yes"


def all_of(**values: Any) -> Twist:
    """A server that says this of every campaign."""

    def twist(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/campaigns"):
            said = exchange.json
            said["data"] = [{**campaign, **values} for campaign in said["data"]]
            exchange.json = said

    return twist


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """Its clock moves only where a test moves it."""
    noon = datetime(2031, 1, 1, 12, tzinfo=UTC)
    with Gateway(Settings(tmp_path / "gateway.db", speed=SPEED, clock=lambda: noon)) as running:
        yield running


@pytest.fixture
def silent(control: Control) -> Control:
    """Both phones have no internet: what is sent stays Pending."""
    control.set_device(1, silent="1m")
    control.set_device(2, silent="1m")
    return control


def age(run: Run, code: int = 0, line: str = "queue") -> Any:
    """Seconds."""
    return of(found(run, line, code), "queue_age")["value"]


def gets(gateway: Gateway) -> list[str]:
    return [path for method, path, _ in gateway.requests if method == "GET"]


@pytest.mark.parametrize(
    ("waits", "code"), [("19m", 0), ("21m", 1), ("119m", 1), ("121m", 2), ("3d", 2)]
)
def test_a_message_that_waits_is_told_at_20_minutes_and_2_hours(
    waits: str, code: int, run: Run, silent: Control
) -> None:
    run(SEND)
    silent.advance(waits)
    result = of(found(run, "queue", code), "queue_age")
    assert "1 message pending or queued; the oldest" in result["text"]
    assert ("out of reach" in (result["why"] or "")) == bool(code)


def test_an_empty_queue_is_0_s_old(run: Run, server: Gateway, control: Control) -> None:
    run(SEND)
    control.advance("1h")
    before = len(gets(server))
    assert age(run) == 0
    assert len(gets(server)) - before == 2


def test_tens_of_thousands_of_messages_cost_a_few_requests(
    run: Run, server: Gateway, silent: Control
) -> None:
    numbers = "".join(f"+12025{n:06}\n" for n in range(550200, 570200))
    Path("numbers.txt").write_text(numbers)
    run("messages send --to @numbers.txt -m Hi --yes")
    silent.advance("21m")
    before = len(gets(server))
    result = of(found(run, "queue", 1), "queue_age")
    assert "20,000 messages pending or queued" in result["text"]
    assert len(gets(server)) - before == 5  # messages, campaigns, and of the oldest its senders


def test_a_thousand_campaigns_cost_a_few_requests(
    run: Run, server: Gateway, silent: Control
) -> None:
    """One message a row: the oldest is far behind the newest page of campaigns."""
    rows = "".join(f"+1202555{n:04},{n}\n" for n in range(1000, 1400))
    Path("rows.csv").write_text("number,code\n" + rows)
    run("messages send --csv rows.csv -m {code} --yes")
    silent.advance("2h")
    run("messages send --csv rows.csv -m {code}! --yes --allow repeat")
    silent.advance("1m")
    before = len(gets(server))
    assert age(run, 2) == 121 * 60
    assert len(gets(server)) - before <= 14


def test_what_is_scheduled_waits_only_from_then_on(run: Run, silent: Control) -> None:
    run(f"{SEND} --at 2031-01-02T12:00Z")
    silent.advance("23h")
    assert age(run) == 0
    silent.advance("85m")
    assert age(run, 1) == 25 * 60


def test_only_time_within_hours_and_days_counts(run: Run, silent: Control) -> None:
    """On Wednesday at noon in UTC it is 13:00 in Berlin."""
    run(f"{SEND} --active-hours 13:00-14:00 --days wed,thu --timezone Europe/Berlin")
    silent.advance("50m")
    assert age(run, 1) == 50 * 60
    silent.advance("5h")
    assert age(run) == 0
    assert "none of which may go out now" in run("check queue").stdout
    silent.set_clock("2031-01-02T12:20:00Z")
    assert age(run, 1) == (60 + 20) * 60
    silent.set_clock("2031-01-03T12:20:00Z")
    assert age(run) == 0


def test_a_message_of_a_recurring_campaign_is_as_old_as_it_was_first_seen(
    run: Run, silent: Control
) -> None:
    run(f"{SEND} --every '1 day'")
    assert age(run) == 0
    silent.advance("19m")
    assert age(run) == 19 * 60
    silent.advance("23h50m")  # the second run has begun, and the first still waits
    assert age(run, 2) == (24 * 60 + 9) * 60


def test_messages_of_a_campaign_that_is_over_do_not_wait(
    run: Run, silent: Control, behind: Behind
) -> None:
    """As one that was cancelled, of which the messages stay Pending."""
    run(SEND)
    silent.advance("3h")

    behind(all_of(status="Completed"))
    assert age(run) == 0


@pytest.mark.parametrize(
    ("status", "scheduled", "told"),
    [
        ("Queued", None, "queue worker"),
        ("Processing", None, "queue worker"),
        ("Scheduled", "2031-01-01T12:00:00.000000Z", "scheduler"),
    ],
)
def test_a_campaign_that_the_server_does_not_begin_is_told(
    status: str, scheduled: str | None, told: str, run: Run, control: Control, behind: Behind
) -> None:
    """Its messages do not exist yet: Laravel's queue worker or scheduler does not run."""
    run(SEND)
    control.advance("25m")

    behind(all_of(status=status, scheduled_at=scheduled))
    result = of(found(run, "queue", 1), "queue_age")
    assert told in result["why"]
    assert f"is {status}" in result["text"]


def test_out_of_quota_is_a_warning_with_what_it_may_mean(run: Run, control: Control) -> None:
    control.set_device(1, quota=1)
    control.set_device(2, quota=1)
    run("messages send --to +12025550123,+12025550124,+12025550125,+12025550126 -m Hi --yes")
    control.advance("5m")
    [(status, text)] = findings(found(run, "queue", 1))
    assert status == "WARNING"
    assert "Stalled on device" in text
    assert "its quota is used up" in text


def test_stalled_outside_of_the_hours_is_as_it_should_be(run: Run, control: Control) -> None:
    run(f"{SEND} --active-hours 08:00-09:00 --timezone UTC")
    control.advance("1h")
    assert "Stalled" in run("campaigns devices 1").stdout
    assert findings(found(run, "queue")) == []


def test_campaigns_are_chosen_by_id(run: Run, silent: Control) -> None:
    run(SEND)
    silent.advance("3h")
    run(SEND)
    assert age(run, 2) == 3 * 3600
    assert age(run, line="queue --skip 1") == 0
    assert age(run, line="queue 2") == 0
    assert age(run, 2, line="queue 1") == 3 * 3600
    assert "campaign 77 not found" in run("check queue 77", code=3).stdout


def test_a_send_of_unknown_outcome_is_a_warning_until_it_is_settled(
    run: Run, control: Control
) -> None:
    control.add_fault("drop-after POST /messages/send")
    control.add_fault("503 GET /campaigns")
    run(f"{SEND} --once bill-7 --retries 0 --set settle=0", code=8)
    control.remove_faults()
    [(status, text)] = findings(found(run, "queue", 1))
    assert status == "WARNING"
    assert text.startswith("1 send of unknown outcome; run 'smsgw sends settle'")
    with SendLocks(path_for(control.url)).held(of_key("bill-7")):  # as by a mailing under way
        assert findings(found(run, "queue")) == []
    run("sends settle 1 --set settle=0")
    assert findings(found(run, "queue")) == []


def test_campaigns_that_never_end_hide_no_message(
    run: Run, control: Control, behind: Behind
) -> None:
    """A server may leave each as Processed: those without messages are asked once only."""
    for _ in range(10):
        run(SEND)
    control.advance("2d")
    control.set_device(1, silent="1m")
    control.set_device(2, silent="1m")
    run(SEND)

    proxy = behind(all_of(status="Processed"))
    found(run, "queue")
    control.advance("30m")
    before = len(proxy.asked)
    result = of(found(run, "queue", 1), "queue_age")
    assert "campaign 11" in result["text"]
    assert len(proxy.asked) - before <= 7


def test_a_server_that_was_set_up_anew_counts_from_1_again(
    run: Run, control: Control, behind: Behind
) -> None:
    run(SEND)
    control.advance("2d")
    control.set_device(1, silent="1m")
    control.set_device(2, silent="1m")
    run(SEND)
    proxy = behind(all_of(status="Processed"))
    found(run, "queue")  # campaign 1 has nothing left
    assert "campaign=1" in " ".join(proxy.asked)
    control.reset()
    control.set_clock("2031-02-01T12:00:00Z")
    control.set_device(1, silent="1m")
    control.set_device(2, silent="1m")
    run(SEND)
    control.advance("30m")
    assert "campaign 1" in of(found(run, "queue", 1), "queue_age")["text"]


def test_campaigns_that_are_named_are_all_asked(run: Run, control: Control) -> None:
    """More than are asked of a whole server, and nothing is said of those not named."""
    send = "messages send --yes -q -m Hi --to"
    named = " ".join(run(f"{send} +12025550172").stdout.strip() for _ in range(9))
    others = " ".join(run(f"{send} +12025550170").stdout.strip() for _ in range(2))
    control.advance("3h")
    assert "0 messages pending" in run(f"check queue {named}").stdout
    assert "2 messages pending" in run(f"check queue {named} {others}", code=2).stdout
