"""A profile's table in config.toml, in which `check.battery` is `battery` in the table `check`."""

from collections.abc import Iterator, Mapping
from typing import Any

from smsgw_cli.config.metrics import PREFIX

Table = Mapping[str, Any]
GROUP = PREFIX.removesuffix(".")


def flattened(table: Table) -> Iterator[tuple[str, Any]]:
    """The settings by name."""
    for key, value in table.items():
        if key == GROUP and isinstance(value, dict):
            yield from ((f"{PREFIX}{metric}", ranges) for metric, ranges in value.items())
        else:
            yield str(key), value


def changed(table: Table, changes: Table) -> dict[str, Any]:
    """The table with these settings, by name; None takes one out."""
    result = dict(table)
    for name, value in changes.items():
        group, _, key = name.rpartition(".")
        inner = result.get(group) if group else result
        inner = {**(inner if isinstance(inner, dict) else {}), key: value}
        result = {**result, group: _without_none(inner) or None} if group else inner
    return _without_none(result)


def _without_none(table: Table) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}
