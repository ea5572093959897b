"""The client of a mailing's workers: sends by POST, or by the documented GET if refused."""

from typing import Any

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.retry_rules import Disposition, Intent
from smsgw_cli.api.worker import Worker
from smsgw_cli.messages.zone_names import renamed_zone
from smsgw_cli.model import Record


class SendClient:
    """A client for one thread. `send_method` is `post` or `get`; None tries POST, then GET."""

    def __init__(self, worker: Worker, pacer: Pacer, send_method: str | None) -> None:
        self._worker = worker
        self._pacer = pacer
        self._method = send_method
        self._renamed: Record = {}

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt:
        """Send once, without retries, and once more with another name of a time zone that the
        server does not know; see `Client.send`."""
        body = {**body, **self._renamed}
        found = self._attempt(method, path, body)
        renamed = renamed_zone(body, found.error)
        if renamed is None:
            return found
        self._renamed = {"timezone": renamed["timezone"]}  # that of all messages of a mailing
        self._pacer.acquire_redirect()
        return self._attempt(method, path, renamed)

    def _attempt(self, method: str, path: str, body: Any) -> Attempt:
        first = "GET" if self._method == "get" else method
        attempt = self._worker.attempt(first, path, body, Intent.CHANGE)
        # With these statuses only the API's own word that there is no such route is no doubt.
        is_missing = attempt.status in (404, 405) and attempt.disposition is Disposition.ABORT
        if self._method is None and is_missing:
            self._pacer.acquire_redirect()
            return self._worker.attempt("GET", path, body, Intent.CHANGE)
        return attempt
