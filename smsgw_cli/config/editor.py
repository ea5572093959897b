"""Changes a TOML file on disk, safe against crashes and concurrent writers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from smsgw_cli.config.file import BOM, Document, parse, read_raw
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.storage.atomic_write import atomic_write
from smsgw_cli.storage.locks import Busy, locked
from smsgw_cli.storage.private_file import OWNER_ALONE

LOCK_SECONDS = 10.0


def change(path: Path, edit: Callable[[Document], None]) -> None:
    """Let `edit` change the dictionary of a file: under a lock, written atomically, mode 0600.

    Comments, unknown keys and the layout are kept. Raises the errors of reading and of `edit`,
    and SmsgwError if the folder or file cannot be written.
    """
    path = path.resolve()  # keeps a symbolic link, as in dotfiles
    if path.exists() and not path.is_file():
        raise Usage(f"{path} is not a file, so it cannot be written")
    lock, failed = path.with_name(f"{path.name}.lock"), partial(_cannot_write, path)
    try:
        with locked(lock, failed, timeout=LOCK_SECONDS):
            text = _edited(path, edit)
            with atomic_write(path, OWNER_ALONE) as file:
                file.write(text.encode())
    except Busy as error:
        raise SmsgwError(f"{path} is locked by another process", hint="try again later") from error
    except OSError as error:
        raise failed(error) from error


def _cannot_write(path: Path, error: OSError) -> SmsgwError:
    return SmsgwError(f"cannot write {path}: {error.strerror or error}")


def _edited(path: Path, edit: Callable[[Document], None]) -> str:
    from smsgw_cli.config import toml_edit  # takes 20 ms

    raw = read_raw(path)
    text = raw.removeprefix(BOM)
    document = parse(text, path)
    edit(document)
    try:
        return raw[: len(raw) - len(text)] + toml_edit.edited(text, document)
    except ValueError as error:
        raise SmsgwError(
            f"cannot change {path} without losing its layout", hint="edit it manually"
        ) from error
