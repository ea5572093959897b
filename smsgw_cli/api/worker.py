"""The client of an engine thread: single attempts, without retries."""

import time
from typing import Any

import httpx

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.attempts import attempt_of_failure, attempt_of_response
from smsgw_cli.api.layers import PACED
from smsgw_cli.api.request import Requests
from smsgw_cli.api.retry_rules import Intent, intent_of

INTENTS = {"GET": Intent.FETCH, "POST": Intent.CREATE}


class Worker:
    """Sends requests to one server over its own connection; not thread-safe."""

    def __init__(self, server: str, requests: Requests, transport: httpx.BaseTransport) -> None:
        self._server = server
        self._requests = requests
        self._transport = transport

    def attempt(
        self, method: str, path: str, body: Any = None, intent: Intent | None = None
    ) -> Attempt:
        """Send a request once, after the caller has asked the pacer.

        By default GET fetches a record and POST creates one. Raises Usage if the body cannot be
        sent, and the errors of the guard.
        """
        intent = intent or INTENTS.get(method) or intent_of(method)
        request = self._requests.make(method, path, intent, body=body, flags={PACED: True})
        started = time.monotonic()
        try:
            response = self._transport.handle_request(request)
        except httpx.RequestError as error:
            seconds = time.monotonic() - started
            return attempt_of_failure(error, request, self._server, seconds, intent)
        return attempt_of_response(response, time.monotonic() - started, intent)

    def close(self) -> None:
        self._transport.close()
