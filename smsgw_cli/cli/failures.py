"""Reports failures: as text or JSON on stderr, and as an exit code."""

import json
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import zip_longest
from typing import Any

import typer

from smsgw_cli.cli.command_word import NO_RESULT
from smsgw_cli.cli.fast_help import BROKEN_PIPE
from smsgw_cli.cli.session import Session
from smsgw_cli.engine import signals
from smsgw_cli.errors import Interrupted, QueryFailed, SmsgwError, Usage
from smsgw_cli.output.streams import ReaderGone, WriteFailed
from smsgw_cli.wording import suggestion

_OPTIONAL = re.compile(r"'\[(\w+)\]\W*'")  # an argument as a usage line shows it
OWN_WORDS = frozenset({"hint", "error", "note", "warning"})


def fail(error: BaseException, args: list[str], session: Session) -> int:
    """Flush the output, print a failure, and return its exit code."""
    with suppress(WriteFailed):
        sys.stdout.flush()
    if isinstance(error, ReaderGone):
        return NO_RESULT if session.is_plugin else BROKEN_PIPE
    if session.options.debug or "--debug" in args:
        for line in "".join(traceback.format_exception(error)).splitlines():
            session.warn(line, wraps=False)
    failure = _of_query(error, session) or _of_text(error, session) or as_failure(error, session)
    as_json = _format(args, session) in ("json", "ndjson")
    if session.is_plugin:
        return _fail_as_plugin(failure, error, as_json=as_json)
    show(failure, session, as_json=as_json)
    return 128 + signals.received() if isinstance(failure, Interrupted) else failure.exit_code


def as_failure(error: BaseException, session: Session) -> SmsgwError:
    """Any exception as one of our errors."""
    if isinstance(error, SmsgwError):
        return error
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, typer.Abort) or _is_of_ctrl_c(error):
        return session.interrupted()
    if isinstance(error, WriteFailed):
        return SmsgwError(f"cannot write the output: {error}")
    if isinstance(error, OSError):
        return SmsgwError(f"{error.strerror or error}{_file(error)}")
    return SmsgwError(
        f"internal error: {type(error).__name__}",
        hint="run it again with --debug for a traceback, and please report it",
    )


def _of_query(error: BaseException, session: Session) -> SmsgwError | None:
    """The error of a --query that cannot be applied: one of the command line, unless the command
    has changed something. Tells what was created, as nothing was printed."""
    if not isinstance(error, QueryFailed):
        return None
    if not session.has_changed:
        return Usage(error.message)
    data = error.data
    created = f", with the id {data['id']}" if isinstance(data, dict) and "id" in data else ""
    return SmsgwError(f"the change was made{created}, but {error.message}")


def _of_text(error: BaseException, session: Session) -> SmsgwError | None:
    """The error for a name or text that is not UTF-8, such as that of a file or terminal in
    Latin-1: it cannot be recorded, so it was found before anything was sent."""
    if not isinstance(error, UnicodeEncodeError) or session.has_changed:
        return None
    return Usage(f"{error.object[:100]!a} is not UTF-8 text", hint="write or name it in UTF-8")


