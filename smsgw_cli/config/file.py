"""Reads a TOML file; its errors give file and line."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from smsgw_cli.errors import SmsgwError, Usage

Document = dict[str, Any]
BOM = "\ufeff"


def read_text(path: Path) -> str:
    """The file's text; empty if it does not exist. Raises as `read_raw` does."""
    return read_raw(path).removeprefix(BOM)


def read_raw(path: Path) -> str:
    """The file's text with its byte order mark, if any, and its own line ends.

    Raises Usage with file and line if it is not UTF-8, SmsgwError if it cannot be read.
    """
    try:
        if path.is_fifo() or path.is_socket():
            raise Usage(f"{path} is not a file")  # reading a pipe could block forever
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Usage(f"{path}, line {line}: not UTF-8 text") from error
    except OSError as error:
        raise SmsgwError(f"cannot read {path}: {error.strerror}") from error


def parse(text: str, path: Path) -> Document:
    """The text as a dictionary. Raises Usage with file and line if it is not TOML."""
    if not text:
        return {}
    tomllib = import_module("tomllib")  # takes 2 ms
    try:
        return dict(tomllib.loads(text))
    except RecursionError as error:
        raise Usage(f"{path}: nested too deeply") from error
    except ValueError as error:
        at = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = at.group(1) if at and at.group(1) else len(text.splitlines())
        what = str(error)[: at.start()].strip() if at else str(error)
        raise Usage(
            f"{path}, line {line}: {what}", hint="fix that line; the file is TOML"
        ) from error
