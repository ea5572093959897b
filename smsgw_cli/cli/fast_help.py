"""Answers --version and --help (from help.txt) before Typer is imported.

Imports only modules that Python itself loads: pathlib alone takes half as long as Python's start.
"""

import os
import sys

from smsgw_cli import __version__

HELP = os.path.join(os.path.dirname(__file__), "help.txt")  # noqa: PTH118, PTH120
COMPLETE = "__complete"  # the command by which shells request names
BROKEN_PIPE = 141  # exit code of a program killed by SIGPIPE
WIDEST = 80  # the width of help.txt; on a narrower terminal Typer wraps the text


def answer(words: list[str]) -> bool:
    """Print the version or help if the command line asks for it; return whether it did.

    Raises WriteFailed.
    """
    text = _answer(words)
    if text is None:
        return False
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
    return True


def _answer(words: list[str]) -> bytes | None:
    if words in (["--version"], ["-V"]):
        return f"smsgw {__version__}\n".encode()
    if words[-1:] in (["--help"], ["-h"]) and _columns() >= WIDEST:
        return help_of(words[:-1], words[-1])
    return None


def help_of(command: list[str], option: str = "--help") -> bytes | None:
    """The help of a command as rendered by Typer; None for an unknown command.

    For -h there is a text of its own only if the command has many options.
    """
    with open(HELP, "rb") as file:  # noqa: PTH123
        texts = b"\n" + file.read()
    for each in (option, "--help"):
        _, _, after = texts.partition(f"\n{title(command, each)}\n".encode())
        if after:
            return after.partition(b"\n$ smsgw")[0]
    return None


def command_names() -> list[str]:
    """All commands with a help, such as `messages send`."""
    with open(HELP, encoding="utf-8") as file:  # noqa: PTH123
        titles = [line.split() for line in file if line.startswith("$ smsgw")]
    return [" ".join(words[2:-1]) for words in titles if words[-1] == "--help" and words[2:-1]]


def title(command: list[str], option: str = "--help") -> str:
    """The line above a command's help in help.txt."""
    return " ".join(["$ smsgw", *command, option])


def _columns() -> int:
    """The terminal's width as Typer sees it (shutil.get_terminal_size, which is slow to import)."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(1).columns or WIDEST
    except OSError:
        return WIDEST
