"""Profiles in a backup: without tokens, and restored only if the name is free."""

import re
from collections.abc import Iterable, Iterator

from smsgw_cli.config import editor, file
from smsgw_cli.config.file import Document
from smsgw_cli.config.paths import config_path
from smsgw_cli.config.profiles import NAME, SANDBOX
from smsgw_cli.config.settings import RENAMED, SETTINGS, checked
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record

# A command of somebody else's backup must not be run either.
LEFT_OUT = ("token", "token_command")
PLAIN = (str, int, float, list)  # values of settings


def records() -> Iterator[Record]:
    """The profiles of config.toml, each with its `name` and `settings`. Raises as reading does."""
    for name, table in _tables().items():
        yield {"name": name, "settings": _settings(table)}


def missing(found: Iterable[Record]) -> dict[str, Record]:
    """The settings of those profiles of a backup that are not here, by name.

    Raises Usage for an invalid one.
    """
    here = _tables()
    profiles = {str(each.get("name")): each.get("settings") for each in found}
    return {name: _checked(name, each) for name, each in profiles.items() if name not in here}


def add(profiles: dict[str, Record]) -> None:
    """Add profiles to config.toml; one that has got there meanwhile stays. Raises SmsgwError."""

    def edit(document: Document) -> None:
        tables = document.setdefault("profiles", {})
        for name, settings in profiles.items():
            tables.setdefault(name, settings)

    if profiles:
        editor.change(config_path(), edit)


def _tables() -> Record:
    path = config_path()
    tables = file.parse(file.read_text(path), path).get("profiles", {})
    return tables if isinstance(tables, dict) else {}


def _settings(table: object) -> Record:
    """The settings of a profile that a backup has."""
    known = {*SETTINGS, *RENAMED} - {*LEFT_OUT}
    items = table.items() if isinstance(table, dict) else ()
    return {key: value for key, value in items if key in known and isinstance(value, PLAIN)}


def _checked(name: str, settings: object) -> Record:
    found = _settings(settings)
    if not re.fullmatch(NAME, name) or ("server" in found) == (name == SANDBOX):
        raise Usage(f"the backup has an invalid profile: {name!r}")
    for key, value in found.items():
        checked(key, value, f"the profile {name} of the backup: {key}")
    return found
