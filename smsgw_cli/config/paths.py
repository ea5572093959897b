"""Paths of files kept between commands, private to the user."""

import os
from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """The platform's folder for state: records of sends and imports, the sandbox's database."""
    return platformdirs.user_state_path("smsgw", appauthor=False)


def cache_folder() -> Path:
    """The platform's cache folder: names for completion."""
    return platformdirs.user_cache_path("smsgw", appauthor=False)


def config_path() -> Path:
    """The path of config.toml: SMSGW_CONFIG, or the platform's default."""
    chosen = os.environ.get("SMSGW_CONFIG")
    if chosen:
        return Path(os.path.expanduser(chosen))  # noqa: PTH111  # Path.expanduser may raise
    return platformdirs.user_config_path("smsgw", appauthor=False) / "config.toml"
