"""`profiles add` and `profiles update`: settings as KEY=VALUE, the token from elsewhere."""

import re
import sys
from collections.abc import Iterable
from contextlib import closing
from typing import Any, NamedTuple

import typer

from smsgw_cli.cli import arguments
from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.config import editor, profiles
from smsgw_cli.config.address import is_exposed
from smsgw_cli.config.file import Document
from smsgw_cli.config.paths import config_path, user_path
from smsgw_cli.config.profile_table import changed
from smsgw_cli.config.profiles import SANDBOX
from smsgw_cli.config.settings import CONNECTION, RENAMED, checked, named, stored
from smsgw_cli.errors import Auth, NotFound, SmsgwError, Usage

PROBE_SECONDS = 5.0
FILES = ("ca_bundle", "log_file", "suppression_list")
NAME = "name"  # not a setting: `name=` renames the profile
OLD_NAMES = {new: old for old, new in RENAMED.items()}

Changes = dict[str, Any]
"""Values by key as stored in the file; None removes one."""


class ProfileRequest(NamedTuple):
    """The profile and its settings, as typed, and where the token is from. Raises Usage."""

    name: str
    server: str | None = None
    settings: tuple[str, ...] = ()
    ask_token: bool = False
    token_stdin: bool = False

    @property
    def pairs(self) -> dict[str, str]:
        """The settings by name; an empty text removes one. Raises Usage for an unknown one."""
        return dict(_pair(each) for each in self.settings)


def add_profile(session: Session, **given: Any) -> None:
    """Add a profile. Raises Usage, Auth."""
    _refuse_overrides(session)
    request = _with_server(typed(ProfileRequest, given))
    _refuse_name(request.name)
    config = profiles.load()
    if request.name in config.profiles:
        raise _exists(request.name)
    pairs = request.pairs
    changes = _changes(session, pairs)
    if changes.get("server") is None:
        raise Usage("no server given", hint=f"smsgw profiles add {request.name} SERVER")
    from_elsewhere = request.token_stdin or pairs.get("token_command")
    changes |= _token(session, request._replace(ask_token=not from_elsewhere), pairs)

    def edit(document: Document) -> None:
        tables = document.setdefault("profiles", {})
        if request.name in tables:
            raise _exists(request.name)
        tables[request.name] = changed({}, changes)
        document.setdefault("default", request.name)

    save(session, request.name, "added", edit)
    _note_address(session, pairs["server"], changes["server"])
    if session.options.dry_run:
        return
    if config.default is None:
        session.out.note(f"note: {request.name} is now the default profile")
    if sys.stderr.isatty():
        _probe(session, request.name)


def update_profile(session: Session, **given: Any) -> None:
    """Change the given settings of a profile. Raises Usage, Auth, NotFound."""
    _refuse_overrides(session)
    request = typed(ProfileRequest, given)
    pairs = request.pairs
    new_name = pairs.pop(NAME, request.name)
    if new_name != request.name:
        _refuse_name(new_name)
    if request.name != SANDBOX:
        profiles.find(request.name, profiles.load())
    changes = _changes(session, pairs) | _token(session, request, pairs)
    if not changes and new_name == request.name:
        raise Usage("nothing to update", hint="use KEY=VALUE, or --ask-token")
    _refuse_connection_of_sandbox(request.name, changes, new_name)

    def edit(document: Document) -> None:
        tables = document.setdefault("profiles", {})
        if request.name not in tables and request.name != SANDBOX:
            raise NotFound(f"the profile {request.name!r} was removed by another process")
        if new_name != request.name:
            _rename(document, request.name, new_name)
        tables[new_name] = changed(tables.get(new_name, {}), changes)

    save(session, new_name, "updated", edit)


def _note_address(session: Session, typed: str, stored: str) -> None:
    """Say what an address was taken for, and that it is not encrypted."""
    if stored.partition("://")[2] != typed.strip().rstrip("/").rpartition("//")[2]:
        session.out.note(f"note: the server is {stored}")
    if is_exposed(stored):
        session.out.note(f"warning: {stored} is not encrypted, so others can read the token")


def _refuse_overrides(session: Session) -> None:
    """Raise Usage for --set, which holds for one command and would not be stored."""
    if session.options.overrides:
        raise Usage("--set is not stored in a profile", hint="use KEY=VALUE without --set")


def save(session: Session, name: str, result: str, edit: Any) -> None:
    """Change config.toml, or with --dry-run show what would be done, and print the result."""
    path = config_path()
    if session.options.dry_run:
        session.out.json({"file": str(path), "profile": name, "would_be": result})
        return
    editor.change(path, edit)
    session.out.record({"id": name, "result": result})


