"""Reads the numbers in a column of a CSV file; a file with an invalid row is rejected."""

from smsgw_cli.messages import number_list
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.tables import reader
from smsgw_cli.tables.mapping import number_column


def read(name: str, region: str | None, column: str) -> list[str]:
    """The numbers of a column in E.164, without duplicates.

    Raises as `number_list.numbers` does, and Usage for an unreadable file or unknown column.
    """
    table = reader.table(name)
    name_in_file = number_column(table.columns, {column: MOBILE_NUMBER})
    entries = ((f"row {row.number}", row.cells[name_in_file]) for row in table.rows())
    return number_list.numbers(name, entries, region)
