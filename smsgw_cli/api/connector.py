"""Creates clients of one server, for any number of threads."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import httpx

from smsgw_cli.api.client import Client
from smsgw_cli.api.layers import Check, Note, stack
from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.proxies import proxy_for
from smsgw_cli.api.request import Outgoing, Requests
from smsgw_cli.api.server_clock import ServerClock
from smsgw_cli.api.tls import Trust
from smsgw_cli.api.wire import Wire
from smsgw_cli.api.worker import Worker
from smsgw_cli.config.profiles import Profile
from smsgw_cli.errors import Usage

READERS, MOST_READERS = 8, 64

Guard = Callable[[Client, Outgoing], None]


class Hooks(NamedTuple):
    """Callbacks of requests.

    `guard` is called before each request, with a client for requests of its own, and raises to
    block it. `note` gets messages for the user, `trace` the lines of --verbose, with secrets
    masked.
    """

    guard: Guard | None = None
    note: Note = lambda _: None
    trace: Note | None = None


class Connector:
    """What the clients of one server share: TLS context, pacer, hooks.

    Up to `readers` clients read a list in parallel. Raises Usage for an invalid server, proxy or
    CA bundle. `wire` creates the lowest transport instead of real connections.
    """

    def __init__(
        self,
        profile: Profile,
        token: str,
        hooks: Hooks | None = None,
        *,
        readers: int = READERS,
        wire: Callable[[], httpx.BaseTransport] | None = None,
    ) -> None:
        self._profile = profile
        self._hooks = hooks or Hooks()
        self._requests = Requests(profile.server, token)
        self._wire = wire or _wire_factory(profile)
        # Every page and every worker is redirected; one note is enough.
        self._note_once = lru_cache(self._hooks.note)
        self._readers = min(readers, MOST_READERS)
        self._server_clock = ServerClock()
        self.pacer = Pacer(profile.rate, announce=self._announce)

    def client(self) -> Client:
        """A new client, for use by one thread; the caller closes it."""
        return self._client(self._wire())

    def worker(self) -> Worker:
        """A client for one thread of the engine; the caller closes it."""
        wire = self._wire()
        client = self._client(wire)
        transport = self._stack(wire, lambda request: self._check(client, request), None)
        return Worker(self._profile.server, self._requests, transport)

    def _client(self, wire: httpx.BaseTransport) -> Client:
        profile = self._profile
        transport = self._stack(wire, lambda request: self._check(client, request), profile.retries)
        client = Client(
            profile.server,
            self._requests,
            transport,
            self.pacer,
            self._server_clock,
            another=self.client,
            readers=self._readers,
            send_method=profile.send_method,
        )
        return client

    def _stack(
        self, wire: httpx.BaseTransport, check: Check, retries: int | None
    ) -> httpx.BaseTransport:
        note, show = self._hooks.note, self._hooks.trace
        return stack(
            wire,
            check=check,
            retries=retries,
            pacer=self.pacer,
            note=note,
            note_once=self._note_once,
            show=show,
        )

    def _check(self, client: Client, request: httpx.Request) -> None:
        if self._hooks.guard is not None:
            self._hooks.guard(client, Outgoing(request))

    def _announce(self, seconds: float) -> None:
        self._hooks.note(f"waiting {seconds:.0f} s for the rate limit")


def _wire_factory(profile: Profile) -> Callable[[], Wire]:
    trust = Trust(profile.ca_bundle)
    try:
        proxy_for(profile.server)
    except httpx.InvalidURL as error:
        raise Usage(
            f"cannot connect to {profile.server}: {error}",
            hint="check the server address",
        ) from error
    if profile.server.startswith("https://"):
        _ = trust.context  # raises now what is wrong with a ca_bundle
    return lambda: Wire(trust, profile.timeout)
