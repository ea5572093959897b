"""The program `smsgw`."""

from smsgw_cli.cli import process
from smsgw_cli.cli.root import program
from smsgw_cli.commands import HELP, TABLE

app = program(HELP, TABLE)


def main() -> None:
    """The entry point of the command `smsgw`."""
    process.stop_on_signals()
    app(prog_name="smsgw")
