"""--map: which column of a file is what."""

from collections.abc import Iterable

from smsgw_cli.cli import arguments
from smsgw_cli.errors import Usage


def column_map_of(mappings: Iterable[str] | None) -> dict[str, str]:
    """`COLUMN=TARGET` options as a dictionary. Raises Usage for an invalid one."""
    pairs = dict(arguments.pair("--map", each, "COLUMN=TARGET") for each in mappings or ())
    for column, target in pairs.items():
        if not target.strip():
            raise Usage(f"--map {column}= has no target", hint="--map COLUMN=TARGET")
    return {column: target.strip() for column, target in pairs.items()}