def _is_of_ctrl_c(error: BaseException | None) -> bool:
    """Whether it was raised because Ctrl-C interrupted something that was not prepared for it,
    such as a lock of threading that is then released twice."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _usage(error: typer.TyperException) -> SmsgwError:
    """The error for a command line that Typer rejected."""
    context = getattr(error, "ctx", None)
    hint = f"see '{context.command_path} --help'" if context else None
    if context and hint and hasattr(error, "possibilities"):
        option = str(getattr(error, "option_name", ""))
        return Usage(f"no such option: {option}", hint=_meant(option, context, hint))
    message = _OPTIONAL.sub(r"'\1'", error.format_message())
    if context and hint and (unknown := re.match("No such command '(.*?)'", message)):
        meant = import_module("smsgw_cli.cli.command_meant").command_meant
        group = context.command_path.partition(" ")[2]
        return Usage(f"no such command {unknown[1]!r}", hint=meant(unknown[1], group, hint))
    if context and hint and "unexpected extra argument" in message:
        hint = f"{_options_instead(context.command)}{hint}"
    return Usage(message[:1].lower() + message[1:].rstrip("."), hint=hint)


def _options_instead(command: Any) -> str:
    """`use --to NUMBERS and -m TEXT; `: the first options of its first two sections, for a command
    that takes no arguments."""
    if any(each.param_type_name == "argument" for each in command.params):
        return ""
    firsts: dict[str, str] = {}
    for each in command.params:
        if section := getattr(each, "rich_help_panel", None):
            firsts.setdefault(section, f"{each.opts[0]} {each.metavar}")
    return f"use {' and '.join([*firsts.values()][:2])}; " if firsts else ""


def _meant(option: str, context: Any, otherwise: str) -> str:
    """A hint at the setting of this name, or else the nearest option. Typer's own suggestions
    include hidden options."""
    settings = import_module("smsgw_cli.config.settings")
    name = option.lstrip("-").replace("-", "_")
    if name in settings.SECRET:
        return f"set {settings.SETTINGS[name].variable}, or use a profile: smsgw profiles add NAME"
    if name in settings.SETTINGS:
        return f"use --set {name}={settings.SETTINGS[name].form}"
    visible = (each for each in context.command.get_params(context) if not each.hidden)
    flags = (flag for each in visible for flag in (*each.opts, *each.secondary_opts))
    return suggestion(option, [flag for flag in flags if flag.startswith("--")], otherwise)


def _file(error: OSError) -> str:
    return f": {error.filename}" if error.filename else ""


def _format(args: list[str], session: Session) -> str | None:
    """The selected format, also of a command line that could not be parsed; that of a profile is
    not for monitoring."""
    options = session.options
    options.output = options.output or _given(args, "-o", "--output")
    if options.output or session.is_plugin:
        return options.output
    options.profile_name = options.profile_name or _given(args, "-p", "--profile")
    try:
        output: str | None = session.setting("output")
        return output
    except (SmsgwError, OSError):  # perhaps the failure itself: an unreadable config.toml
        return None


def _given(args: list[str], short: str, long: str) -> str | None:
    """The last value of an option."""
    found = None
    for arg, following in zip_longest(args, args[1:]):
        if arg in (short, long):
            found = following
        elif arg.startswith(f"{long}="):
            found = arg.removeprefix(f"{long}=")
        elif arg.startswith(short):
            found = arg.removeprefix(short)
    return found


def _field(name: str) -> str:
    """A field of the server, in quotes if it could be taken for a word of ours."""
    return repr(name) if name.strip().casefold() in OWN_WORDS else name


def show(error: SmsgwError, session: Session, *, as_json: bool) -> None:
    """Print a failure on stderr, as JSON if JSON was asked for."""
    if as_json:
        session.warn(json.dumps({"error": error.as_dict()}), wraps=False)
        return
    session.warn(f"error: {error.message}")
    for line in _details(error):
        session.warn(line)


def _details(error: SmsgwError) -> Iterator[str]:
    """The lines below the message."""
    for field, messages in (error.errors or {}).items():
        text = " ".join(messages)
        # Laravel's message is the first of them, and names the field.
        if not (error.message.startswith(text) and field in text and len(error.errors or {}) == 1):
            yield f"  {_field(field)}: {text}"
    if error.hint:
        yield f"hint: {error.hint}"


def _fail_as_plugin(failure: SmsgwError, error: BaseException, *, as_json: bool) -> int:
    """Print a failure as the result of a plug-in, with the notes that its error has."""
    plugin = import_module("smsgw_cli.cli.plugin")
    notes = getattr(error, "__notes__", ())
    if isinstance(failure, Interrupted) and failure is not error:
        failure = Interrupted(plugin.stopped_by())
    with suppress(WriteFailed):
        if as_json:
            plugin.print_failure_as_json(failure, notes)
        else:
            plugin.print_failure(failure, _details(failure), notes)
    return NO_RESULT
