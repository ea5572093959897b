"""What every command may use: profile, api, out, and somebody to ask."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer

from smsgw_cli import redact
from smsgw_cli.cli.session.options import SHARED, Options
from smsgw_cli.errors import SmsgwError, Usage

if TYPE_CHECKING:
    from pathlib import Path

    from smsgw_cli.api.client import Client
    from smsgw_cli.api.connector import Connector
    from smsgw_cli.api.embedded import Embedded
    from smsgw_cli.api.request import Outgoing
    from smsgw_cli.api.worker import Worker
    from smsgw_cli.config.profiles import Profile
    from smsgw_cli.messages.guard import SendGuard
    from smsgw_cli.messages.suppression_list import Suppressed
    from smsgw_cli.output.printer import Printer


class Core(Options):
    """The options, and what is made of them: `profile`, `api` and `out`."""

    def __init__(self) -> None:
        super().__init__()
        self._closing = ExitStack()
        self._token: str | None = None

    def apply_options(self, given: dict[str, Any]) -> None:
        """Move the shared options out of a command's arguments into the session."""
        for name in SHARED:
            value = given.pop(name, None)
            if value is not None:
                setattr(self, name, value)

    @cached_property
    def profile(self) -> "Profile":
        """The profile in use, changed by the options on the line."""
        from smsgw_cli.config import profiles

        return profiles.resolve(self.profile_name, timeout=self.timeout, retries=self.retries)

    @cached_property
    def connector(self) -> "Connector":
        """Makes clients for the server of the profile; starts the embedded one if that is it."""
        from smsgw_cli.api.connector import Connector, Hooks

        profile, self._token = self._server_and_token()
        trace = self.tell if self.verbose or self.debug else None
        return Connector(profile, self._token, Hooks(self._guard, self.out.note, trace))

    @cached_property
    def api(self) -> "Client":
        """The client for the profile's server."""
        return self.one_more_client()

    def clients(self, count: int) -> "list[Client]":
        """`api` and others like it: one for each of so many threads."""
        return [self.api, *(self.one_more_client() for _ in range(count - 1))]

    @cached_property
    def out(self) -> "Printer":
        """The printer for the format asked for, on the line or by the profile."""
        from smsgw_cli.output.printer import Printer

        return Printer(
            self.output or self._of_profile("output"),
            columns=_split(self.columns),
            query=self.query,
            quiet=bool(self.quiet),
            show_secrets=bool(self.show_secrets),
            excel=bool(self.excel),
        )

    def one_more_client(self) -> "Client":
        """For another thread; closed with the session."""
        client = self.connector.client()
        self._closing.callback(client.close)
        return client

    def one_more_worker(self) -> "Worker":
        """For another thread of bulk work; closed with the session."""
        worker = self.connector.worker()
        self._closing.callback(worker.close)
        return worker

    def limit_rate(self, text: str) -> None:
        """Keep to so many requests a minute, `600/min`. Raises Usage if it is none.

        To be called before the first request.
        """
        from smsgw_cli.config import settings

        limit = settings.checked("rate_limit", text)
        self.profile = replace(self.profile, rate_limit=limit)

    @cached_property
    def suppressed(self) -> "Suppressed":
        """The do-not-contact list."""
        from smsgw_cli.messages import suppression_list

        return suppression_list.Suppressed(suppression_list.path())

    @cached_property
    def gate(self) -> "SendGuard":
        """What keeps every send from those who must not get it."""
        from smsgw_cli.messages.guard import SendGuard

        return SendGuard(self.suppressed, self._of_profile("region"))

    def number(self, text: str) -> str:
        """A phone number in E.164, read as in the profile's region. Raises Usage if it is none."""
        from smsgw_cli.sms.numbers import e164

        return e164(text, self._of_profile("region"))

    def embedded(self, db: "Path | None" = None) -> "Embedded":
        """The embedded gateway, on the file of the profile `sandbox` or another one."""
        try:
            from smsgw_cli.api.embedded import Embedded
        except ModuleNotFoundError as error:
            raise SmsgwError(
                f"the sandbox needs the package {error.name}",
                hint="pip install 'smsgw-cli[sandbox]' brings it",
            ) from error
        return Embedded(db)

    @property
    def wants_json(self) -> bool:
        """Whether errors are wanted as JSON too."""
        return self.output in ("json", "ndjson")

    @property
    def is_attended(self) -> bool:
        """Whether somebody is here to be asked."""
        return sys.stdin.isatty()

    def confirm(self, question: str) -> None:
        """Ask before something that cannot be undone.

        Raises Usage where nobody can be asked, SmsgwError if the answer is no.
        """
        if self.yes:
            return
        if not self.is_attended:
            raise Usage(f"nobody is here to be asked: {question}", hint="--yes answers yes")
        from smsgw_cli.output.cells import visible

        if not typer.confirm(visible(question), err=True):
            raise SmsgwError("nothing was done")

    def tell(self, message: str) -> None:
        """A line on stderr, without the token, wherever it may have been repeated."""
        from smsgw_cli.output.printer import say

        say(redact.text(message, self._token))

    def close(self) -> None:
        """Close connections and stop the embedded gateway, if they were used."""
        self._closing.close()

    def _guard(self, client: "Client", request: "Outgoing") -> None:
        """Let no send past the gate, whoever makes it."""
        from smsgw_cli.messages.send_paths import is_send

        if is_send(request.path):
            self.gate.check(client, request.query, request.body)

    def _server_and_token(self) -> tuple["Profile", str]:
        from smsgw_cli.config import address, profiles

        profile = self.profile
        if profile.is_sandbox:
            return self._embedded(profile)
        if address.is_exposed(profile.server):
            self.out.note(
                f"warning: the token travels to {profile.server} in clear text; use https"
            )
        return profile, profiles.token_of(profile)

    def _embedded(self, profile: "Profile") -> tuple["Profile", str]:
        gateway = self._closing.enter_context(self.embedded().running())
        self.out.note("sandbox: a make-believe gateway on this machine; nothing is really sent")
        return replace(profile, server=gateway.url), gateway.token

    def _of_profile(self, key: str) -> Any:
        """A setting of the profile; none where there is no profile to ask."""
        try:
            return getattr(self.profile, key)
        except SmsgwError:
            return None


def _split(columns: str | None) -> list[str] | None:
    return [each.strip() for each in columns.split(",") if each.strip()] if columns else None
