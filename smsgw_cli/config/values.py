"""The values of all settings: from the command line, the environment, the profile, the default."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from smsgw_cli.config.metrics import PREFIX
from smsgw_cli.config.profiles import Profile
from smsgw_cli.config.settings import CONNECTION, SECRET, SETTINGS, checked, named
from smsgw_cli.errors import Usage
from smsgw_cli.wording import suggestion

# Variables that are no settings.
OTHERS = frozenset({"SMSGW_PROFILE", "SMSGW_CONFIG", "SMSGW_SANDBOX_SPEED"})


class Sourced(NamedTuple):
    """A value, and where it is from: `--set`, `SMSGW_REGION`, `profile work`, `default`."""

    value: Any
    source: str


class Values(NamedTuple):
    """Every setting, from the first source that has it.

    `options` has the values of options named like a setting, `overrides` those of --set. Raises
    Usage for an invalid value, when it is needed.
    """

    options: Mapping[str, Any]
    overrides: Mapping[str, str]
    profile: Profile

    def of(self, name: str) -> Sourced:
        setting = SETTINGS[name]
        if (value := self.options.get(name)) is not None:
            option = f"--{name.replace('_', '-')}"
            return Sourced(checked(name, value, option), option)
        if (text := self.overrides.get(name)) is not None:
            return self._from_text(name, text, "--set", f"--set {name}")
        if name in CONNECTION:
            return self._of_connection(name)
        if text := os.environ.get(setting.variable):
            return self._from_text(name, text, setting.variable, setting.variable)
        if name in self.profile.settings:
            return Sourced(self.profile.settings[name], f"profile {self.profile.name}")
        return Sourced(setting.default, "default")

    def all(self) -> Iterator[tuple[str, Sourced]]:
        """Every setting that is not a default, with its value and source."""
        for name in SETTINGS:
            found = self.of(name)
            if found.source != "default" and found.value is not None:
                yield name, found

    def _of_connection(self, name: str) -> Sourced:
        value, profile = getattr(self.profile, name), self.profile
        is_variable = profile.is_environment
        source = SETTINGS[name].variable if is_variable else f"profile {profile.name}"
        return Sourced(value, source if value else "default")

    def _from_text(self, name: str, text: str, source: str, where: str) -> Sourced:
        """`name=` takes the setting out for once."""
        setting = SETTINGS[name]
        return Sourced(checked(name, text, where) if text else setting.default, source)


def overrides(texts: Iterable[str]) -> dict[str, str]:
    """The settings of --set, by name. Raises Usage for an unknown, secret or invalid one."""
    found = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (equals and key.strip()):
            raise Usage(f"--set takes KEY=VALUE, not {text!r}")
        name = named(key.strip()).name
        if name in SECRET:
            raise Usage(
                f"--set does not take {name}: other users could see it in the process list",
                hint=f"use {SETTINGS[name].variable}, or a profile",
            )
        if value.strip():
            checked(name, value.strip(), f"--set {name}")  # also if the command does not use it
        found[name] = value.strip()
    return found


def refuse_unknown_thresholds() -> None:
    """Raise Usage for a variable of a metric that there is not: its range would not be used."""
    for name in unknown_variables():
        if name.startswith(f"SMSGW_{PREFIX.upper().replace('.', '_')}"):
            known = (each.variable for each in SETTINGS.values() if each.is_threshold)
            hint = suggestion(name, known, "see 'smsgw help monitoring'")
            raise Usage(f"unknown setting {name}", hint=hint)


def unknown_variables() -> list[str]:
    """The variables named SMSGW_… that are no setting, such as misspelt ones."""
    known = OTHERS | {setting.variable for setting in SETTINGS.values()}
    return sorted(each for each in os.environ if each.startswith("SMSGW_") and each not in known)
