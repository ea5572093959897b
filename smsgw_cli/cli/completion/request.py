"""Requests of `smsgw __complete [-p PROFILE] KIND`, and the cache of their names."""

import hashlib
import os
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from smsgw_cli.config.paths import cache_folder, config_path
from smsgw_cli.storage.private_file import make_private

KEPT_SECONDS = 60.0
LIMIT_SECONDS = 0.4  # half a second, including the start of Python
FAILED_SECONDS = 5.0  # names that were not available in time are not requested again at once
DELETED_SECONDS = 86_400.0
VARIABLES = ("SMSGW_SERVER", "SMSGW_TOKEN", "SMSGW_CONFIG")


class Request:
    """A request for the names of a `kind` of a `profile`; lines are `name<TAB>description`."""

    def __init__(self, words: Sequence[str]) -> None:
        *options, self.kind = words or [""]
        named = options[1] if len(options) == 2 and options[0] == "-p" else None
        self.profile = named or os.environ.get("SMSGW_PROFILE") or None
        self._file = cache_folder() / "completion" / self._digest()

    def kept(self) -> list[str] | None:
        """The cached lines; empty after a failure, None if there are none."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
            age = time.time() - self._file.stat().st_mtime
        except (OSError, ValueError):
            return None
        return lines if 0 <= age < (KEPT_SECONDS if lines else FAILED_SECONDS) else None

    def keep(self, lines: Iterable[str]) -> None:
        """Cache the lines, private to the user, and delete old ones."""
        part = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        make_private(part)
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        part.replace(self._file)
        for each in self._file.parent.iterdir():
            if time.time() - each.stat().st_mtime > DELETED_SECONDS:
                each.unlink(missing_ok=True)

    def end_in_time(self) -> None:
        """End the process, and cache the failure, when the time limit has passed."""
        timer = threading.Timer(LIMIT_SECONDS, self._give_up)
        timer.daemon = True
        timer.start()

    def _give_up(self) -> None:
        try:
            self.keep([])
        finally:
            os._exit(0)

    def _digest(self) -> str:
        """A digest of everything that determines the result: server, token, profile.

        The configuration is represented by its file's time and size, so that it need not be read.
        """
        inputs = [self.kind, self.profile, *map(os.environ.get, VARIABLES), *_state(config_path())]
        return hashlib.sha256(repr(inputs).encode()).hexdigest()


def _state(file: Path) -> tuple[int, int]:
    try:
        return file.stat().st_mtime_ns, file.stat().st_size
    except OSError:
        return 0, 0
