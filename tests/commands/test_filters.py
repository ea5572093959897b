"""Filters with documented values take them in any case, and no others."""

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("messages list --status", "delivered"),
        ("messages list --type", "whatsapp"),
        ("messages tail --no-follow --status", "RECEIVED"),
        ("campaigns list --status", "processed"),
        ("campaigns list --type", "'ussd pull'"),
        ("ussd-pulls list --status", "completed"),
        ("calls list --type", "missed"),
        ("sends list --state", "Accepted"),
    ],
)
def test_the_case_does_not_matter_and_an_unknown_value_is_refused(
    run: Run, server: Gateway, line: str, value: str
) -> None:
    run(f"{line} {value}")
    before = len(server.requests)
    refused = run(f"{line} nonsense", code=2)
    assert "is not one of" in refused.stderr
    assert refused.stdout == ""
    assert len(server.requests) == before


def test_the_value_goes_out_as_the_server_writes_it(run: Run, server: Gateway) -> None:
    run("ussd-pulls send '*123#'")
    run("messages send --to +12025550199 -m Hi")
    assert len(run("campaigns list --type 'ussd pull' -o json").json) == 1
    assert len(run("campaigns list --status COMPLETED -o json").json) == 2
    assert len(run("messages list --status failed --status SENT -o json").json) == 1
