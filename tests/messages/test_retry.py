"""Retry sends what failed again, as it was, each recipient once, and not twice by itself."""

import json
import shlex
from typing import Any

import pytest

from smsgw_cli.messages.retry_failed import retry_groups
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import at_terminal

FAILS = "+12025550199,+13035550199"


@pytest.fixture
def failed(run: Run, server: Gateway) -> Gateway:
    """A gateway whose campaign 1 has one message that arrived and two that failed."""
    run(f"messages send --to +12025550123,{FAILS} -m Hello --sim 2 --delivery-report")
    return server


def sent(gateway: Gateway, campaign: int) -> list[tuple[str, str]]:
    rows = gateway.store.rows("messages")
    return sorted(
        (row["to_number"], row["content"]) for row in rows if row["campaign_id"] == campaign
    )


def test_what_failed_goes_out_again_as_it_was(run: Run, failed: Gateway) -> None:
    campaign = run("messages retry --campaign 1 --yes -o json").json
    assert campaign["id"] == 2
    assert sent(failed, 2) == [("+12025550199", "Hello"), ("+13035550199", "Hello")]
    row = next(row for row in failed.store.rows("campaigns") if row["id"] == 2)
    assert (json.loads(row["sims"]), row["delivery_report"], row["type"]) == ([2], 1, "SMS")


def test_the_same_retry_again_sends_nothing(run: Run, failed: Gateway) -> None:
    run("messages retry --campaign 1 --yes")
    again = run("messages retry --campaign 1 --yes --sim 1 -o json")
    assert again.json["id"] == 2
    assert "not sent again" in again.stderr
    assert len(failed.store.rows("campaigns")) == 2
    run("messages retry --campaign 1 --yes --once really")
    assert len(failed.store.rows("campaigns")) == 3


def test_a_terminal_shows_a_line_for_each_campaign_of_a_retry(run: Run, failed: Gateway) -> None:
    before = len(failed.store.rows("campaigns"))
    shown = at_terminal(shlex.split("campaigns retry 1 --dry-run")).output
    assert "1 campaign would be sent now" in shown
    assert "RECIPIENTS" in shown
    assert "mobile_numbers" not in shown
    assert len(failed.store.rows("campaigns")) == before


def test_options_say_otherwise(run: Run, failed: Gateway) -> None:
    request = run(
        "messages retry --campaign 1 --sim 1 --delay 7 --name Again "
        "--at 2031-01-01T12:00:00Z --dry-run"
    ).json
    assert request["body"] == {
        "message": "Hello",
        "type": "SMS",
        "mobile_numbers": FAILS.split(",")[::-1],
        "delivery_report": True,
        "sims": [1],
        "delay": 7,
        "name": "Again",
        "scheduled_at": "2031-01-01T12:00:00Z",
    }
    assert len(failed.store.rows("campaigns")) == 1


def test_where_nothing_failed_nothing_is_sent(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hi")
    told = run("messages retry --campaign 1")
    assert (told.stdout, len(server.store.rows("campaigns"))) == ("", 1)
    assert "no message of campaign 1 failed" in told.stderr


def test_nobody_is_charged_without_a_yes(run: Run, failed: Gateway) -> None:
    refused = run("messages retry --campaign 1", code=2)
    assert "Send 2 failed messages of campaign 1 (smsgw-" in refused.stderr
    assert ") again: 'Hello'? (http://127.0.0.1:" in refused.stderr
    assert len(failed.store.rows("campaigns")) == 1


def test_a_campaign_that_is_not_over_is_left_alone(run: Run, failed: Gateway) -> None:
    with failed.store.writing():
        failed.store.connection.execute(
            "UPDATE messages SET queued_at = 4102444800000 WHERE to_number = '+12025550199'"
        )
    refused = run("messages retry --campaign 1 --yes", code=9)
    assert "1 of its messages are not sent yet" in refused.stderr
    assert len(failed.store.rows("campaigns")) == 1


def test_a_campaign_that_is_not_there_is_told(run: Run, server: Gateway) -> None:
    run("messages retry --campaign 7 --yes", code=4)


def test_different_texts_become_a_campaign_each(run: Run, failed: Gateway) -> None:
    with failed.store.writing():
        failed.store.connection.execute(
            "UPDATE messages SET content = 'Other' WHERE to_number = '+12025550199'"
        )
    run("messages retry --campaign 1 --yes")
    assert [sent(failed, 2), sent(failed, 3)] == [
        [("+13035550199", "Hello")],
        [("+12025550199", "Other")],
    ]
    run("messages retry --campaign 1 --yes")
    assert len(failed.store.rows("campaigns")) == 3


def test_a_retry_that_was_refused_may_be_made_again(run: Run, failed: Gateway) -> None:
    failed.faults.add("422 POST /messages/send times=1")
    run("messages retry --campaign 1 --yes", code=5)
    assert run("messages retry --campaign 1 --yes -o json").json["id"] == 2


def test_suppressed_numbers_are_skipped_though_another_send_has_the_key(
    run: Run, failed: Gateway
) -> None:
    run("messages send --to +12025550123 -m Hello --once monday")
    run("suppress add +12025550199")
    again = run("messages retry --campaign 1 --yes --once monday -o json").json
    assert sent(failed, again["id"]) == [("+13035550199", "Hello")]


def test_a_retry_made_before_says_so_though_its_recipients_were_suppressed_since(
    run: Run, failed: Gateway
) -> None:
    first = run("messages retry --campaign 1 --yes -o json").json
    run(f"suppress add {FAILS.replace(',', ' ')}")
    assert run("messages retry --campaign 1 --yes -o json").json["id"] == first["id"]


def message(id: int, to: Any, messenger: str = "Sim #1", **more: Any) -> dict[str, Any]:
    return {"id": id, "to": to, "content": "Hi", "type": "SMS", "attachments": [],
            "messenger": messenger, **more}  # fmt: skip


def test_a_recipient_gets_a_text_once_and_senders_stay() -> None:
    failed = [
        message(1, "+1", "Sim #3"),
        message(2, "+1", "Sim #1"),
        message(3, "+2", "Sender ID #9"),
        message(4, None),
        message(5, "+3", "Carrier pigeon"),
    ]
    (group,) = retry_groups({"id": 1}, failed)
    assert group.body({}) == {
        "message": "Hi",
        "type": "SMS",
        "mobile_numbers": ["+1", "+2", "+3"],
        "sims": [1, 3],
        "sender_ids": [9],
    }
    assert group.body({"sender_ids": [4]})["sender_ids"] == [4]
    assert "sims" not in group.body({"sender_ids": [4]})


def test_a_recipients_text_is_never_taken_for_a_file() -> None:
    (group,) = retry_groups({"id": 1}, [message(1, "@/etc/passwd"), message(2, "-")])
    assert group.body({})["mobile_numbers"] == ["@/etc/passwd", "-"]


def test_attachments_and_the_pace_of_the_campaign_are_kept() -> None:
    campaign = {"id": 1, "options": {"delay": "34", "prioritize": True}}
    picture = ["https://example.com/image.jpg"]
    (group,) = retry_groups(campaign, [message(1, "+1", type="MMS", attachments=picture)])
    body = group.body({})
    assert (body["delay"], body["type"], body["attachments"]) == (34, "MMS", picture)


def test_the_key_hangs_on_the_messages_alone() -> None:
    failed = [message(1, "+1"), message(2, "+2")]
    (one,), (other,) = retry_groups({"id": 1}, failed), retry_groups({"id": 1}, failed[::-1])
    (more,) = retry_groups({"id": 1}, [*failed, message(3, "+3")])
    assert one.key == other.key != more.key
