"""Edits TOML in place: comments, order and layout are kept.

tomlkit assigns the comments above a table to the table before it. So these are removed while it
works, with a marker on the header below them, and restored afterwards.
"""

import re
import secrets
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

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
    # tomlkit inserts a new table between dotted keys such as `profiles.work.server = …`.
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
        return ""  # a layout that tomlkit can read but not change


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


class _Comments(NamedTuple):
    """The lines above a header: `separate` blank lines and comments, and its `own`."""

    marker: str
    separate: list[str]
    own: list[str]


class _Marked(NamedTuple):
    """A text without the comments above its headers (`above`) and after its last key (`end`)."""

    text: str
    above: list[_Comments]
    end: list[str]

    @classmethod
    def of(cls, text: str) -> "_Marked":
        token = secrets.token_hex(8)
        above: list[_Comments] = []
        lines: list[str] = []
        for line in text.split("\n"):
            if _HEADER.fullmatch(line):
                separate, own = _pop_comments(lines)
                above.append(_Comments(f" # {token}-{len(above)}-", separate, own))
                lines.append(line + above[-1].marker)
            else:
                lines.append(line)
        separate, own = _pop_comments(lines)
        return cls("\n".join(lines) + "\n", above, [*separate, *own])

    def restored(self, text: str) -> str:
        """The text with its comments, except those of deleted tables."""
        orphans: list[str] = []
        for above in self.above:
            before, marker, after = text.partition(above.marker)
            if not marker:
                orphans += above.separate
                continue
            start = before.rfind("\n") + 1
            lines = [*orphans, *above.separate, *above.own]
            text = before[:start] + "".join(f"{each}\n" for each in lines) + before[start:] + after
            orphans = []
        return text.rstrip("\n") + "\n" + "\n".join([*orphans, *self.end])


def _pop_comments(lines: list[str]) -> tuple[list[str], list[str]]:
    """Pop blank lines and comments from the end: the separate ones, and the last paragraph.

    Comments directly below a key and followed by a blank line belong to the key, and are kept.
    """
    start = len(lines)
    while start and _BLANK.fullmatch(lines[start - 1]):
        start -= 1
    blanks = [index for index in range(start, len(lines)) if not lines[index].strip()]
    start = blanks[0] if blanks else start
    comments = lines[start:]
    del lines[start:]
    own = _last_paragraph(comments)
    return comments[:own], comments[own:]


def _last_paragraph(lines: list[str]) -> int:
    """The index of the last paragraph, including the blank lines before it."""
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    while start and not lines[start - 1].strip():
        start -= 1
    return start
