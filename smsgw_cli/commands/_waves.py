"""Waves on the command line: compatible options, limits and gate."""

import math
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.messages.send_request import MessageRequest, SendOptions
from smsgw_cli.messages.waves import sizes
from smsgw_cli.messages.waves.sizes import Size
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.messages.preview import Preview
    from smsgw_cli.messages.waves.gate import Gate, Limits


def check_waves(request: MessageRequest, options: SendOptions) -> None:
    """Raise Usage for invalid --waves, and for options that they cannot be combined with."""
    if options.waves is None:
        return
    sizes_of(options)
    if request.schedule.every:
        raise Usage("--waves cannot be combined with --every", hint="omit --every")
    if request.shard is not None:
        raise Usage("--waves cannot be combined with --shard", hint="omit --shard")
    if request.csv is None and options.once is None:
        raise Usage(
            "--waves requires --once with --to or --list",
            hint="add --once KEY, so that running the same command again resumes it",
        )


def sizes_of(options: SendOptions) -> tuple[Size, ...]:
    """The sizes of the waves. Raises Usage."""
    return sizes.parse(options.waves or "")


def in_waves(session: Session, preview: "Preview", options: SendOptions) -> "Preview":
    """The preview with its waves, if there are any. Raises Usage for too many."""
    if options.waves is None:
        return preview
    waves = sizes.split(sizes_of(options), preview.texts.messages)
    planned = import_module("smsgw_cli.messages.preview_waves").PlannedWaves(
        waves, limits_of(session, preview.body), preview.when
    )
    return replace(preview, waves=planned)


def limits_of(session: Session, body: Record) -> "Limits":
    """What a good wave of this body is."""
    found: Limits = import_module("smsgw_cli.messages.waves.gate").Limits(
        session.setting("max_failed"),
        session.setting("min_arrived"),
        reported=body.get("delivery_report") is True,
    )
    return found


def _server_clock(session: Session) -> "Callable[[], datetime]":
    """The server's clock. A command that goes on with waves may not have heard of it yet."""

    @cache
    def ask() -> None:
        if session.api.clock is None:
            with suppress(SmsgwError):
                session.api.count("campaigns")

    def now() -> datetime:
        ask()
        return session.now

    return now


def gate_of(session: Session, body: Record) -> "Gate":
    """The gate between the waves of this body; its time runs from now on. Raises Usage."""
    gate = import_module("smsgw_cli.messages.waves.gate")
    on_terminal = sys.stderr.isatty()
    ends = time.monotonic() + session.patience(math.inf if on_terminal else gate.PATIENCE)
    found: Gate = gate.Gate(
        session.api,
        limits_of(session, body),
        body,
        _server_clock(session),
        lambda: ends - time.monotonic(),
        on_terminal,
        session.out.note,
    )
    return found
