"""Profiles: servers, their tokens and settings."""

from typing import Any

from smsgw_cli.cli import old_words
from smsgw_cli.cli.completion.hints import PROFILE, PROFILE_SETTING
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.config import profiles, token_command
from smsgw_cli.config.profiles import SANDBOX, Profile
from smsgw_cli.config.settings import RENAMED, SETTINGS, as_text, as_written
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record
from smsgw_cli.output import FORMATS

app = Group("Manage profiles (servers, their tokens and settings).")

COLUMNS = ("name", "default", "server", "token_from", "output", "region")
MODULE = "smsgw_cli.commands._profile_edit"
ALWAYS_SHOWN = ("send_method", "region", "timeout", "retries", "rate", "output", "ca_bundle")

HIDDEN = ("token", "token_command")

NAME = Field("name", "Name of the profile", required=True, argument=True, hint=PROFILE)
CURRENT = NAME._replace(help="Name of the profile [default: the current one]", required=False)
KEY = Field("key", "Print only this setting", argument=True)
SERVER = Field("server", "Address of the gateway, in any form", argument=True)
VALUES = Field(
    "settings",
    "Settings, such as region=US; see 'smsgw help settings'",
    many=True,
    argument=True,
    metavar="KEY=VALUE",
    hint=PROFILE_SETTING,
)
ASK_TOKEN = Field("ask_token", "Ask for the token at a hidden prompt", bool, "--ask-token")
TOKEN_STDIN = Field("token_stdin", "Read the token from standard input", bool, "--token-stdin")


def _key_value(flag: str, key: str, **settings: Any) -> OldOption:
    """An option of 0.1.0 that is KEY=VALUE now."""

    def apply(_: Session, arguments: Record, value: Any) -> None:
        arguments["settings"] = [*(arguments["settings"] or ()), f"{key}={value}"]

    field = Field(f"old_{key}", "", flag=flag, **settings)
    return OldOption(field, apply, f"{key}={flag[2:].upper().replace('-', '_')}")


def _unset(_: Session, arguments: Record, keys: list[str]) -> None:
    arguments["settings"] = [*(arguments["settings"] or ()), *(f"{key}=" for key in keys)]


UNSETTABLE = ("send_method", "region", "timeout", "retries", "rate_limit", "output", "ca_bundle")
OLD = (
    _key_value("--server", "server"),
    _key_value("--token-command", "token_command"),
    _key_value("--send-method", "send_method", choices=("post", "get")),
    _key_value("--region", "region"),
    _key_value("--rate-limit", "rate"),
    _key_value("--default-output", "output", choices=FORMATS),
    _key_value("--ca-bundle", "ca_bundle", file=True),
)
UNSET = OldOption(
    Field("old_unset", "", many=True, flag="--unset", choices=UNSETTABLE), _unset, "KEY="
)


def list_profiles(session: Session) -> None:
    """Print all profiles, the embedded sandbox first."""
    config = profiles.load()
    every = {SANDBOX: Profile(SANDBOX), **config.profiles}
    session.out.rows([_shown(each, config) for each in every.values()], COLUMNS)


def get_profile(session: Session, name: str | None, key: str | None) -> None:
    """Print a profile, or one of its settings. Raises NotFound, and Usage for an unknown key."""
    config = profiles.load()
    profile = profiles.choose(name or session.options.profile_name, config)
    record = _shown(profile, config)
    if key is None:
        session.out.record(record)
    elif key in HIDDEN and not session.options.show_secrets:
        raise Usage(f"{key} is not shown", hint="add --show-secrets")
    else:
        _print_value(session, _value(profile, record, key))


def _value(profile: profiles.Profile, record: Record, key: str) -> Any:
    if key == "token":
        return token_command.token_of(profile)
    if key == "token_command":
        return profile.token_command
    if key not in record and key not in SETTINGS:
        raise Usage(f"unknown setting {key!r}", hint="see 'smsgw help settings'")
    return record[key] if key in record else as_written(SETTINGS[key].default)


