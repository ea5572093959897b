"""TOML changed in place: comments, order and layout stay as they are.

tomlkit counts the comments above a table to the table before it. So these are taken out while it
works, each known by a mark on the header it stands above, and put back afterwards.
"""

import re
import secrets
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tomli_w
import tomlkit
from tomlkit.exceptions import TOMLKitError

Document = dict[str, Any]

_HEADER = re.compile(r"[ \t]*\[.*\][ \t]*(#.*)?")
_BLANK = re.compile(r"[ \t]*(#.*)?")


def edited(text: str, new: Document) -> str:
    """The TOML `text` changed so that it reads as `new`. Raises ValueError if it cannot be."""
    old = tomllib.loads(text)
    if not text.strip():
        return tomli_w.dumps(new)
    newline = "\r\n" if "\r\n" in text and "\n" not in text.replace("\r\n", "") else "\n"
    for result in _candidates(text.replace(newline, "\n"), old, new):
        if _reads_as(result, new):
            return result.replace("\n", newline)
    raise ValueError("an unusual layout")


def _candidates(text: str, old: Document, new: Document) -> Iterator[str]:
    yield _changed(text, old, new)
    # tomlkit puts a new table between keys that are written `profiles.work.server = …`.
    before, after = old.get("profiles", {}), new.get("profiles", {})
    added = {name: after[name] for name in after.keys() - before.keys()}
    rest = {name: table for name, table in after.items() if name in before}
    kept = _changed(text, old, {**new, "profiles": rest})
    yield kept.rstrip("\n") + "\n\n" + tomli_w.dumps({"profiles": added})


def _reads_as(text: str, document: Document) -> bool:
    try:
        return tomllib.loads(text) == document
    except tomllib.TOMLDecodeError:
        return False


def _changed(text: str, old: Document, new: Document) -> str:
    marked = _Marked.of(text)
    try:
        document = tomlkit.parse(marked.text)
        _apply(document, old, new)
        return marked.restored(tomlkit.dumps(document))
    except (TOMLKitError, LookupError, TypeError, ValueError, AttributeError):
        return ""  # layouts that tomlkit reads and cannot change


def _apply(table: Any, old: Document, new: Document) -> None:
    for key in old.keys() - new.keys():
        del table[key]
    for key, value in new.items():
        before = old.get(key)
        if key not in old:
            table[key] = value
        elif isinstance(before, dict) and isinstance(value, dict):
            _apply(table[key], before, value)
        elif before != value:
            table[key] = value


@dataclass(frozen=True)
class _Above:
    """What stood above a header: blank lines and comments of their own, and the header's."""

    mark: str
    others: list[str]
    own: list[str]


@dataclass(frozen=True)
class _Marked:
    """A text without what stands above its headers, and after its last key."""

    text: str
    above: list[_Above]
    end: list[str]

    @classmethod
    def of(cls, text: str) -> "_Marked":
        token = secrets.token_hex(8)
        above: list[_Above] = []
        lines: list[str] = []
        for line in text.split("\n"):
            if _HEADER.fullmatch(line):
                others, own = _taken(lines)
                above.append(_Above(f" # {token}-{len(above)}-", others, own))
                lines.append(line + above[-1].mark)
            else:
                lines.append(line)
        others, own = _taken(lines)
        return cls("\n".join(lines) + "\n", above, [*others, *own])

    def restored(self, text: str) -> str:
        """With what was taken out; but for the comments of tables that are gone."""
        waiting: list[str] = []
        for above in self.above:
            before, mark, after = text.partition(above.mark)
            if not mark:
                waiting += above.others
                continue
            start = before.rfind("\n") + 1
            lines = [*waiting, *above.others, *above.own]
            text = before[:start] + "".join(f"{each}\n" for each in lines) + before[start:] + after
            waiting = []
        return text.rstrip("\n") + "\n" + "\n".join([*waiting, *self.end])


def _taken(lines: list[str]) -> tuple[list[str], list[str]]:
    """Blank lines and comments at the end, taken off: what is apart, and the last paragraph.

    What follows a key without a blank line, and has one after it, is left: it belongs to the key.
    """
    start = len(lines)
    while start and _BLANK.fullmatch(lines[start - 1]):
        start -= 1
    blanks = [place for place in range(start, len(lines)) if not lines[place].strip()]
    start = blanks[0] if blanks else start
    taken = lines[start:]
    del lines[start:]
    own = _last_paragraph(taken)
    return taken[:own], taken[own:]


def _last_paragraph(lines: list[str]) -> int:
    """Where it begins, the blank lines before it included."""
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    while start and not lines[start - 1].strip():
        start -= 1
    return start
