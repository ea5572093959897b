"""The embedded gateway of the profile `sandbox`, as used by commands."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from smsgw_cli.config.paths import state_folder
from smsgw_cli.errors import NotFound, SmsgwError, Usage
from smsgw_cli.sandbox import seed, steering, store
from smsgw_cli.sandbox.keys import Change
from smsgw_cli.sandbox.server import Gateway as Gateway
from smsgw_cli.sandbox.server import Settings, serve
from smsgw_cli.storage.failures import FAILURES
from smsgw_cli.storage.private_file import make_folder

SPEED = 20.0  # relative to real phones: delivery takes seconds, not minutes


class Embedded:
    """The sandbox gateway on a database file, by default that of the profile `sandbox`.

    Every method raises SmsgwError if the file cannot be used.
    """

    def __init__(self, db: Path | None = None) -> None:
        self.db = db or state_folder() / "sandbox.db"

    @contextmanager
    def running(self) -> Iterator[Gateway]:
        """A running gateway on a free local port, stopped after the block.

        SMSGW_SANDBOX_SPEED sets the speed of its phones relative to real ones, before the one in
        the file. Raises Usage if it is invalid.
        """
        speed = _speed()
        with self._usable():
            gateway = Gateway(Settings(db=self.db, speed=speed, default_speed=SPEED))
            gateway.start()
        try:
            yield gateway
        finally:
            gateway.stop()

    def serve(self, ready: Callable[[Gateway], None], **settings: Any) -> None:
        """Serve until Ctrl-C with these `Settings`; `ready` gets the gateway."""
        with self._usable():
            serve(Settings(db=self.db, **settings), ready)

    def change(self, wanted: Change) -> None:
        """Change what gateways on this file do. Raises NotFound for an unknown device or SIM."""
        with self._usable(), _all_known():
            steering.change(self.db, wanted)

    def clock(self) -> datetime:
        """The time on the gateway's clock, in UTC."""
        with self._usable():
            return steering.clock(self.db)

    def receive(self, sender: str, sim: str, text: str) -> dict[str, Any]:
        """Simulate an incoming message; returns it. Raises NotFound for an unknown SIM."""
        with self._usable(), _all_known():
            sim_key = int(sim) if sim.isdecimal() else sim
            return store.receive(self.db, sender=sender, sim=sim_key, text=text)

    def seed(self) -> dict[str, int]:
        """Add sample records; returns the number of records by kind."""
        with self._usable():
            return seed.seed(self.db)

    def reset(self) -> None:
        """Restore the initial state: two phones, three SIMs."""
        with self._usable():
            store.reset(self.db)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            make_folder(self.db.parent)
            yield
        except (*FAILURES, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise SmsgwError(f"the sandbox with its state in {self.db}: {reason}") from error


@contextmanager
def _all_known() -> Iterator[None]:
    try:
        yield
    except store.Unmatched as error:
        raise NotFound(
            str(error), hint="see 'smsgw -p sandbox devices list' and 'devices sims'"
        ) from error


def _speed() -> float | None:
    """The speed in the variable; None without it."""
    text = os.environ.get("SMSGW_SANDBOX_SPEED")
    if not text:
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1_000_000:
        raise Usage(f"SMSGW_SANDBOX_SPEED must be a number above 0, not {text!r}")
    return speed
