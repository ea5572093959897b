"""A gateway with a campaign of which the tests say what became of each message."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from smsgw_cli.sandbox.instants import NEVER, SECOND, from_datetime
from smsgw_cli.sandbox.server import Gateway

MONDAY = datetime.fromisoformat("2025-06-02T09:00:00+00:00")
NOT_YET = NEVER - SECOND

Fill = Callable[..., None]


@pytest.fixture
def campaign(server: Gateway) -> Fill:
    """Make campaign 1, called `name`, of messages given as dicts; see `message`."""

    def fill(*messages: dict[str, Any], name: str = "Sunday", type: str = "SMS") -> None:
        at = from_datetime(MONDAY)
        with server.store.writing():
            server.store.insert("campaigns", {
                "name": name, "type": type, "timezone": "UTC", "recurring": 0, "opens": "00:00",
                "closes": "23:59", "days_of_week": "[1]", "delay": 0, "prioritize": 0,
                "random_sender": 0, "contact_lists": "[]", "recipients": "[]", "attachments": "[]",
                "anchor": at, "queued_at": at, "processed_at": at, "done_at": at,
                "created_at": at, "updated_at": at,
            })  # fmt: skip
            for each in messages:
                server.store.insert("messages", each)

    return fill


def message(
    outcome: str = "Delivered",
    *,
    minute: float = 0,
    seconds: float = 5,
    sim: int = 1,
    error: str | None = None,
    text: str = "Hi",
) -> dict[str, Any]:
    """One sent so many minutes after MONDAY, which arrived so many seconds later."""
    sent = from_datetime(MONDAY + timedelta(minutes=minute))
    done = NOT_YET if outcome == "Sent" else sent + int(seconds * SECOND)
    return {
        "campaign_id": 1, "sim_id": sim, "from_number": f"+1202555014{sim}",
        "to_number": "+12025550123", "content": text, "type": "SMS", "attachments": "[]",
        "sent_at": sent, "queued_at": sent, "processed_at": sent, "transmitted_at": sent,
        "done_at": done, "outcome": "Delivered" if outcome == "Sent" else outcome, "error": error,
    }  # fmt: skip
