"""The option --map: what each column of a file is."""

from collections.abc import Iterable

from smsgw_cli.cli import arguments
from smsgw_cli.tables.column_map import target


def column_map_of(mappings: Iterable[str] | None) -> dict[str, str]:
    """`COLUMN=TARGET[:TYPE]` options by column. Raises Usage for an invalid one."""
    pairs = dict(arguments.pair("--map", each, "COLUMN=TARGET") for each in mappings or ())
    for text in pairs.values():
        target(text)
    return {column: text.strip() for column, text in pairs.items()}
