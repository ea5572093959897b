"""The program `smsgw`, and the signals that end it."""

import signal

from smsgw_cli.cli.root import program
from smsgw_cli.commands import HELP, TABLE

app = program(HELP, TABLE)


def main() -> None:
    """The entry point of the command `smsgw`."""
    # SIGTERM is handled like Ctrl-C: the command reports what was done and how to resume. So is
    # SIGHUP (the terminal is closed), unless nohup ignores it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    app(prog_name="smsgw")
