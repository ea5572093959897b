"""Reads a whole text from a file or standard input."""

import sys
from pathlib import Path

from smsgw_cli.errors import Usage


def read_text(name: str) -> str:
    """The text of a file; `-` is standard input. Raises Usage if it cannot be read as UTF-8."""
    try:
        read = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Usage(f"{display_name(name)} is not UTF-8 text") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Usage(f"cannot read {display_name(name)}: {reason}") from error


def display_name(name: str) -> str:
    """A file's name for messages."""
    return "standard input" if name == "-" else name
