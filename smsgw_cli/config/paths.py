"""Paths of files kept between commands, private to the user."""

import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

from smsgw_cli.errors import SmsgwError


def state_folder() -> Path:
    """The platform's folder for state: records of sends and imports, the sandbox's database.

    Raises SmsgwError without a home folder, as do the others.
    """
    return _folder(platformdirs.user_state_path, "XDG_STATE_HOME")


def data_folder() -> Path:
    """The platform's folder for data: installed completion scripts."""
    return _folder(platformdirs.user_data_path, "XDG_DATA_HOME")


def cache_folder() -> Path:
    """The platform's cache folder: names for completion."""
    return _folder(platformdirs.user_cache_path, "XDG_CACHE_HOME")


def config_path() -> Path:
    """The path of config.toml: SMSGW_CONFIG, or the platform's default."""
    chosen = os.environ.get("SMSGW_CONFIG")
    if chosen:
        return user_path(chosen)
    return _folder(platformdirs.user_config_path, "SMSGW_CONFIG") / "config.toml"


def user_path(text: str) -> Path:
    """A path as people type it: `~` is their home; as it is if that is unknown."""
    return Path(os.path.expanduser(text))  # noqa: PTH111  # Path.expanduser may raise


def _folder(of_platform: Callable[..., Path], variable: str) -> Path:
    try:
        return of_platform("smsgw", appauthor=False)
    except RuntimeError as error:
        # No HOME, and no entry in passwd: a container with a user id of its own.
        raise SmsgwError(
            "this user has no home folder to keep files in", hint=f"set HOME or {variable}"
        ) from error