def _print_value(session: Session, value: Any) -> None:
    if session.out.is_json:
        session.out.json(value)
    elif value is not None:
        session.out.line(as_text(value))


def use_profile(session: Session, name: str) -> None:
    """Set the default profile. Raises NotFound."""
    _existing(name, profiles.load())

    def edit(document: Record) -> None:
        document["default"] = name

    _save(session, name=name, result="default", edit=edit)


def remove_profile(session: Session, name: str) -> None:
    """Remove a profile and its token. Raises NotFound."""
    config = profiles.load()
    profiles.find(name, config)
    if not session.options.dry_run:
        session.confirm(f"Remove the profile {name} and its token?")

    def edit(document: Record) -> None:
        document.get("profiles", {}).pop(name, None)
        if document.get("default") == name:
            del document["default"]

    _save(session, name=name, result="removed", edit=edit)
    if config.default == name and not session.options.dry_run:
        session.out.note(
            "note: there is no default profile now; set one with 'smsgw profiles use NAME'"
        )


def test_profile(session: Session, name: str | None) -> None:
    """Make one small request. Raises the error of it."""
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


def _existing(name: str, config: profiles.Config) -> Profile:
    if name == SANDBOX:
        return config.profiles.get(SANDBOX, Profile(SANDBOX))
    return profiles.find(name, config)


_save = deferred(MODULE, "save")


def _shown(profile: Profile, config: profiles.Config) -> Record:
    """A profile as data, with the source of its token in place of the token."""
    source = "file" if profile.token else "command" if profile.token_command else None
    known = {**profile.settings, "send_method": profile.send_method, "ca_bundle": profile.ca_bundle}
    defaults = {name: SETTINGS[name].default for name in ALWAYS_SHOWN}
    values = {**defaults, **known}
    return {
        "name": profile.name,
        "default": profile.name == config.default,
        "server": profile.server or "embedded",
        "token_from": "itself" if profile.is_sandbox else source,
        **{name: as_written(value) for name, value in values.items()},
        **{old: values[new] for old, new in RENAMED.items()},
    }


register(app, "list", "List all profiles.", (), list_profiles, epilog="smsgw profiles list")
register(
    app,
    "get",
    "Show a profile without its token, or one setting of it.",
    (CURRENT, KEY),
    get_profile,
    epilog="""
    smsgw profiles get sandbox
    smsgw profiles get sandbox region
    """,
)
register(
    app,
    "add",
    "Add a profile. The token is read from a hidden prompt unless another source is given. "
    "The first profile becomes the default. --timeout and --retries are stored.",
    (NAME, SERVER, VALUES, TOKEN_STDIN),
    deferred(MODULE, "add_profile"),
    old=(*OLD, old_words.flag(ASK_TOKEN)),
    epilog="""
    smsgw profiles add work https://sms.example.com region=US
    smsgw profiles add work https://sms.example.com token_command='pass show sms'
    """,
)
register(
    app,
    "update",
    "Change settings of a profile; KEY= removes one, name= renames it. --timeout and --retries "
    "are stored.",
    (NAME, VALUES, ASK_TOKEN, TOKEN_STDIN),
    deferred(MODULE, "update_profile"),
    old=(*OLD, UNSET),
    epilog="""
    smsgw profiles update sandbox region=US price='0.05 EUR'
    smsgw profiles update sandbox region=
    """,
)
register(
    app, "use", "Set the default profile.", (NAME,), use_profile, epilog="smsgw profiles use work"
)
register(
    app,
    "remove",
    "Remove a profile and its token.",
    (NAME,),
    remove_profile,
    epilog="smsgw profiles remove work --yes",
)
register(
    app,
    "test",
    "Test the server and the token with one small request.",
    (CURRENT._replace(help="Profile to test [default: the current one]"),),
    test_profile,
    epilog="smsgw profiles test sandbox",
)
app.renamed("show", "get", "profiles get")
