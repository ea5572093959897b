"""What a thread of bulk work makes requests with: each once, whatever comes of it."""

import time
from typing import Any

import httpx

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.layers import PACED
from smsgw_cli.api.outcome import Intent, intent_of
from smsgw_cli.api.reply import answered, unanswered
from smsgw_cli.api.request import Requests

INTENTS = {"GET": Intent.FETCH, "POST": Intent.CREATE}


class Worker:
    """Makes requests of one server over a connection of its own; for one thread at a time."""

    def __init__(self, server: str, requests: Requests, transport: httpx.BaseTransport) -> None:
        self._server = server
        self._requests = requests
        self._transport = transport

    def attempt(
        self, method: str, path: str, body: Any = None, intent: Intent | None = None
    ) -> Attempt:
        """A request made once, which the pacer has let go before, and what came of it.

        Without an `intent` a GET fetches a record and a POST creates one. Raises Usage if
        the body cannot be sent, and what the guard raises.
        """
        intent = intent or INTENTS.get(method) or intent_of(method)
        request = self._requests.make(method, path, intent, body=body, marks={PACED: True})
        started = time.monotonic()
        try:
            response = self._transport.handle_request(request)
        except httpx.RequestError as error:
            seconds = time.monotonic() - started
            return unanswered(error, request, self._server, seconds, intent)
        return answered(response, time.monotonic() - started, intent)

    def close(self) -> None:
        self._transport.close()
