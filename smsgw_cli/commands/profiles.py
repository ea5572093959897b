"""Profiles: servers, their tokens and settings."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from smsgw_cli.cli.completion.hints import PROFILE
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.config import editor, profiles
from smsgw_cli.config.file import Document
from smsgw_cli.config.paths import config_path
from smsgw_cli.config.profiles import SANDBOX, Profile
from smsgw_cli.config.settings import checked
from smsgw_cli.errors import Auth, NotFound, Usage
from smsgw_cli.output import FORMATS

app = Group("Manage profiles (servers and their tokens).")

COLUMNS = ("name", "default", "server", "token_from", "output", "region")
_Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the profile", show_default=False), PROFILE
]
NAME_FIELD = Field("name", "Name of the profile", required=True, argument=True)
SERVER = Field("server", "Address of the gateway, in any form")
TOKEN_AND_SETTINGS = (
    Field("ask_token", "Ask for the token at a hidden prompt", bool, "--ask-token"),
    Field("token_stdin", "Read the token from standard input", bool, "--token-stdin"),
    Field("token_command", "Command that prints the token, such as 'pass show sms'"),
    Field("send_method", "Use only this HTTP method to send", choices=("post", "get")),
    Field("region", "Country of numbers without a +, such as US"),
    Field("rate_limit", "Maximum request rate, such as 600/min"),
    Field("default_output", "Default output format", choices=FORMATS),
    Field("ca_bundle", "File of CA certificates to trust, for a self-signed server", file=True),
)
SETTINGS = ("server", "send_method", "region", "rate_limit", "ca_bundle")
UNSETTABLE = ("send_method", "region", "timeout", "retries", "rate_limit", "output", "ca_bundle")
UNSET = Field("unset", "Remove this setting; repeatable", many=True, choices=UNSETTABLE)


@app.command("list", epilog="smsgw profiles list")
def list_profiles(session: Session) -> None:
    """List all profiles."""
    config = profiles.load()
    all_profiles = {SANDBOX: Profile(SANDBOX), **config.profiles}
    session.out.rows([_shown(each, config) for each in all_profiles.values()], COLUMNS)


@app.command("show", epilog="smsgw profiles show sandbox")
def show_profile(session: Session, name: _Name) -> None:
    """Show one profile, without its token."""
    config = profiles.load()
    session.out.record(_shown(_existing(name, config), config))


def add_profile(session: Session, name: str, **given: Any) -> None:
    """Add a profile; `given` are the values of its options. Raises Usage, Auth."""
    _refuse_name(name)
    config = profiles.load()
    if name in config.profiles:
        raise _exists(name)
    elsewhere = given["token_stdin"] or given["token_command"]
    table = _settings(session, given) | _token(given, ask=not elsewhere)

    def edit(document: Document) -> None:
        tables = document.setdefault("profiles", {})
        if name in tables:
            raise _exists(name)
        tables[name] = _changed({}, table)
        document.setdefault("default", name)

    _save(session, name, "added", edit)
    if config.default is None and not session.options.dry_run:
        session.out.note(f"note: {name} is now the default profile")


def update_profile(session: Session, name: str, **given: Any) -> None:
    """Change the given settings of a profile. Raises Usage, Auth, NotFound."""
    changes: dict[str, Any] = dict.fromkeys(given["unset"] or ())
    changes |= _settings(session, given)
    if name != SANDBOX:
        profiles.find(name, profiles.load())
    changes |= _token(given, ask=bool(given["ask_token"]))
    if not changes:
        raise Usage("nothing to update", hint="see 'smsgw profiles update --help'")
    if name == SANDBOX and changes.keys() & {"server", "token", "token_command", "ca_bundle"}:
        raise Usage(f"the profile {SANDBOX} is the embedded gateway; it has its own token")

    def edit(document: Document) -> None:
        tables = document.setdefault("profiles", {})
        if name not in tables and name != SANDBOX:
            raise NotFound(f"the profile {name!r} was removed by another process")
        tables[name] = _changed(tables.get(name, {}), changes)

    _save(session, name, "updated", edit)


register(
    app,
    "add",
    "Add a profile. The token is read from a hidden prompt unless another source is given. "
    "--timeout and --retries are stored in the profile.",
    (NAME_FIELD, SERVER._replace(required=True), *TOKEN_AND_SETTINGS),
    add_profile,
    epilog="""
    smsgw profiles add work --server https://sms.example.com
    smsgw profiles add work --server https://sms.example.com --token-command 'pass show sms'
    """,
)
register(
    app,
    "update",
    "Update settings of a profile. --timeout and --retries are stored in the profile.",
    (NAME_FIELD, SERVER, *TOKEN_AND_SETTINGS, UNSET),
    update_profile,
    epilog="smsgw profiles update sandbox --region US",
)


@app.command("use", epilog="smsgw profiles use work")
def use_profile(session: Session, name: _Name) -> None:
    """Set the default profile."""
    _existing(name, profiles.load())
    _save(session, name, "default", lambda document: document.update(default=name))


@app.command("remove", epilog="smsgw profiles remove work --yes")
def remove_profile(session: Session, name: _Name) -> None:
    """Remove a profile and its token."""
    config = profiles.load()
    profiles.find(name, config)
    if not session.options.dry_run:
        session.confirm(f"Remove the profile {name} and its token?")

    def edit(document: Document) -> None:
        document.get("profiles", {}).pop(name, None)
        if document.get("default") == name:
            del document["default"]

    _save(session, name, "removed", edit)
    if config.default == name and not session.options.dry_run:
        session.out.note(
            "note: there is no default profile now; set one with 'smsgw profiles use NAME'"
        )


@app.command("test", epilog="smsgw profiles test sandbox")
def test_profile(
    session: Session,
    name: Annotated[
        str | None,
        typer.Argument(help="Profile to test [default: the current one]", show_default=False),
        PROFILE,
    ] = None,
) -> None:
    """Test the server and the token with one small request."""
    session.options.profile_name = name or session.options.profile_name
    devices = session.api.count("devices")
    response = session.api.last
    session.out.record(
        {
            "profile": session.profile.name,
            "server": session.api.server,
            "token_from": session.profile.token_source,
            "answered_by": response.headers.get("Server") if response else None,
            "devices": devices,
            "result": "ok",
        }
    )


def _settings(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """The given settings, validated, in the form stored in the file."""
    named = {key: given[key] for key in SETTINGS if given.get(key) is not None}
    named |= {"output": given["default_output"]} if given["default_output"] else {}
    named |= {"timeout": session.options.timeout} if session.options.timeout is not None else {}
    named |= {"retries": session.options.retries} if session.options.retries is not None else {}
    if "ca_bundle" in named:
        named["ca_bundle"] = _existing_file(named["ca_bundle"])
    return {key: checked(key, value) for key, value in named.items()}


def _existing_file(name: str) -> str:
    """The absolute path of the file, as cron starts in another folder."""
    path = Path(os.path.expanduser(name)).absolute()  # noqa: PTH111  # unlike Path.expanduser, it never raises
    if not path.is_file():
        raise Usage(f"file {path} not found")
    return str(path)


def _changed(table: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**table, **changes}.items() if value is not None}


def _token(given: dict[str, Any], *, ask: bool) -> dict[str, Any]:
    """The new token setting: a token or a command. Empty for no change."""
    stdin, command = given["token_stdin"], given["token_command"]
    if sum((ask, bool(stdin), command is not None)) > 1:
        raise Usage("only one token source can be used", hint="use one of the token options")
    if command is not None:
        return {"token": None, "token_command": checked("token_command", command)}
    if not (ask or stdin):
        return {}
    text = sys.stdin.readline() if stdin else _prompt_token()
    if not text.strip():
        raise Auth("no token given")
    return {"token": checked("token", text), "token_command": None}


def _prompt_token() -> str:
    """The token from a hidden prompt. Raises Usage without a terminal."""
    if not sys.stdin.isatty():
        raise Usage(
            "cannot ask for the token without a terminal",
            hint="use --token-stdin or --token-command",
        )
    return str(typer.prompt("Token", hide_input=True, err=True))


def _exists(name: str) -> Usage:
    return Usage(
        f"profile {name!r} already exists", hint=f"change it with 'smsgw profiles update {name}'"
    )


def _refuse_name(name: str) -> None:
    if name == SANDBOX:
        raise Usage(f"the profile {SANDBOX} always exists", hint="choose another name")
    if not profiles.NAME.fullmatch(name):
        raise Usage(
            f"invalid profile name {name!r}",
            hint="use up to 64 letters, digits, dots, dashes and underscores",
        )


def _existing(name: str, config: profiles.Config) -> Profile:
    if name == SANDBOX:
        return config.profiles.get(SANDBOX, Profile(SANDBOX))
    return profiles.find(name, config)


def _save(session: Session, name: str, result: str, edit: Any) -> None:
    path = config_path()
    if session.options.dry_run:
        session.out.json({"file": str(path), "profile": name, "would_be": result})
        return
    editor.change(path, edit)
    session.out.record({"id": name, "result": result})


def _shown(profile: Profile, config: profiles.Config) -> dict[str, Any]:
    """A profile as data, with the source of its token in place of the token."""
    source = "file" if profile.token else "command" if profile.token_command else None
    return {
        "name": profile.name,
        "default": profile.name == config.default,
        "server": profile.server or "embedded",
        "token_from": "itself" if profile.is_sandbox else source,
        "send_method": profile.send_method,
        "region": profile.region,
        "timeout": profile.timeout,
        "retries": profile.retries,
        "rate_limit": profile.rate_limit,
        "output": profile.output,
        "ca_bundle": profile.ca_bundle,
    }
