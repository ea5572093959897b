"""The numbers in a column of a CSV file. One invalid row refuses the file."""

from smsgw_cli.messages import number_list
from smsgw_cli.tables import reader
from smsgw_cli.tables.mapping import number_column


def read(name: str, region: str | None, column: str) -> list[str]:
    """The numbers of a column in E.164, each once. Raises as `number_list.numbers` does."""
    table = reader.table(name)
    wanted = number_column(table.columns, column)
    places = ((f"row {row.number}", row.cells[wanted]) for row in table.rows())
    return number_list.numbers(name, places, region)
