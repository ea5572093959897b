"""The program: finds the command, and turns every failure into a line and an exit code."""

import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from smsgw_cli import __version__
from smsgw_cli.cli.fast_help import BROKEN_PIPE
from smsgw_cli.cli.groups import Group, show_help, with_options
from smsgw_cli.cli.session import Session
from smsgw_cli.commands import COMMANDS, load, send_guard
from smsgw_cli.errors import Interrupted, SmsgwError, Usage
from smsgw_cli.output.streams import ReaderGone, WriteFailed


class Placeholders(Mapping[str, Any]):
    """All commands by name, each with its line of help and no more, made when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        return TyperGroup(name=name, help=COMMANDS[name], rich_markup_mode=None)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Root(TyperGroup):
    """All commands by name; a command's module is imported when it is called, not before."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = Placeholders()

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = found = super().resolve_command(ctx, args)
        return found if name not in COMMANDS else (name, load(name), rest)

    def main(self, args: Any = None, *rest: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        session = Session()
        session.guard = send_guard(session)
        code = self._run(given, session, **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, args: list[str], session: Session, **extra: Any) -> int:
        """Run a command line to its end, all output and closing included: its exit code."""
        try:
            with closing(session):
                result = super().main(args, standalone_mode=False, obj=session, **extra)
                if result == Interrupted.exit_code:
                    raise Interrupted("interrupted")
                sys.stdout.flush()
        except Exception as error:
            return _fail(error, args, session)
        return result if isinstance(result, int) else 0


def _fail(error: Exception, args: list[str], session: Session) -> int:
    """Show a failure, after what was printed before it: its exit code."""
    with suppress(WriteFailed):
        sys.stdout.flush()
    if isinstance(error, ReaderGone):
        return BROKEN_PIPE
    if session.options.debug or "--debug" in args:
        session.warn("".join(traceback.format_exception(error)))
    failure = as_failure(error)
    show(failure, session, as_json=session.options.wants_json or _asks_for_json(args))
    return failure.exit_code


def as_failure(error: Exception) -> SmsgwError:
    """Any exception as one of our errors."""
    if isinstance(error, SmsgwError):
        return error
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, typer.Abort):
        return Interrupted("stopped; nothing more was done")
    if isinstance(error, WriteFailed):
        return SmsgwError(f"cannot write the output: {error}")
    if isinstance(error, OSError):
        return SmsgwError(f"{error.strerror or error}{_file(error)}")
    return SmsgwError(
        f"a mistake in smsgw itself: {type(error).__name__}",
        hint="--debug shows where; please report it",
    )


def _usage(error: typer.TyperException) -> SmsgwError:
    """A command line that Typer refused."""
    context = getattr(error, "ctx", None)
    hint = f"'{context.command_path} --help' shows how it is used" if context else None
    message = error.format_message()
    return Usage(message[:1].lower() + message[1:].rstrip("."), hint=hint)


def _file(error: OSError) -> str:
    return f": {error.filename}" if error.filename else ""


def _asks_for_json(args: list[str]) -> bool:
    """Whether a command line that could not be parsed asks for JSON, as far as one can see."""
    asked = [value for option, value in pairwise(args) if option in ("-o", "--output")]
    asked += [arg.removeprefix("--output=").removeprefix("-o") for arg in args if arg[:2] == "-o"]
    asked += [arg.removeprefix("--output=") for arg in args if arg.startswith("--output=")]
    return bool({"json", "ndjson"} & {*asked, os.environ.get("SMSGW_OUTPUT", "")})


def show(error: SmsgwError, session: Session, *, as_json: bool) -> None:
    """Print a failure on stderr, as JSON if JSON was asked for."""
    if as_json:
        session.warn(json.dumps({"error": error.as_dict()}))
        return
    session.warn(f"error: {error.message}")
    for field, messages in (error.errors or {}).items():
        session.warn(f"  {field}: {' '.join(messages)}")
    if error.hint:
        session.warn(f"hint: {error.hint}")


def _version_or_help(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("-V", "--version", help="Show the version and exit", show_default=False)
    ] = False,
) -> None:
    if version:
        typer.echo(f"smsgw {__version__}")
        raise typer.Exit
    show_help(ctx)


def _build() -> Group:
    root = Group("Administer an SMS gateway: send messages, look after contacts and phones.")
    root.info.cls = Root
    root.callback()(with_options(_version_or_help, envvars=True))
    return root


app = _build()


def main() -> None:
    """The entry point of the command `smsgw`."""
    # SIGTERM ends a command as Ctrl-C does: it says what was done and how to resume. A lost
    # terminal does too, unless nohup has it ignored.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    app(prog_name="smsgw")
