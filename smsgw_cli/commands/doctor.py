"""`doctor`: checks configuration and server, with hints for fixing problems."""

import os
import platform
import shlex
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from smsgw_cli import __version__
from smsgw_cli.cli.completion.install import installed
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._suppression_lists import covered, suppression_lists
from smsgw_cli.config import profiles, token_command
from smsgw_cli.config.balance_rules import rules_of
from smsgw_cli.config.paths import config_path, state_folder
from smsgw_cli.config.settings import SETTINGS, as_text
from smsgw_cli.config.values import unknown_variables
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.sms.zones import named, of_this_machine
from smsgw_cli.wording import nearest, pluralize

OTHERS = {stat.S_IRGRP | stat.S_IROTH: "read", stat.S_IWGRP | stat.S_IWOTH: "change"}
LARGEST_SKEW = 30.0  # seconds; a larger one would shift times such as "+2h" and --after

app = Commands()


@app.command("doctor", epilog="smsgw -p sandbox doctor")
def doctor(session: Session) -> None:
    """Check configuration, token, server and clock; exit with the first failure's code."""
    errors: dict[str, SmsgwError] = {}
    session.out.rows(_checked(session, errors), ("check", "result", "detail"))
    for name in unknown_variables():
        close = nearest(name, (each.variable for each in SETTINGS.values()))
        meant = f"; did you mean {close}?" if close else ""
        session.out.note(f"note: {name} is not a setting{meant}")
    if errors:
        first = next(iter(errors.values()))
        raise type(first)(f"{pluralize(len(errors), 'check')} failed: {', '.join(errors)}")


def _checked(session: Session, errors: dict[str, SmsgwError]) -> Iterator[dict[str, Any]]:
    """The results of the checks, whose errors are added; those that need a failed one are
    skipped."""
    for name, check in CHECKS.items():
        try:
            yield {"check": name, "result": "ok", "detail": check(session)}
        except SmsgwError as error:
            errors[name] = error
            hint = f" ({error.hint})" if error.hint else ""
            yield {"check": name, "result": "failed", "detail": f"{error.message}{hint}"}
            if name in NEEDED:
                return


def _versions(_: Session) -> str:
    """What a bug report needs: of the program, of Python, of the system and of libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    system = f"{platform.system()} {platform.release()}"
    return f"smsgw {__version__}, Python {platform.python_version()}, {system}; {libraries}"


def _configuration(session: Session) -> str:
    name = session.profile.name
    rules_of(profiles.available().balance)
    return f"profile {name}; {_config_file()}"


def _config_file() -> str:
    try:
        path = config_path()
        is_there = path.exists()
    except (SmsgwError, OSError) as error:
        # The environment has a server, or there would be no profile.
        return f"no file: {error}"
    return str(path) if is_there else f"no file at {path}"


def _permissions(_: Session) -> str:
    """Who can read config.toml. Raises SmsgwError if others can read or change it."""
    try:
        path = config_path()
        mode = path.stat().st_mode
    except (SmsgwError, OSError):
        return "no file"
    others = [what for bits, what in OTHERS.items() if mode & bits and os.name == "posix"]
    if others:
        raise SmsgwError(
            f"other users can {' and '.join(others)} {path}, which may contain tokens",
            hint=f"chmod 600 {shlex.quote(str(path))}",
        )
    return f"{path} is private"


def _state(_: Session) -> str:
    """The folder of the records. Raises SmsgwError if sends and imports cannot be recorded."""
    folder = state_folder()
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    files = (each for each in folder.rglob("*.db") if each.is_file())
    for path in (existing, *files):
        if not os.access(path, os.R_OK | os.W_OK) or (path == existing and not path.is_dir()):
            raise SmsgwError(
                f"{path} cannot be written, so nothing can be sent or imported",
                hint="check its permissions, or set XDG_STATE_HOME to another folder",
            )
    return str(folder)


def _do_not_contact(session: Session) -> str:
    lists = suppression_lists(session)
    bool(lists)  # raises SmsgwError if one cannot be used
    return covered(lists)


def _settings(session: Session) -> str:
    """Every setting that is not a default, with where it comes from."""
    found = (
        f"{name}={_shown(name, value)} ({source})" for name, (value, source) in session.values.all()
    )
    return ", ".join(found) or "all are defaults"


def _shown(name: str, value: object) -> str:
    if name in ("token", "token_command"):
        return "…"
    return as_text(value)


def _token(session: Session) -> str:
    if session.profile.is_sandbox:
        return "built in"
    token_command.token_of(session.profile)
    source = "a command" if session.profile.token_command else session.profile.token_source
    return f"from {source}"


def _server(session: Session) -> str:
    session.api.count("devices")
    return f"{session.api.server} responds and accepts the token"


def _tls(session: Session) -> str:
    return str(session.api.tls or "not used (plain http)")


def _latency(session: Session) -> str:
    started = time.monotonic()
    session.api.count("devices")
    return f"{(time.monotonic() - started) * 1000:.0f} ms per request on an open connection"


def _clock(session: Session) -> str:
    header = session.api.last.headers.get("Date") if session.api.last else None
    if not header:
        return "the server sends no Date header"
    clock = session.api.clock
    if clock is None:
        raise SmsgwError(f"invalid Date header: {header!r}")
    skew = (datetime.now(UTC) - clock).total_seconds()
    if abs(skew) > LARGEST_SKEW:
        raise SmsgwError(
            f"the local clock and the server's differ by {skew:.0f} s", hint="set the clock"
        )
    return f"within {LARGEST_SKEW:.0f} s of the server's"


def _time_zone(session: Session) -> str:
    """The zone of times that are typed. One without a name, as TZ=CET-1, does for most."""
    try:
        name = session.setting("timezone") or of_this_machine()
    except Usage as error:
        return f"{error.message}; {error.hint} for hours, days and repetitions"
    now = datetime.now(named(name))
    return f"{name} (now {now:%H:%M}, UTC{now:%z})"


def _rate_limit(session: Session) -> str:
    headers = session.api.last.headers if session.api.last else {}
    limit, left = headers.get("X-RateLimit-Limit"), headers.get("X-RateLimit-Remaining")
    return f"{limit} requests a minute, {left} left" if limit else "the server sends no limit"


def _completion(_: Session) -> str:
    """The shells with an installed completion; never fails the doctor."""
    try:
        found = [f"{shell} ({path})" for shell, path in installed()]
    except (SmsgwError, OSError, RuntimeError):
        found = []
    return ", ".join(found) or "not installed; see 'smsgw completion --help'"


NEEDED = ("configuration", "token", "server")
LIBRARIES = ("httpx", "rich", "typer", "phonenumbers")
CHECKS: dict[str, Callable[[Session], str]] = {
    "versions": _versions,
    "configuration": _configuration,
    "settings": _settings,
    "permissions": _permissions,
    "time zone": _time_zone,
    "records": _state,
    "do not contact": _do_not_contact,
    "token": _token,
    "server": _server,
    "TLS": _tls,
    "latency": _latency,
    "clock": _clock,
    "rate limit": _rate_limit,
    "completion": _completion,
}
