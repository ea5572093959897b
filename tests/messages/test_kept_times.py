"""A mailing or a send that goes on keeps the times of its first run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from smsgw_cli.sms.timestamps import read_timestamp
from tests.conftest import Run

TO = "--to +12025550123 -m Hi"
SEND = f"messages send {TO}"


def campaigns(server: Gateway) -> list[Any]:
    return server.store.rows("campaigns")


MAILING = "messages send --csv a.csv -m 'Hi {name}' --settle 0"


@pytest.fixture
def interrupted(run: Run, in_2031: Control, home: Path) -> Control:
    """A mailing for 15:00 of which one of three rows was sent; now it is 18:00."""
    numbers = "".join(f"{name},+1202555012{at}\n" for at, name in enumerate("abc"))
    (home / "a.csv").write_text(f"name,phone\n{numbers}")
    in_2031.add_fault("401 POST /messages/send after=1")
    run(f"{MAILING} --sim '+12025550141' --workers 1 --at 'today 15:00'", code=7)
    in_2031.remove_faults()
    in_2031.set_clock("2031-01-01T18:00:00Z")
    return in_2031


@pytest.mark.parametrize("at", ["--at 'today 15:00'", "--at 'today 20:00'", ""])
def test_a_mailing_that_goes_on_keeps_its_time_and_is_not_refused(
    run: Run, interrupted: Control, server: Gateway, at: str
) -> None:
    shown = run(f"messages preview --csv a.csv -m 'Hi {{name}}' --sim '+12025550141' {at} -o json")
    assert shown.json["when"]["first"] is None
    dry = run(f"{MAILING} --sim '+12025550141' {at} --dry-run -o json").json
    assert {each["body"]["scheduled_at"] for each in dry} == {"2031-01-01T15:00:00Z"}
    told = run(f"{MAILING} --sim '+12025550141' {at}")
    assert "has passed" not in told.stderr
    assert "the time of the first run, 2031-01-01T15:00:00Z" in told.stderr
    times = {read_timestamp(each["scheduled_at"]) for each in run("campaigns list -o json").json}
    assert times == {datetime(2031, 1, 1, 15, tzinfo=UTC)}
    assert len(campaigns(server)) == 3


def test_one_that_is_sent_to_everybody_again_is_refused(run: Run, interrupted: Control) -> None:
    line = f"{MAILING} --sim '+12025550141' --at 'today 15:00' --allow repeat"
    assert "has passed" in run(line, code=2).stderr


def test_a_send_whose_key_is_known_is_not_refused_for_its_time(
    run: Run, in_2031: Control, server: Gateway
) -> None:
    line = f"{SEND} --sim '+12025550141' --once lunch --at 'today 15:00'"
    first = run(f"{line} -q").stdout
    in_2031.set_clock("2031-01-01T18:00:00Z")
    again = run(line)
    assert "already sent with the key 'lunch'" in again.stderr
    assert "different" not in again.stderr
    assert run(f"{line} -q").stdout == first
    assert len(campaigns(server)) == 1
