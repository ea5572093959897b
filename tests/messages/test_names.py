"""Names of campaigns as the server keeps them."""

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sms.trimmed import trimmed
from tests.conftest import Run

SEND = "messages send --to +12025550123 -m Hi --set settle=0"


@pytest.mark.parametrize("end", ["\u200b", "\ufeff", "\u00a0", " \u2060", "\u00ad", "\u3164"])
def test_a_lost_send_is_found_by_its_name_without_invisible_ends(
    run: Run, server: Gateway, end: str
) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    run(SEND, "--name", f"{end}Sunday{end}")
    assert [row["name"] for row in server.store.rows("campaigns")] == ["Sunday"]


def test_a_name_of_invisible_characters_is_empty(run: Run, server: Gateway) -> None:
    assert "--name is empty" in run(SEND, "--name", "\u200b", code=2).stderr


def test_what_is_trimmed_is_at_the_ends_alone() -> None:
    assert trimmed(" \u200ba \u200bb\u200e\n") == "a \u200bb"
    assert trimmed(None) == ""
