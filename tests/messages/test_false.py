"""What the API documents as a boolean can be sent as false, not only left out."""

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

TO = "--to +12025550123 -m Hi"
LIST = "contact-lists create L"
FIELD = "fields create L Size"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (f"messages send {TO} --no-delivery-report", "delivery_report"),
        (f"messages send {TO} --set delivery_report=false", "delivery_report"),
        (f"messages send {TO} --no-random-sender", "random_sender"),
        (f"messages send {TO} --no-prioritize", "prioritize"),
        ("ussd-pulls send '*1#' --no-random-sender", "random_sender"),
        ("ussd-pulls send '*1#' --no-prioritize", "prioritize"),
        ("fields create L Size --optional", "required"),
        ("fields update 1 --optional", "required"),
        ("contacts create L +12025550123 --unsubscribed", "subscribed"),
        ("sending-servers create --name N --driver d --type sms --disabled", "enabled"),
    ],
)
def test_false_is_sent(run: Run, server: Gateway, line: str, key: str) -> None:
    run(LIST)
    run(FIELD)
    sent = run(f"{line} --dry-run -o json")
    assert sent.json["body"][key] is False
