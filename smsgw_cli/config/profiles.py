"""Selects server and token: profiles in config.toml, the environment, the embedded sandbox."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from smsgw_cli.config import file
from smsgw_cli.config.metrics import PREFIX
from smsgw_cli.config.paths import config_path
from smsgw_cli.config.profile_table import flattened
from smsgw_cli.config.setting_checks import token_text
from smsgw_cli.config.settings import (
    CONNECTION,
    PROTECTIVE,
    RENAMED,
    RESPECT_LISTS,
    SETTINGS,
    checked,
)
from smsgw_cli.errors import Auth, NotFound, SmsgwError, Usage

SANDBOX = "sandbox"
ENVIRONMENT = "environment"
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class Profile(NamedTuple):
    """A server, how to connect to it, and the profile's other `settings`, by name.

    `timeout` is in seconds, `rate` in requests per minute: from whichever source has them.
    `other_lists` is the profile of another server whose respect_lists are not used.
    """

    name: str
    server: str = ""
    token: str | None = None
    token_command: str | None = None
    token_source: str = "profile"
    send_method: str | None = None
    ca_bundle: str | None = None
    timeout: float = 30.0
    retries: int = 4
    rate: int | None = None
    settings: Mapping[str, Any] = MappingProxyType({})
    other_lists: str = ""

    def __repr__(self) -> str:
        """Without its secrets."""
        return f"Profile({self.name!r}, {self.server!r})"

    @property
    def key(self) -> str:
        """What the records of its sends and imports are stored under."""
        return self.server or self.name

    @property
    def is_environment(self) -> bool:
        """Whether it is no profile of the file, but the server of SMSGW_SERVER."""
        return self.name == ENVIRONMENT

    @property
    def is_sandbox(self) -> bool:
        return self.name == SANDBOX and not self.server


class Config(NamedTuple):
    """The profiles of config.toml by name, the name of the default one, and the tables of
    balances, which `balance_rules.rules_of` reads: a mistake in one holds up nothing else."""

    profiles: Mapping[str, Profile]
    default: str | None
    balance: object = ()


def load() -> Config:
    """Read config.toml. Raises Usage with file and line for invalid content."""
    path = config_path()
    text = file.read_text(path)
    document = file.parse(text, path)
    tables = document.get("profiles", {})
    if not isinstance(tables, dict):
        raise Usage(f"{path}: profiles must be tables, such as [profiles.work]")
    profiles = {name: _from_table(name, table, text, path) for name, table in tables.items()}
    default = document.get("default")
    if default is not None and not isinstance(default, str):
        raise Usage(f"{path}, line {_line(text, None, 'default')}: default must be a name")
    return Config(profiles, default, document.get("balance", ()))


def available() -> Config:
    """The profiles to choose from: none if config.toml cannot be read, or has no folder, and the
    environment names the server. Raises as `load` does otherwise."""
    try:
        return load()
    except Usage:
        raise
    except SmsgwError:
        if not os.environ.get("SMSGW_SERVER"):
            raise
        return Config({}, None)


def _from_table(name: str, table: object, text: str, path: Path) -> Profile:
    if not isinstance(table, dict):
        raise Usage(f"{path}, line {_line(text, None, name)}: profile {name} must be a table")
    if name == SANDBOX and "server" in table:
        raise Usage(
            f"{path}: the profile {SANDBOX} is the embedded gateway and cannot have a server"
        )
    values: dict[str, Any] = {}
    given = dict(flattened(table))
    # Old names first, so that a new one beside it wins.
    for key in sorted(given, key=lambda key: key not in RENAMED):
        setting = RENAMED.get(key, key)
        if setting not in SETTINGS and not key.startswith(PREFIX):
            continue
        try:
            values[setting] = checked(key, given[key])
        except Usage as error:
            line, hint = _line(text, name, key), error.hint or "fix that line"
            raise Usage(f"{path}, line {line}: {error.message}", hint=hint) from error
    if "server" not in values and name != SANDBOX:
        line = _line(text, name, "")
        raise Usage(f"{path}, line {line}: the profile {name} has no server")
    connection = {key: values.pop(key) for key in CONNECTION if key in values}
    return Profile(name=name, settings=values, **connection)


def _line(text: str, profile: str | None, key: str) -> int:
    """The approximate line of a key; that of the table for an empty key."""
    table, _, inner = key.rpartition(".")
    if table and (found := _line(text, f"{profile}.{table}", inner)) > 1:
        return found
    key = table or key
    inside, table_line = profile is None, 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*profiles\s*\.\s*[\"']?([^\]\"']+)", line):
            inside = header[1].strip() == profile
            table_line = number if inside else table_line
        elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return table_line


def choose(name: str | None, config: Config) -> Profile:
    """The profile to use: the given one, else the default, else the only one.

    SMSGW_SERVER and SMSGW_TOKEN override it, except for an explicit sandbox: messages for the
    sandbox must not reach real phones. Raises Auth if there is no profile, NotFound for an unknown
    name.
    """
    if name == SANDBOX:
        return config.profiles.get(SANDBOX, Profile(SANDBOX))
    if os.environ.get("SMSGW_SERVER"):
        return _from_environment(name, config)
    return _with_environment_token(_named(name or config.default, config))


def _named_or_none(name: str | None, config: Config) -> Profile | None:
    if name is None and len(config.profiles) == 1:
        return next(iter(config.profiles.values()))
    return config.profiles.get(name or "")


def _named(name: str | None, config: Config) -> Profile:
    if chosen := _named_or_none(name, config):
        return chosen
    if name == SANDBOX:
        return Profile(SANDBOX)
    if name is None:
        raise Auth(
            "no server: no profile configured",
            hint="add one with 'smsgw profiles add NAME SERVER', or use '-p sandbox'",
        )
    return find(name, config)


def find(name: str, config: Config) -> Profile:
    """The profile of this name. Raises NotFound with the existing names."""
    try:
        return config.profiles[name]
    except KeyError:
        known = ", ".join(dict.fromkeys([*config.profiles, SANDBOX]))
        raise NotFound(f"profile {name!r} not found", hint=f"profiles: {known}") from None


def _from_environment(name: str | None, config: Config) -> Profile:
    """The server of SMSGW_SERVER, which takes nothing from a profile of another server but what
    only keeps people from being sent to."""
    found = {
        key: checked(key, value, SETTINGS[key].variable)
        for key in CONNECTION
        if key != "token" and (value := os.environ.get(SETTINGS[key].variable))
    }
    base = _named_or_none(name or config.default, config)
    if base is not None and base.server == found["server"]:
        return _with_environment_token(base)
    kept = {key: base.settings[key] for key in PROTECTIVE if base and key in base.settings}
    other = base.name if base and RESPECT_LISTS in base.settings else ""
    source = "SMSGW_TOKEN_COMMAND"
    profile = Profile(ENVIRONMENT, token_source=source, settings=kept, other_lists=other, **found)
    if not (os.environ.get("SMSGW_TOKEN") or profile.token_command):
        # A profile's token is only for that profile's server.
        raise Auth("SMSGW_SERVER is set, but SMSGW_TOKEN is not", hint="set both, or neither")
    return _with_environment_token(profile)


def _with_environment_token(profile: Profile) -> Profile:
    token = os.environ.get("SMSGW_TOKEN")
    if not token:
        return profile
    return profile._replace(token=_environment_token(token), token_source="SMSGW_TOKEN")


def _environment_token(value: str) -> str:
    try:
        return token_text(value)
    except ValueError as error:
        raise Auth(f"SMSGW_TOKEN {error}") from error
