"""A TOML file on disk, changed so that neither a crash nor a second writer loses anything."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import tomli_w
from filelock import FileLock, Timeout

from smsgw_cli.config.file import Document, parse, read_text
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.storage.atomic_write import atomic_write

LOCK_SECONDS = 10.0
OWNER_ALONE = 0o600  # tokens stand in it


def change(path: Path, edit: Callable[[Document], None]) -> None:
    """Read the file, let `edit` change the dictionary, write it: under a lock, atomically, 0600.

    Comments and unknown keys outside the tables that changed stay as they are. Raises what
    `read` and `edit` raise, and SmsgwError if the folder or file cannot be written.
    """
    path = path.resolve()  # a link into somebody's dotfiles stays a link
    if path.exists() and not path.is_file():
        raise Usage(f"{path} is not a file, so it cannot be written")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(path.with_name(path.name + ".lock"), timeout=LOCK_SECONDS, mode=OWNER_ALONE):
            text = read_text(path)
            document = parse(text, path)
            edit(document)
            with atomic_write(path, OWNER_ALONE) as file:
                file.write(_render(text, document).encode())
    except Timeout as error:
        raise SmsgwError(
            f"{path} is locked by another process", hint="try again in a moment"
        ) from error
    except OSError as error:
        raise SmsgwError(f"cannot write {path}: {error.strerror or error}") from error


def _render(text: str, document: Document) -> str:
    """The document as TOML, keeping the text of what did not change, comments included.

    tomllib forgets comments, so the new text is patched together from the old one table by
    table, and taken only if it reads back as exactly what it should say.
    """
    patched = _patch(text, tomllib.loads(text), document)
    try:
        if tomllib.loads(patched) == document:
            return patched
    except tomllib.TOMLDecodeError:
        pass  # an unusual layout (dotted keys, inline tables): written anew, without comments
    return tomli_w.dumps(document)


def _patch(text: str, old: Document, new: Document) -> str:
    blocks = _blocks(text)
    before, after = old.get("profiles", {}), new.get("profiles", {})
    for name in before.keys() - after.keys():
        blocks.pop(_header(name), None)
    for name, table in after.items():
        header = _header(name)
        block = blocks.setdefault(header, header + "\n")
        blocks[header] = _patch_keys(block, before.get(name, {}), table)
    blocks[""] = _patch_keys(blocks[""], _plain(old), _plain(new))
    parts = (block.strip("\n") for block in blocks.values())
    return "\n\n".join(part for part in parts if part) + "\n"


def _plain(document: Document) -> Document:
    return {key: value for key, value in document.items() if key != "profiles"}


def _header(name: str) -> str:
    """The line that begins a profile's table, the name quoted where it must be."""
    return tomli_w.dumps({"profiles": {name: {"x": 0}}}).splitlines()[0]


def _blocks(text: str) -> dict[str, str]:
    """The text cut before each table header, the comments above it included: header → lines."""
    blocks: dict[str, str] = {"": ""}
    current, waiting = "", ""
    for line in text.splitlines(keepends=True):
        if re.match(r"\[[^\[]", line):
            current = line.split("#")[0].strip()
            blocks[current] = waiting + line
            waiting = ""
        elif line.startswith("#") or not line.strip():
            waiting += line
        else:
            blocks[current] += waiting + line
            waiting = ""
    blocks[current] += waiting
    return blocks


def _patch_keys(block: str, old: Document, new: Document) -> str:
    """One table's lines, with the lines of the keys that changed replaced, added or taken out."""
    for key in {**old, **new}:
        if old.get(key) == new.get(key):
            continue
        line = tomli_w.dumps({key: new[key]}) if key in new else ""
        standing = re.search(rf"(?m)^[ \t]*{re.escape(key)}[ \t]*=.*\n?", block)
        if standing:
            block = block[: standing.start()] + line + block[standing.end() :]
        else:
            block = block.rstrip("\n") + "\n" + line
    return block
