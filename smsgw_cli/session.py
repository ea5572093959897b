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
    from contextlib import AbstractContextManager
    from pathlib import Path

    from smsgw_cli.api.client import Client
    from smsgw_cli.api.line import Line
    from smsgw_cli.bulk.imports import Imports
    from smsgw_cli.bulk.sync.syncs import Syncs
    from smsgw_cli.bulk.target import Target
    from smsgw_cli.bulk.undo import Undoing
    from smsgw_cli.embedded import Embedded
    from smsgw_cli.output.printer import Printer
    from smsgw_cli.profiles import Profile
    from smsgw_cli.sending.cursor import Cursor
    from smsgw_cli.sending.delivery import Delivery
    from smsgw_cli.sending.gate import Gate
    from smsgw_cli.sending.history import History
    from smsgw_cli.sending.ledger import Ledger
    from smsgw_cli.sending.mailing import Mailing
    from smsgw_cli.sending.previews import Previews
    from smsgw_cli.sending.request import Drafts
    from smsgw_cli.sending.sender import Care, Sender
    from smsgw_cli.sending.suppressed import Suppressed


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
        client = Client(profile, self._token, trace=trace, tell=self.out.note, guard=self._guard)
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

    def _line(self) -> "Line | Client":
        """For another thread that makes many requests; closed with the session."""
        line = self.api.line()
        self._closing.callback(line.close)
        return line

    @cached_property
    def target(self) -> "Target":
        """The profile's server as bulk work sees it, with the records of runs."""
        from smsgw_cli.bulk.target import Target
        from smsgw_cli.places import state_folder

        return Target(
            lambda: self.api,
            self._line,
            name=self._of_profile("server") or self._of_profile("name") or "",
            folder=state_folder() / "imports",
            region=self._of_profile("region"),
            per_minute=self._of_profile("rate_limit"),
            retries=self._of_profile("retries"),
        )

    @cached_property
    def imports(self) -> "Imports":
        """Imports of contacts."""
        from smsgw_cli.bulk.imports import Imports

        return Imports(self.target)

    @cached_property
    def syncs(self) -> "Syncs":
        """Syncs of lists with files."""
        from smsgw_cli.bulk.sync.syncs import Syncs

        return Syncs(self.target)

    @cached_property
    def undoing(self) -> "Undoing":
        """The undoing of imports."""
        from smsgw_cli.bulk.undo import Undoing

        return Undoing(self.target)

    @cached_property
    def drafts(self) -> "Drafts":
        """What makes the bodies of sends, before any server is needed."""
        from smsgw_cli.sending.request import Drafts

        return Drafts(self._of_profile("region"))

    @cached_property
    def sender(self) -> "Sender":
        """What sends, with the record of sends to the profile's server."""
        from smsgw_cli.sending.sender import Sender

        return Sender(self.api, self.ledger, note=self.out.note, warn=self.tell)

    def delivery(self, mailing: "Mailing", care: "Care") -> "Delivery":
        """What carries a mailing out, with a client and a ledger for each of its threads."""
        from smsgw_cli.sending.delivery import Delivery
        from smsgw_cli.sending.ledger import Ledger
        from smsgw_cli.sending.sender import Sender

        def another() -> Sender:
            ledger = Ledger(self.ledger.path)
            return Sender(self._one_more_client(), ledger, note=self.out.note, warn=self.tell)

        return Delivery(mailing, self.ledger, self.sender, another, care, self.out.note)

    def limit_rate(self, text: str) -> None:
        """Keep to so many requests a minute, `600/min`. Raises Usage if it is none."""
        from smsgw_cli import settings

        limit = settings.checked("rate_limit", text)
        self.profile = replace(self.profile, rate_limit=limit)

    def care(self, settle: float | None, *, again: bool) -> "Care":
        """What is done about a send of which nobody knows what became. Raises Usage."""
        from smsgw_cli import settings
        from smsgw_cli.sending.sender import Care
        from smsgw_cli.sending.settling import SETTLE

        seconds = settings.settle(SETTLE if settle is None else settle)
        return Care(seconds, self.profile.retries if again else 0)

    @cached_property
    def ledger(self) -> "Ledger":
        """The record of sends to the profile's server."""
        from smsgw_cli.sending.ledger import Ledger, path_for

        ledger = Ledger(path_for(self.profile.server or self.profile.name))
        self._closing.callback(ledger.close)
        return ledger

    @cached_property
    def sends(self) -> "History":
        """The record of sends, as people look at it."""
        from smsgw_cli.sending.history import History

        return History(self.ledger)

    @cached_property
    def suppressed(self) -> "Suppressed":
        """The do-not-contact list."""
        from smsgw_cli.sending import suppressed

        return suppressed.Suppressed(suppressed.path())

    @cached_property
    def gate(self) -> "Gate":
        """What keeps every send from those who must not get it."""
        from smsgw_cli.sending.gate import Gate

        return Gate(self.suppressed, self._of_profile("region"))

    @cached_property
    def previews(self) -> "Previews":
        """What tells what a send will be."""
        from smsgw_cli.sending.previews import Previews

        return Previews(lambda: self.api, self.gate, self.out.note)

    def numbers_in(self, name: str, column: str | None = None) -> list[str]:
        """The numbers of a file in E.164. Raises Usage, naming the lines that have none."""
        from smsgw_cli.sending import numberfile

        return numberfile.read(name, self._of_profile("region"), column)

    def repliers(self, keywords: list[str], query: dict[str, Any]) -> list[tuple[str, str]]:
        """Who replied with a keyword, and how: the numbers, each with a reason."""
        from smsgw_cli.sending import replies

        region = self._of_profile("region")
        asking = replies.asking(self.api, keywords, query)
        found = [(message, replies.suppressing(message, region)) for message in asking]
        for message, who in found:
            if who is None:
                self.tell(
                    f"warning: message {message['id']} is from {message.get('from')!r}, which "
                    "cannot be read as a number; nobody is suppressed for it"
                )
        return [who for _, who in found if who is not None]

    def cursor(self, path: "Path | None", about: str) -> "AbstractContextManager[Cursor | None]":
        """Which messages were told already; see `sending.cursor.opened`."""
        from smsgw_cli.sending.cursor import opened

        server = self.profile.server or self.profile.name
        return opened(path, f"{about} at {server}", self._tell_busy)

    def _tell_busy(self) -> None:
        self.out.note("another run uses this cursor at this moment; nothing was done")

    def forget_sandbox(self) -> None:
        """Forget what was sent to the embedded gateway, and imported into it."""
        from smsgw_cli.profiles import SANDBOX
        from smsgw_cli.sending.ledger import Ledger, path_for

        Ledger(path_for(SANDBOX)).clear()
        self.target.runs.forget(SANDBOX)

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

    def _guard(self, client: "Client", path: str, query: Any, body: Any) -> None:
        """Let no send past the gate, whoever makes it."""
        from smsgw_cli.sending.paths import sends

        if sends(path):
            self.gate.check(client, query, body)

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
