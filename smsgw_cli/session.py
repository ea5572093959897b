"""Everything a command may use, each part made, and imported, when it is first touched.

The fields of `Options` are the options every command takes. They may stand anywhere on the
line: the program, its groups and their commands all take them, and what stands nearest to
the command wins.
"""

import sys
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw_cli import redact
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.offers import FORMAT, PROFILE

if TYPE_CHECKING:
    from pathlib import Path

    from smsgw_cli.api.client import Client
    from smsgw_cli.bulk.imports import Imports
    from smsgw_cli.embedded import Embedded
    from smsgw_cli.output.printer import Printer
    from smsgw_cli.profiles import Profile
    from smsgw_cli.sending.request import Drafts
    from smsgw_cli.sending.sender import Sender


@dataclass
class Options:
    """The options every command takes, as they were given; None where they were not."""

    profile_name: Annotated[
        str | None,
        typer.Option(
            "-p", "--profile", metavar="NAME", envvar="SMSGW_PROFILE", help="Whose server and token"
        ),
        PROFILE,
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FORMAT",
            envvar="SMSGW_OUTPUT",
            help="table, json, ndjson, csv or tsv",
        ),
        FORMAT,
    ] = None
    columns: Annotated[
        str | None,
        typer.Option(
            "-c", "--columns", metavar="A,B.C", help="Columns of table, csv and tsv, dots reach in"
        ),
    ] = None
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="JMESPATH", help="Filter or reshape the JSON"),
    ] = None
    excel: Annotated[
        bool | None,
        typer.Option(
            "--excel",
            help="CSV for spreadsheets: with a BOM, and ' before text that begins with = + - or @",
        ),
    ] = None
    quiet: Annotated[
        bool | None, typer.Option("-q", "--quiet", help="Ids only, one a line; no notes")
    ] = None
    yes: Annotated[bool | None, typer.Option("-y", "--yes", help="Answer yes to questions")] = None
    dry_run: Annotated[
        bool | None,
        typer.Option("--dry-run", help="Print the request that would change something; send none"),
    ] = None
    verbose: Annotated[
        bool | None,
        typer.Option("-v", "--verbose", help="Show each request and answer, without secrets"),
    ] = None
    debug: Annotated[
        bool | None, typer.Option("--debug", help="The same, and tracebacks of failures")
    ] = None
    timeout: Annotated[
        float | None, typer.Option("--timeout", metavar="SECONDS", help="Per request")
    ] = None
    retries: Annotated[
        int | None, typer.Option("--retries", metavar="N", help="Tries after the first one")
    ] = None
    show_secrets: Annotated[
        bool | None, typer.Option("--show-secrets", help="Do not mask secrets in tables")
    ] = None


SHARED = tuple(field.name for field in fields(Options))


class Session(Options):
    """The options, and what is made of them: `profile`, `api` and `out`."""

    def __init__(self) -> None:
        super().__init__()
        self._closing = ExitStack()
        self._token: str | None = None

    def take(self, given: dict[str, Any]) -> None:
        """Move the shared options out of a command's arguments into the session."""
        for name in SHARED:
            value = given.pop(name, None)
            if value is not None:
                setattr(self, name, value)

    @cached_property
    def profile(self) -> "Profile":
        """The profile in use, changed by the options on the line."""
        from smsgw_cli import profiles

        return profiles.resolve(self.profile_name, timeout=self.timeout, retries=self.retries)

    @cached_property
    def api(self) -> "Client":
        """The client for the profile's server; the embedded gateway is started where it is that."""
        from smsgw_cli.api.client import Client

        profile, self._token = self._server_and_token()
        trace = self.tell if self.verbose or self.debug else None
        client = Client(profile, self._token, trace=trace, tell=self.out.note)
        self._closing.callback(client.close)
        return client

    def clients(self, count: int) -> "list[Client]":
        """`api` and others like it: one for each of so many threads."""
        return [self.api, *(self._one_more_client() for _ in range(count - 1))]

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

    def _one_more_client(self) -> "Client":
        """For another thread; closed with the session."""
        client = self.api.another()
        self._closing.callback(client.close)
        return client

    @cached_property
    def imports(self) -> "Imports":
        """Imports of contacts, with their records of runs with the profile's server."""
        from smsgw_cli.bulk.imports import Imports
        from smsgw_cli.places import state_folder

        return Imports(
            lambda: self.api,
            self._one_more_client,
            region=self._of_profile("region"),
            server=self._of_profile("server") or self._of_profile("name") or "",
            folder=state_folder() / "imports",
            per_minute=self._of_profile("rate_limit"),
            retries=self._of_profile("retries"),
        )

    @cached_property
    def drafts(self) -> "Drafts":
        """What makes the bodies of sends, before any server is needed."""
        from smsgw_cli.sending.request import Drafts

        return Drafts(self._of_profile("region"))

    @cached_property
    def sender(self) -> "Sender":
        """What sends, with the record of sends to the profile's server."""
        from smsgw_cli.sending.ledger import Ledger, path_for
        from smsgw_cli.sending.sender import Sender

        api = self.api
        ledger = Ledger(path_for(self.profile.server or self.profile.name))
        return Sender(api, ledger, self.tell)

    def forget_sandbox(self) -> None:
        """Forget what was sent to the embedded gateway, and imported into it."""
        from smsgw_cli.profiles import SANDBOX
        from smsgw_cli.sending.ledger import Ledger, path_for

        Ledger(path_for(SANDBOX)).clear()
        self.imports.runs.forget(SANDBOX)

    def number(self, text: str) -> str:
        """A phone number in E.164, read as in the profile's region. Raises Usage if it is none."""
        from smsgw_cli.numbers import e164

        return e164(text, self._of_profile("region"))

    def embedded(self, db: "Path | None" = None) -> "Embedded":
        """The embedded gateway, on the file of the profile `sandbox` or another one."""
        try:
            from smsgw_cli.embedded import Embedded
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

    def confirm(self, question: str) -> None:
        """Ask before something that cannot be undone.

        Raises Usage where nobody can be asked, SmsgwError if the answer is no.
        """
        if self.yes:
            return
        if not sys.stdin.isatty():
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

    def _server_and_token(self) -> tuple["Profile", str]:
        from smsgw_cli import profiles, servers

        profile = self.profile
        if profile.is_sandbox:
            return self._embedded(profile)
        if servers.is_exposed(profile.server):
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
