"""Options of the commands that read tables: how to read them."""

from smsgw_cli.cli.resource import Field

SHEET = Field("sheet", "Sheet of a workbook [default: the only one with rows]", metavar="NAME")
READS = ("delimiter", "skip_lines")  # settings without an option