def _with_server(request: ProfileRequest) -> ProfileRequest:
    """The request with `server=` in its settings; the argument may be a setting after --server."""
    if request.server is None:
        return request
    is_setting = "=" in request.server and not request.server.lower().startswith("http")
    text = request.server if is_setting else f"server={request.server}"
    return request._replace(settings=(text, *request.settings))


def _pair(text: str) -> tuple[str, str]:
    key, value = arguments.pair("a setting", text)
    if key == NAME:
        return key, value
    setting = named(key)
    if setting.name == "server" and not value.strip():
        raise Usage("a profile needs a server", hint="remove it with 'smsgw profiles remove'")
    if setting.name == "token":
        raise Usage(
            "token= is not accepted: other users could see it in the process list",
            hint="use --token-stdin, token_command=COMMAND, or the prompt",
        )
    return setting.name, value


def _changes(session: Session, pairs: dict[str, str]) -> Changes:
    """The settings in the form stored in the file; --timeout and --retries are stored too."""
    options = session.options
    texts = {key: text for key, text in pairs.items() if key not in (NAME, "token_command")}
    texts |= {"timeout": str(options.timeout)} if options.timeout is not None else {}
    texts |= {"retries": str(options.retries)} if options.retries is not None else {}
    found = {key: _stored(key, text) if text else None for key, text in texts.items()}
    # The old name of a setting must not contradict the new one.
    return found | {OLD_NAMES[key]: None for key in found if key in OLD_NAMES}


def _stored(key: str, text: str) -> Any:
    """The value for the file; a path is absolute, as cron starts in another folder."""
    if key not in FILES:
        return stored(key, text)
    path = user_path(text).absolute()
    if key == "ca_bundle" and not path.is_file():
        raise Usage(f"file {path} not found")
    return str(path)


def _token(session: Session, request: ProfileRequest, pairs: dict[str, str]) -> Changes:
    """The new token setting: a token or a command. Empty for no change."""
    command = pairs.get("token_command")
    if sum((request.ask_token, request.token_stdin, bool(command))) > 1:
        raise Usage("only one token source can be used", hint="use one of the token options")
    if command:
        return {"token": None, "token_command": checked("token_command", command)}
    if not (request.ask_token or request.token_stdin):
        return {} if command is None else {"token_command": None}
    text = sys.stdin.readline() if request.token_stdin else _prompt_token(session)
    if not text.strip():
        raise Auth("no token given")
    return {"token": checked("token", text), "token_command": None}


def _prompt_token(session: Session) -> str:
    """The token from a hidden prompt. Raises Usage without a terminal, or with no_input."""
    if not session.can_ask:
        raise Usage(
            f"cannot ask for the token {session.why_not_asked}",
            hint="use --token-stdin or token_command=COMMAND",
        )
    return str(typer.prompt("Token", hide_input=True, err=True))


def _probe(session: Session, name: str) -> None:
    """Say what one request to the new profile's server found; it is saved in any case."""
    profile = profiles.find(name, profiles.load())
    with closing(Session()) as probe:
        probe.profile = profile._replace(timeout=PROBE_SECONDS, retries=0)
        try:
            devices = probe.api.count("devices")
        except SmsgwError as error:
            session.warn(f"warning: the profile is saved, but {error.message}")
            return
    session.out.note(f"note: {profile.server} accepts the token; it has {devices} devices")


def _rename(document: Document, old: str, new: str) -> None:
    tables = document["profiles"]
    if new in tables:
        raise _exists(new)
    tables[new] = tables.pop(old)
    if document.get("default") == old:
        document["default"] = new


def _exists(name: str) -> Usage:
    return Usage(
        f"profile {name!r} already exists", hint=f"change it with 'smsgw profiles update {name}'"
    )


def _refuse_name(name: str) -> None:
    if name == SANDBOX:
        raise Usage(f"the profile {SANDBOX} always exists", hint="choose another name")
    if not re.fullmatch(profiles.NAME, name):
        raise Usage(
            f"invalid profile name {name!r}",
            hint="use up to 64 letters, digits, dots, dashes and underscores",
        )


def _refuse_connection_of_sandbox(name: str, changes: Iterable[str], new_name: str) -> None:
    if name == SANDBOX and (set(changes) & set(CONNECTION) - {"send_method"} or new_name != name):
        raise Usage(f"the profile {SANDBOX} is the embedded gateway; it has its own token")
