"""Whatever ends a self-test, and whatever runs beside it: each text is sent once."""

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.api.client import Client
from smsgw_cli.fleet.selftest_history import SelfTests
from smsgw_cli.fleet.selftest_send import SelfTestSender
from smsgw_cli.fleet.selftest_watch import SelfTestWatch
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.messages.processes import CONTEXT, start

RING = ("devices", "selftest", "--yes", "-o", "json", "--set", "settle=0")
NUMBERS = ["+12025550141", "+12025550142", "+12025550143"]


class Killed(BaseException):
    """Stands for the end of the process: nothing after it runs."""


def dies(function: Callable[..., Any], *, after: int, does: bool) -> Callable[..., Any]:
    """The function, which kills the process at a call, before or after what it does."""
    calls = 0

    def run(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == after and not does:
            raise Killed
        result = function(*given, **named)
        if calls == after:
            raise Killed
        return result

    return run


def numbers(server: Gateway) -> list[str]:
    """The numbers to which texts were sent."""
    return sorted(
        each["to_number"] for each in server.store.rows("messages") if each["campaign_id"]
    )


@pytest.mark.parametrize("after", [1, 2])
@pytest.mark.parametrize("does", [False, True])
@pytest.mark.parametrize(
    ("kind", "method"),
    [(SelfTests, "begin"), (Client, "send"), (SelfTests, "save"), (SelfTestWatch, "_poll")],
)
def test_a_kill_at_any_gap_neither_loses_nor_doubles_a_text(
    run: Run,
    server: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    kind: type,
    method: str,
    after: int,
    does: bool,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(kind, method, dies(getattr(kind, method), after=after, does=does))
        with suppress(Killed, AssertionError):  # what is called less often is not reached
            run(" ".join(RING))
    assert {row["result"] for row in run(" ".join(RING)).json} == {"ok"}
    assert numbers(server) == NUMBERS


def test_ctrl_c_while_it_waits_is_resumed_by_the_same_command(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: SelfTestWatch) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SelfTestWatch, "_poll", interrupted)
        stopped = run(" ".join(RING), code=130)
    assert "run it again within an hour" in stopped.error["hint"]
    assert {row["result"] for row in run(" ".join(RING)).json} == {"ok"}
    assert numbers(server) == NUMBERS


def test_kill_9_while_it_waits_is_resumed_by_the_same_command(run: Run, server: Gateway) -> None:
    phones = Control(server.url, server.token)
    phones.set_device(2, silent="1m")
    process = subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", *RING], stdout=subprocess.DEVNULL
    )
    phones.wait(sender="+12025550142", timeout=30)  # SIM 3 waits for its phone
    process.send_signal(signal.SIGKILL)
    process.wait()
    phones.set_device(2, silent=None)
    assert {row["result"] for row in run(" ".join(RING)).json} == {"ok"}
    assert numbers(server) == NUMBERS


def test_several_at_once_send_once(server: Gateway, home: Path) -> None:
    gate = CONTEXT.Event()
    racers = [start(home / str(each), *RING, gate=gate) for each in range(4)]
    gate.set()
    assert [each.ended()[0] for each in racers] == [0] * 4
    assert numbers(server) == NUMBERS


def test_an_hour_later_an_abandoned_one_is_left_alone(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(SelfTestSender, "send", dies(SelfTestSender.send, after=1, does=True))
        with pytest.raises((Killed, AssertionError)):
            run(" ".join(RING))
    Control(server.url, server.token).advance("61m")
    run(" ".join(RING))
    assert numbers(server) == sorted([*NUMBERS, *NUMBERS])


def test_the_record_is_for_its_owner_alone(run: Run, server: Gateway, home: Path) -> None:
    run(" ".join(RING))
    (path,) = home.rglob("fleet/*.db")
    assert path.stat().st_mode & 0o077 == 0


def test_without_a_record_nothing_is_sent(run: Run, server: Gateway, home: Path) -> None:
    run(" ".join(RING))
    (path,) = home.rglob("fleet/*.db")
    path.write_bytes(b"no database at all")
    Control(server.url, server.token).advance("2h")
    run(" ".join(RING), code=1)
    assert numbers(server) == NUMBERS
