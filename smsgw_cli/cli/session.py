"""The session of a command: options, profile, API clients, output, confirmation."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from smsgw_cli import redact
from smsgw_cli.cli.command_word import NO_RESULT
from smsgw_cli.cli.options import Options
from smsgw_cli.cli.terminal import confirmed, has_terminal
from smsgw_cli.errors import Interrupted, SmsgwError, Usage
from smsgw_cli.sms import local_time

if TYPE_CHECKING:
    from smsgw_cli.api.client import Client
    from smsgw_cli.api.connector import Connector
    from smsgw_cli.api.embedded import Embedded
    from smsgw_cli.api.request import Outgoing
    from smsgw_cli.api.worker import Worker
    from smsgw_cli.config.profiles import Profile
    from smsgw_cli.config.values import Values
    from smsgw_cli.output.printer import Printer

Guard = Callable[["Client", "Outgoing"], None]
"""Called before each request; raises to block it."""

Closable = TypeVar("Closable", bound=Any)


class Session:
    """The session of one command line. Slow modules are imported on first use.

    `guard` is called before each request; a command may replace it with a stricter one.
    `has_changed` is whether a request that changes something was sent, `interrupted` makes the
    error of a command that is interrupted where it is not prepared for it. `is_plugin`: it is run
    as a monitoring plug-in, whose `result` is its exit code.
    """

    is_plugin = False
    result: int | None = None

    def __init__(self, guard: Guard | None = None) -> None:
        self.options = Options()
        self.guard = guard
        self.has_changed = False
        self.interrupted: Callable[[], SmsgwError] = lambda: Interrupted(
            "interrupted; nothing more was done"
        )
        self._closing = ExitStack()
        self._token: str | None = None
        self._given: dict[str, Any] = {}
        self._no_profile: SmsgwError | None = None
        local_time.follow(lambda: self.setting("timezone"))
        self._closing.callback(local_time.follow, None)

    @cached_property
    def profile(self) -> "Profile":
        """The current profile, with the settings of all sources. Raises Auth without one."""
        values = self.values
        if self._no_profile is not None:
            raise self._no_profile
        return self._chosen._replace(
            timeout=values.of("timeout").value,
            retries=values.of("retries").value,
            rate=values.of("rate").value,
            send_method=values.of("send_method").value,
            ca_bundle=values.of("ca_bundle").value,
        )

    @cached_property
    def values(self) -> "Values":
        """The settings of the command line, the environment and the profile, if there is one."""
        from smsgw_cli.config import profiles
        from smsgw_cli.config.values import Values, overrides

        options = self.options
        for name in ("timeout", "retries", "output"):
            self._given.setdefault(name, getattr(options, name))
        try:
            self._chosen = profiles.choose(options.profile_name, profiles.available())
        except SmsgwError as error:
            self._no_profile, self._chosen = error, profiles.Profile("")
        return Values(self._given, overrides(options.overrides or ()), self._chosen)

    def setting(self, name: str) -> Any:
        """A setting from the command line, the environment, the profile, or its default.

        Raises Usage if it is invalid.
        """
        return self.values.of(name).value

    @property
    def key(self) -> str:
        """What the records of sends and imports are stored under; empty without a profile."""
        return self.values.profile.key

    def give(self, name: str, value: Any) -> None:
        """Set a setting as its option does, before it is used."""
        self._given[name] = value

    def patience(self, default: float) -> float:
        """The seconds to wait in all: --timeout, which then limits no single request.

        To be asked before any request. Raises Usage if it is invalid.
        """
        from smsgw_cli.config.settings import checked

        self.give("timeout", None)
        given = self.options.timeout
        return default if given is None else float(checked("timeout", given, "--timeout"))

    def renamed(self, old: str, new: str) -> None:
        """Say on a terminal what replaces a word of 0.1.0; a script is not disturbed."""
        if sys.stderr.isatty() and not self.options.quiet:
            self.warn(f"note: {old} is now {new}")

    @cached_property
    def api(self) -> "Client":
        """The client of the profile's server; starts the embedded gateway if needed."""
        return self.closing(self._connector.client())

    @property
    def now(self) -> datetime:
        """The time by our clock, corrected by the server's if it has answered; asks nothing."""
        api: Client | None = self.__dict__.get("api")
        return api.now if api else datetime.now(UTC)

    @property
    def exit_code(self) -> int:
        """The exit code without a failure: the result of a plug-in, which --help does not have."""
        if not self.is_plugin:
            return 0
        return NO_RESULT if self.result is None else self.result

    def worker(self) -> "Worker":
        """A client for an engine thread."""
        return self.closing(self._connector.worker())

    @cached_property
    def out(self) -> "Printer":
        """The printer for the format set on the command line or in the profile."""
        from smsgw_cli.output.printer import Printer

        options = self.options
        return Printer(
            self.format,
            columns=_split(options.columns),
            query=options.query,
            quiet=bool(options.quiet),
            show_secrets=bool(options.show_secrets),
            now=lambda: self.now,
        )

    @property
    def format(self) -> str | None:
        """The selected output format. Raises Usage if it is invalid."""
        output: str | None = self.setting("output")
        if not self.options.excel:
            return output
        self.renamed("--excel", "-o excel")
        if output not in (None, "csv"):
            raise Usage(f"--excel requires CSV, not {output}", hint="-o excel")
        return "excel"

    def warn(self, message: str, *, wraps: bool = True) -> None:
        """Print a line on stderr, even with --quiet, with the token masked."""
        from smsgw_cli.output.printer import print_note

        print_note(redact.text(message, self._token), wraps=wraps)

    def _warn_lines(self, text: str) -> None:
        for line in text.splitlines():
            self.warn(line, wraps=False)

    @property
    def can_ask(self) -> bool:
        """Whether there is a terminal for prompts, and the setting no_input allows them."""
        return has_terminal() and not self.setting("no_input")

    @property
    def why_not_asked(self) -> str:
        """Why there are no prompts, where `can_ask` is false: `without a terminal`."""
        return "with no_input" if has_terminal() else "without a terminal"

    def confirm(self, question: str) -> None:
        """Ask for confirmation, unless --yes is set.

        Raises Usage without a terminal, SmsgwError if the answer is no.
        """
        if self.options.yes:
            return
        if not self.can_ask:
            raise Usage(
                f"cannot ask for confirmation {self.why_not_asked}: {question}",
                hint="use --yes to confirm",
            )
        from smsgw_cli.output.cells import visible
        from smsgw_cli.output.printer import wrapped

        if not confirmed("\n".join(wrapped(visible(question)))):
            raise SmsgwError("cancelled; nothing was done")

    def confirm_on_server(self, question: str) -> None:
        """The same for what changes something there; names it. Raises as `confirm` does."""
        profile = self.profile
        named = profile.server if profile.is_environment else f"profile {profile.name}"
        self.confirm(f"{question} ({named})")

    def embedded(self, db: Path | None = None) -> "Embedded":
        """The embedded gateway with a database file, by default that of the profile `sandbox`."""
        try:
            from smsgw_cli.api.embedded import Embedded
        except ModuleNotFoundError as error:
            raise SmsgwError(
                f"the sandbox needs the package {error.name}",
                hint="install it with: pip install 'smsgw-cli[sandbox]'",
            ) from error
        return Embedded(db)

    def closing(self, part: Closable) -> Closable:
        """Close an object with the session; returns the object."""
        self._closing.callback(part.close)
        return part

    def close(self) -> None:
        """Close connections and files, and stop the embedded gateway."""
        self._closing.close()

    @cached_property
    def _connector(self) -> "Connector":
        from smsgw_cli.api.connector import READERS, Connector, Hooks

        profile, self._token = self._server_and_token()
        hooks = Hooks(self._check, self.out.note, self._trace)
        readers = self.setting("workers") or READERS
        return Connector(profile, self._token, hooks, readers=readers)

    @property
    def _trace(self) -> Callable[[str], None] | None:
        """Shows each request and response: on stderr with -v, in the file of log_file."""
        on_stderr = bool(self.options.verbose or self.options.debug)
        path = self.setting("log_file")
        if not path:
            return self._warn_lines if on_stderr else None
        from smsgw_cli.config.paths import user_path
        from smsgw_cli.storage.log_file import LogFile

        log = self.closing(LogFile(user_path(path), self.warn))

        def trace(text: str) -> None:
            if on_stderr:
                self._warn_lines(text)
            log.write(redact.text(text, self._token))

        return trace

    def _check(self, client: "Client", request: "Outgoing") -> None:
        if self.guard is not None:
            self.guard(client, request)
        self.has_changed |= request.is_change

    def _server_and_token(self) -> tuple["Profile", str]:
        profile = self.profile
        if profile.is_sandbox:
            return self._start_sandbox(profile)
        from smsgw_cli.config import address, token_command

        if address.is_exposed(profile.server):
            self.out.note(f"warning: the token is sent to {profile.server} unencrypted; use https")
        return profile, token_command.token_of(profile)

    def _start_sandbox(self, profile: "Profile") -> tuple["Profile", str]:
        gateway = self._closing.enter_context(self.embedded().running())
        self.out.note("sandbox: simulated gateway on this machine; nothing is really sent")
        return profile._replace(server=gateway.url), gateway.token


def _split(columns: str | None) -> list[str] | None:
    return [each.strip() for each in columns.split(",") if each.strip()] if columns else None
