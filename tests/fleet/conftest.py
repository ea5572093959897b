"""A gateway whose clock and phones a test sets, and whose answers it may change."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from email.utils import format_datetime
from typing import Protocol

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.lying import Exchange, Lying, Twist, lying

Ask = Callable[[str], str]


class Behind(Protocol):
    """Puts the proxy there; `ask` changes what the gateway is asked for."""

    def __call__(self, twist: Twist = ..., ask: Ask = ...) -> Lying: ...


def unchanged(_: Exchange) -> None: ...


@pytest.fixture
def control(server: Gateway) -> Control:
    """At noon in UTC, on Wednesday, 1 January 2031."""
    found = Control(server.url, server.token)
    found.set_clock("2031-01-01T12:00:00Z")
    return found


@pytest.fixture
def behind(server: Gateway, control: Control, monkeypatch: pytest.MonkeyPatch) -> Iterator[Behind]:
    """Puts a proxy before the gateway that changes its answers, and keeps its clock."""
    with ExitStack() as stack:

        def put(twist: Twist = unchanged, ask: Ask = str) -> Lying:
            def dated(exchange: Exchange) -> None:
                twist(exchange)
                now = datetime.fromisoformat(control.clock()["now"])
                exchange.date = format_datetime(now, usegmt=True)

            proxy = stack.enter_context(lying(server.url, dated, ask))
            monkeypatch.setenv("SMSGW_SERVER", proxy.url)
            return proxy

        yield put
