"""Sends that are interrupted before and after each step: what is said is what was sent."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.api.client import Client
from smsgw_cli.commands import _mailing_send, _sending, _wave_send
from smsgw_cli.messages import compose
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import mailings, records
from smsgw_cli.messages.mailing.ledger_writer import LedgerRecord
from smsgw_cli.messages.waves import begin
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

Step = tuple[Any, str]
TEXT: list[Step] = [
    (compose, "message"),
    (Ledger, "begin"),
    (Client, "send"),
    (Ledger, "end"),
    (_sending, "print_sent"),
    (_sending, "follow_all"),
]
WAVES: list[Step] = [
    (begin, "locked"),
    (Ledger, "begin"),
    (Ledger, "end"),
    (_wave_send, "print_sent"),
]
MAILING: list[Step] = [
    (records, "begin"),
    (LedgerRecord, "reserve"),
    (mailings, "conclude"),
    (_mailing_send, "_print"),
]
TO = "+12025550123"
SEND = f"messages send --to {TO} -m Hi --watch"


@contextmanager
def interrupted(step: Step, *, before: bool) -> Iterator[None]:
    """Have Ctrl-C pressed just before or after a step, once."""
    owner, name = step
    call = getattr(owner, name)

    def press() -> None:
        setattr(owner, name, call)
        signal.raise_signal(signal.SIGINT)

    @wraps(call)
    def with_ctrl_c(*args: Any, **options: Any) -> Any:
        if before:
            press()
        result = call(*args, **options)
        press()
        return result

    setattr(owner, name, with_ctrl_c)
    try:
        yield
    finally:
        setattr(owner, name, call)


def by_name(steps: list[Step]) -> Callable[..., Any]:
    return pytest.mark.parametrize("step", [pytest.param(each, id=each[1]) for each in steps])


@by_name(TEXT)
def test_a_send_that_is_interrupted_says_what_became_of_it(
    run: Run, server: Gateway, step: Step
) -> None:
    for before in (True, False):
        with interrupted(step, before=before):
            stopped = run(SEND, code=130)
        sends = run("sends list -o json").json
        held = server.store.rows("campaigns")
        if sends and sends[0]["state"] == "accepted":
            assert len(held) == len(sends)
            number = held[-1]["id"]
            assert f"campaign {number}" in stopped.stderr + stopped.stdout
            assert f"smsgw campaigns watch {number}" in stopped.stderr
        elif sends:
            assert "error: interrupted; the send may have been accepted" in stopped.stderr
            assert f"'smsgw sends settle {sends[0]['id']}'" in stopped.stderr
        else:
            assert "error: interrupted; nothing was sent" in stopped.stderr
            assert not held
        run("sends settle --settle 0")


def test_a_key_that_was_sent_before_is_said_to_be_accepted(run: Run, server: Gateway) -> None:
    run(f"{SEND} --once monday")
    with interrupted((_sending, "follow_all"), before=True):
        stopped = run(f"{SEND} --once monday", code=130)
    assert "the send was accepted as campaign 1" in stopped.stderr
    assert len(server.store.rows("campaigns")) == 1


@by_name(WAVES)
def test_waves_that_are_interrupted_say_what_became_of_them(
    run: Run, server: Gateway, step: Step
) -> None:
    line = f"messages send --to {TO},+12025550124 -m Hi --waves 1/0s,rest --yes --once"
    for key, before in (("a", True), ("b", False)):
        with interrupted(step, before=before):
            assert_true(run(f"{line} {key}", code=130).stderr, run, key)
        run(f"{line} {key} --set settle=0 --set min_arrived=0")
    assert len(server.store.rows("messages")) == 4


def test_waves_that_are_resumed_say_what_was_sent_before(run: Run, server: Gateway) -> None:
    line = f"messages send --to {TO},+12025550124 -m Hi --waves 1/0s,rest --yes --once a"
    with interrupted((Ledger, "end"), before=False):
        run(line, code=130)
    with interrupted((begin, "locked"), before=True):
        assert "interrupted; sends: 1 accepted" in run(line, code=130).stderr


@by_name(MAILING)
def test_a_mailing_that_is_interrupted_says_what_became_of_it(
    run: Run, server: Gateway, step: Step
) -> None:
    Path("to.csv").write_text(f"phone,n\n{TO},1\n+12025550124,2\n")
    line = "messages send --csv to.csv -m 'Hi {n}' --set settle=0 --once"
    for key, before in (("a", True), ("b", False)):
        with interrupted(step, before=before):
            stopped = run(f"{line} {key}", code=None)
        assert stopped.exit_code in (0, 130)
        if stopped.exit_code:
            assert_true(stopped.stderr, run, key)
        run(f"{line} {key}")
    assert len(server.store.rows("messages")) == 4


def assert_true(said: str, run: Run, key: str) -> None:
    """What is said of the sends with keys of this one is what the ledger has."""
    every = run("sends list -o json").json
    sends = [each["state"] for each in every if (each["key"] or "").startswith(f"{key}/")]
    for state in ("accepted", "unknown"):
        assert (f"{sends.count(state)} {state}" in said) == (state in sends)
    assert ("nothing was sent" in said or "not sent" in said) == (len(sends) < 2)
    assert not sends or "run the same command again to resume" in said
